"""Credentials that last as long as they are used: when the time of one has run out, the server asks again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.credentials import Claims, Keys
from hub.perform import look_up
from hub.realtime.credentials import StillGood
from models import db
from tests.build import SECRET
from tests.conftest import HeldClock
from tests.realtime.notes import NAME, Notebook, hub_has_read, join, next_answer, write
from tests.realtime.raw import Raw, raw
from tests.realtime.serving import Served, serving

LASTS = timedelta(seconds=1)


class Credential:
    """A token that runs out an instant after each time it was used, for the clock moves on that far.

    It is used as often as the test says, and `last` is what the server is told after that.
    """

    def __init__(self, clock: HeldClock, uses: int, last: Callable[[Claims], Claims | None]) -> None:
        self._clock = clock
        self._uses = uses
        self._last = last
        self.asked: list[Claims] = []
        self.was_asked_last = asyncio.Event()

    async def still_good(self, claims: Claims) -> Claims | None:
        self.asked.append(claims)
        if len(self.asked) > self._uses:
            self.was_asked_last.set()
            return self._last(claims)
        self._clock.forward(seconds=1)
        return replace(claims, expires_at=claims.expires_at + LASTS)


def used_much_later(claims: Claims) -> Claims:
    return replace(claims, expires_at=claims.expires_at + timedelta(days=90))


def unchanged(claims: Claims) -> Claims:
    return claims


def gone(claims: Claims) -> None:
    return None


@asynccontextmanager
async def joined(person, clock: HeldClock, still_good: StillGood) -> AsyncIterator[tuple[Served, Raw]]:
    """A client whose token runs out twenty milliseconds after it was let in."""
    token = Keys(SECRET).mint(person.actor.public_id, "vivere", LASTS)
    clock.forward(seconds=0.98)
    async with serving(Notebook(), still_good=still_good) as node, raw(node) as client:
        await join(client, token)
        yield node, client


async def test_a_connection_stays_for_as_long_as_its_credential_lives_on(clock, hub, ada):
    began = clock.moment
    credential = Credential(clock, 2, used_much_later)
    async with joined(ada, clock, credential.still_good) as (_, client):
        await credential.was_asked_last.wait()

        await client.say(write("still here", ack=1))

        assert await next_answer(client) == (1, {"ok": True, "count": 1})
    assert [claims.expires_at for claims in credential.asked] == [began + LASTS, began + 2 * LASTS, began + 3 * LASTS]


@pytest.mark.parametrize("uses", [0, 2])
@pytest.mark.parametrize("last", [gone, unchanged])
async def test_a_connection_ends_when_its_credential_is_dead_or_was_used_no_more(clock, hub, ada, uses, last):
    credential = Credential(clock, uses, last)
    async with joined(ada, clock, credential.still_good) as (_, client):
        assert await client.next() == f"41{NAME},"

    assert len(credential.asked) == uses + 1


async def test_a_credential_that_lived_on_can_be_taken_back_like_any_other(clock, hub, ada):
    credential = Credential(clock, 0, used_much_later)
    async with joined(ada, clock, credential.still_good) as (node, client):
        await credential.was_asked_last.wait()
        await hub_has_read(client)

        node.server.end_credential(credential.asked[0].jti)

        assert await client.next() == f"41{NAME},"


async def ask_a_database_that_is_away(claims: Claims) -> Claims | None:
    await look_up(lambda: db.execute_sql("SELECT 1 FROM a_table_that_is_not_there"))
    return None


async def test_while_nobody_can_say_whether_it_is_dead_the_client_is_sent_to_come_back(clock, hub, ada):
    async with joined(ada, clock, ask_a_database_that_is_away) as (_, client):
        assert (await client.next(), client.socket.closed) == (None, True)
