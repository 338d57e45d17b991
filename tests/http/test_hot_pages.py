"""The pages that everybody reads at once: shared and kept, and never older than the question."""

from __future__ import annotations

import asyncio
import json
import threading
from functools import partial
from itertools import count

import pytest
from aiohttp import web
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hub import clock, perform
from hub.http.hot import Reading, Sharing
from hub.perform import run
from models import Announcement, Location
from tests.bare_http import alike, conversation
from tests.http.vivere import acting
from tests.http.vivere.saying import no

ORIGINS = ("https://live.menlohacks.com",)
PATHS = ["times", "maps", "announcements", "announcements/", "announcements?since_date=2026", "events", "events/?a=b"]
HEADERS = {
    "nothing more": b"",
    "what browsers say": b"Accept: */*\r\nAccept-Encoding: gzip, br\r\nCookie: a=b\r\nConnection: Keep-Alive\r\n",
    "an origin": b"Origin: https://live.menlohacks.com\r\n",
    "another origin": b"Origin: https://evil.example\r\n",
    "a token": b"Authorization: Bearer x\r\nX-MenloHacks-Authorization: x\r\n",
    "a copy": b'If-None-Match: "x"\r\nIf-Modified-Since: Sat, 21 Nov 2026 12:00:00 GMT\r\nRange: bytes=0-1\r\n',
}


def question(path: str, headers: bytes = b"", host: str = "hub") -> bytes:
    return b"GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (path.encode(), host.encode(), headers)


async def asked(address: str, request: bytes) -> bytes:
    async with conversation(address) as speaking:
        await speaking.say(request)
        return alike(await speaking.reply())


async def messages(hub) -> list[str]:
    """What the door answers on a connection of its own; the client's others may be with aiohttp."""
    _, _, body = (await asked(hub.address, question("/vivere/announcements"))).partition(b"\r\n\r\n")
    return [announcement["message"] for announcement in json.loads(body)["data"]]


WHICH_ORIGINS = [
    pytest.param(("*",), marks=pytest.mark.settings(cors_origins=("*",)), id="any origin"),
    pytest.param(ORIGINS, marks=pytest.mark.settings(cors_origins=ORIGINS), id="named origins"),
]


@pytest.mark.parametrize("origins", WHICH_ORIGINS)
async def test_a_hot_page_is_what_aiohttp_makes_of_it_to_the_byte(hub, origins):
    straight = await hub.open_side_entrance()
    requests = [question(f"/vivere/{path}", headers) for path in PATHS for headers in HEADERS.values()]

    by_the_door = [await asked(hub.address, request) for request in requests]
    given_to_aiohttp = hub.given_to_aiohttp

    assert by_the_door == [await asked(straight, request) for request in requests]
    assert given_to_aiohttp == 0


@pytest.mark.settings(hosts={"api.menlohacks.com": "vivere"})
@pytest.mark.parametrize("host", ["api.menlohacks.com", "API.MenloHacks.com:8080", "menlohacks.com", "[::1]:8080"])
async def test_at_a_host_of_its_own_a_hot_page_is_the_same_too(hub, host):
    straight = await hub.open_side_entrance()
    requests = [question(path, host=host) for path in ("/times", "/times/", "/vivere/times", "/vivere", "/")]

    by_the_door = [await asked(hub.address, request) for request in requests]

    assert by_the_door == [await asked(straight, request) for request in requests]


# -- never older than the question ------------------------------------------------------------------------------------


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_what_was_acknowledged_is_seen_by_whoever_asks_next(self, hub, olga):
        seen = []
        for message in ("Breakfast", "Lunch", "Dinner"):
            announced = await acting.announce(hub, message=message, by=olga)
            seen.append((await messages(hub))[0])
            await hub.call("PUT", f"/vivere/organiser/announcements/{announced['id']}", json={"message": "-"}, by=olga)
            seen.append((await messages(hub))[0])

        assert seen == ["Breakfast", "-", "Lunch", "-", "Dinner", "-"]

    async def test_what_somebody_else_wrote_is_seen_too(self, hub):
        # On a connection of its own, as another node or an operator would.
        before = await messages(hub)
        run(Announcement.create, message="Lunch", time=clock.now())

        assert (before, await messages(hub)) == ([], ["Lunch"])

    async def test_what_is_scheduled_is_seen_at_its_time_and_not_before(self, hub, clock):
        run(Announcement.create, message="Dinner", time=clock.forward(hours=6))
        clock.forward(microseconds=-1)
        before = [await messages(hub), await messages(hub)]

        clock.forward(microseconds=1)

        assert (before, await messages(hub)) == ([[], []], ["Dinner"])

    async def test_an_answer_is_kept_until_anything_changes(self, hub):
        sharing, reading = Sharing(), Reading(partial(said_by, count()))
        first = await sharing.answer(reading)

        again = await sharing.answer(reading)
        run(Location.create, name="Gym")
        other = await sharing.answer(reading)

        assert (first.body, again.body, other.body) == (b"0", b"0", b"1")


