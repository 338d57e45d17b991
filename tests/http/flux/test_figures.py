"""`getinfo` and `public_stats` over HTTP: the stored text as it is, and never nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.domain import figures
from hub.perform import run, run_reading
from models import FiguresRow
from tests.conftest import NOON
from tests.http.flux.acting import join
from tests.running import RunningHub

PATHS = ["/flux/api/v0/getinfo", "/flux/getinfo", "/flux/api/v0/public_stats/", "/flux/public_stats"]
NUMBERS = {"getinfo": 1, "public_stats": 0}
LONG = "0" * 3_000_000


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


def store(**texts: str) -> None:
    run(figures.store, {NUMBERS[name]: text for name, text in texts.items()}, NOON)


async def fetch(hub: RunningHub, path: str, method: str = "GET") -> tuple[int, str, str | None, str]:
    async with hub.http.request(method, path) as reply:
        return reply.status, reply.headers["Content-Type"], reply.headers.get("Content-Length"), await reply.text()


def rows_stored() -> int:
    return run_reading(FiguresRow.select().count)


@pytest.mark.parametrize("path", PATHS)
async def test_the_stored_text_goes_out_as_it_is(hub, path):
    store(getinfo='{"a" :  "é getinfo"}', public_stats='{"a" :  "é public_stats"}')

    reply = await fetch(hub, path + "?format=json&state")

    text = '{"a" :  "é getinfo"}' if "getinfo" in path else '{"a" :  "é public_stats"}'
    assert reply == (200, "application/json; charset=utf-8", str(len(text.encode())), text)


async def test_megabytes_arrive_whole_for_several_at_once(hub):
    store(public_stats=LONG)

    replies = await asyncio.gather(*(fetch(hub, "/flux/public_stats") for _ in range(5)))

    assert replies == [(200, "application/json; charset=utf-8", "3000000", LONG)] * 5


async def test_a_head_says_how_long_the_text_is(hub):
    store(getinfo="12345")

    assert await fetch(hub, "/flux/getinfo", "HEAD") == (200, "application/json; charset=utf-8", "5", "")


async def test_what_was_counted_since_is_served_next(hub, clock):
    store(getinfo='"first"')
    before = await fetch(hub, "/flux/getinfo")
    run(figures.store, {1: '"second"'}, clock.forward(seconds=1))

    after = await fetch(hub, "/flux/getinfo")

    assert (before[-1], after[-1]) == ('"first"', '"second"')


async def test_where_nothing_was_counted_yet_it_is_counted_for_whoever_asks(hub):
    await join(hub, onAECRoll=True, addr_postcode="2000", dobYear="1990")

    _, getinfo = await hub.get("/flux/api/v0/getinfo")
    _, public_stats = await hub.get("/flux/api/v0/public_stats")

    assert (getinfo["n_members"], getinfo["validation_queue_state"]["nsw"]) == (1, 1)
    assert (public_stats["state_dob_years"], rows_stored()) == ({"nsw": {"1990": 1}}, 2)


async def test_however_many_ask_first_everybody_is_counted_once(hub, monkeypatch):
    counted: list[Any] = []
    count = figures.count
    monkeypatch.setattr(figures, "count", lambda **how: counted.append(how) or count(**how))

    replies = await asyncio.gather(*(fetch(hub, PATHS[number % 4]) for number in range(40)))

    assert {status for status, *_ in replies} == {200}
    assert (counted, rows_stored()) == ([{"smallest": 0}], 2)
