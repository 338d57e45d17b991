"""The handshake over two nodes, and over nodes that die in between: one session each time, and both know of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from tests import people
from tests.build import bound_to
from tests.people import Member
from tests.processes import Server, Site

ROUNDS = 20


@pytest.fixture
def two(postgres_site: Site) -> tuple[Member, Member]:
    """Ann, who learns, and Tom, who teaches."""
    return two_in(postgres_site)


def two_in(site: Site) -> tuple[Member, Member]:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return people.join("Ann"), people.join("Tom", teaches=True)


async def press(node: Server, by: Member, other: Member, mode: str) -> dict[str, Any]:
    _, reply = await node.call("POST", "/halp/session/start", by, {"mode": mode, "otherUserId": other.id})
    return reply


async def started(node: Server, by: Member, other: Member, mode: str) -> dict[str, Any]:
    _, reply = await node.call("GET", f"/halp/session/started?mode={mode}&otherUserId={other.id}", by)
    return reply


async def test_pressed_at_once_on_two_nodes_one_session_begins_each_time_and_both_hear_of_it_once(postgres_site, two):
    ann, tom = two
    here, there = [await postgres_site.serve(), await postgres_site.serve()]
    anns, toms = await here.listen("/sessions", ann), await there.listen("/sessions", tom)

    for number in range(1, ROUNDS + 1):
        replies = await asyncio.gather(press(here, ann, tom, "student"), press(there, tom, ann, "tutor"))

        assert sorted(reply["complete"] for reply in replies) == [False, True]
        (begun,) = [reply for reply in replies if reply["complete"]]
        assert await started(there, ann, tom, "student") == await started(here, tom, ann, "tutor") == begun
        assert [len(await listener.until(number, "started")) for listener in (anns, toms)] == [number] * 2
        ends = await asyncio.gather(
            *(node.post("/halp/session/end", {"duration": 0}, by) for node, by in ((here, ann), (there, tom)))
        )
        assert sorted(reply["code"] for _, reply in ends) == ["no session", "success"]
        assert [len(await listener.until(number, "ended")) for listener in (anns, toms)] == [number] * 2
    for listener in (anns, toms):
        await listener.leave()


async def test_a_hand_that_was_held_out_on_a_node_that_died_is_taken_on_another(any_site):
    ann, tom = two_in(any_site)
    here = await any_site.serve()
    first = await press(here, ann, tom, "student")
    here.kill()

    there = await any_site.serve()
    second = await press(there, tom, ann, "tutor")
    there.kill()
    again = await any_site.serve()

    assert (first["complete"], second["complete"]) == (False, True)
    assert await started(again, ann, tom, "student") == second


async def test_who_took_the_hand_and_was_not_answered_presses_again_and_has_the_session_that_the_other_heard_of(
    postgres_site, two
):
    """The node dies between the commit and the reply: nothing of it was handed on."""
    ann, tom = two
    here = await postgres_site.serve()
    dying = await postgres_site.serve(postgres_site.doom("after commit, before hand-over"))
    anns = await here.listen("/sessions", ann)
    await press(here, ann, tom, "student")
    postgres_site.strike()

    with suppress(aiohttp.ClientError):
        await press(dying, tom, ann, "tutor")
    heard = await anns.until(1, "started")
    again = await press(here, tom, ann, "tutor")

    assert postgres_site.was_struck()
    assert (again["complete"], again["startTimestamp"]) == (True, heard[0]["startTimestamp"])
    assert len(anns.of("started")) == 1
    await anns.leave()