def said_by(calls: count) -> web.Response:
    return web.Response(text=str(next(calls)))


async def test_those_who_ask_at_once_share_a_look_up(hub):
    sharing = Sharing()
    reading = Reading(partial(said_by, count()), changes_by_itself_at=clock.now)

    answers = await asyncio.gather(*(sharing.answer(reading) for _ in range(10)))

    assert [answer.body for answer in answers] == [b"0"] * 10


async def test_who_asks_while_a_look_up_is_under_way_waits_for_the_next_one(hub):
    begun, release, calls = threading.Event(), threading.Event(), count()

    def slowly() -> web.Response:
        begun.set()
        release.wait(5)
        return said_by(calls)

    sharing = Sharing()
    reading = Reading(partial(slowly), changes_by_itself_at=clock.now)
    first = sharing.answer(reading)
    await asyncio.to_thread(begun.wait, 5)
    later = [sharing.answer(reading), sharing.answer(reading)]
    release.set()

    assert [answer.body for answer in await asyncio.gather(first, *later)] == [b"0", b"1", b"1"]


async def test_who_goes_away_takes_the_answer_from_nobody(hub):
    async with conversation(hub.address) as leaving, conversation(hub.address) as staying:
        await leaving.say(question("/vivere/times"))
        await staying.say(question("/vivere/times"))
        leaving.leave()

        assert (await staying.reply()).startswith(b"HTTP/1.1 200 OK\r\n")


# -- when something is wrong ------------------------------------------------------------------------------------------


async def test_while_the_database_does_not_answer_a_hot_page_says_so_in_the_words_of_its_dialect(hub, monkeypatch):
    monkeypatch.setattr(perform.threads, "_most_waiting", 0)

    refused = await hub.get("/vivere/times")

    assert refused == (503, no("One moment", "The server cannot answer just now. Try again in a moment."))


async def test_a_bug_is_told_once_with_its_traceback(hub, monkeypatch):
    monkeypatch.setattr("hub.http.vivere.live.vivere.times", None)
    straight = await hub.open_side_entrance()

    with capture_logs() as said:
        broken = await asked(hub.address, question("/vivere/times"))

    assert [line["event"] for line in said if line["log_level"] == "error"] == ["request_failed"]
    assert broken == await asked(straight, question("/vivere/times"))


# -- what is told of it -----------------------------------------------------------------------------------------------


def counted() -> float:
    labels = {"method": "GET", "route": "/vivere/times", "status": "200"}
    return REGISTRY.get_sample_value("hub_request_seconds_count", labels) or 0


async def test_every_answer_is_counted_and_those_of_a_second_share_a_line_with_their_ids(hub):
    before = counted()
    with capture_logs() as said:
        async with conversation(hub.address) as speaking:
            for _ in range(3):
                await speaking.say(question("/vivere/times"))
                await speaking.reply()
        hub.door.house.accounts.log()

    (line,) = [line for line in said if line["event"] == "requests"]
    assert (counted() - before, line["count"], len(set(line["requests"]))) == (3, 3, 3)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/vivere/times", 200)


async def test_one_answer_by_itself_is_logged_like_any_other(hub):
    with capture_logs() as said:
        async with hub.http.get("/vivere/times") as reply:
            request_id = reply.headers["X-Request-Id"]
        hub.door.house.accounts.log()

    (line,) = [line for line in said if line["event"] == "request"]
    assert (line["request"], line["path"], line["status"]) == (request_id, "/vivere/times", 200)
