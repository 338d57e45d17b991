"""The door reads requests before aiohttp does. Whoever asks cannot tell, but by how fast they are served."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from hub import clock, door
from hub.perform import run, threads
from models import Announcement
from tests.bare_http import Conversation, alike, answers, conversation, silent_connection
from tests.running import RunningHub

pytestmark = pytest.mark.usefixtures("clock")

HOT = b"GET /vivere/times HTTP/1.1\r\nHost: hub\r\n\r\n"
COLD = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
)
IMPATIENT = {"SILENCE_SECONDS": 0.02, "HEAD_SECONDS": 0.02, "STUCK_SECONDS": 0.02, "LOOK_SECONDS": 0.005}


def hot(*lines: bytes, line: bytes = b"GET /vivere/times HTTP/1.1", newline: bytes = b"\r\n") -> bytes:
    return newline.join([line, *lines, b"", b""])


CHUNKED, NO_CHUNK = b"Transfer-Encoding: chunked", b"0\r\n\r\n"
ODD = {
    "twice a hot page": [HOT, HOT, LAST],
    "a head byte by byte": [*[HOT[n : n + 1] for n in range(len(HOT))], LAST],
    "a head in three": [HOT[:3], HOT[3:30], HOT[30:], LAST],
    "requests in one segment": [HOT + HOT + COLD + LAST],
    "a request and a half": [HOT + HOT[:20], HOT[20:], LAST],
    "a hot page and the end": [hot(b"Host: hub", b"Connection: close")],
    "HTTP/1.0": [hot(line=b"GET /vivere/times HTTP/1.0")],
    "HTTP/1.0 kept alive": [hot(b"Connection: keep-alive", line=b"GET /vivere/times HTTP/1.0"), LAST],
    "HTTP/2": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    "HTTP/1.2": [hot(b"Host: hub", line=b"GET /vivere/times HTTP/1.2"), LAST],
    "no version": [b"GET /vivere/times\r\n\r\n"],
    "HEAD": [hot(b"Host: hub", line=b"HEAD /vivere/times HTTP/1.1"), LAST],
    "POST": [hot(b"Host: hub", b"Content-Length: 0", line=b"POST /vivere/times HTTP/1.1"), LAST],
    "a method in lower case": [hot(b"Host: hub", line=b"get /vivere/times HTTP/1.1"), LAST],
    "a length and chunks": [hot(b"Host: hub", b"Content-Length: 5", CHUNKED) + NO_CHUNK, LAST],
    "chunks and a length": [hot(b"Host: hub", CHUNKED, b"Content-Length: 5") + NO_CHUNK, LAST],
    "chunks": [hot(b"Host: hub", CHUNKED) + NO_CHUNK, LAST],
    "chunks, twice": [hot(b"Host: hub", CHUNKED + b", chunked") + NO_CHUNK, LAST],
    "chunks in disguise": [hot(b"Host: hub", b"Transfer-Encoding:\x0bchunked") + NO_CHUNK, LAST],
    "a space before the colon": [hot(b"Host: hub", b"Content-Length : 5") + b"12345", LAST],
    "a body": [hot(b"Host: hub", b"Content-Length: 5") + b"12345", LAST],
    "a length of nothing": [hot(b"Host: hub", b"Content-Length:"), LAST],
    "a request within a body": [hot(b"Host: hub", b"Content-Length: %d" % len(HOT)) + HOT, LAST],
    "a folded header": [hot(b"Host: hub", b"X-A: b", b" c"), LAST],
    "a first header that is folded": [hot(b" Host: hub", b"Host: hub"), LAST],
    "two hosts": [hot(b"Host: hub", b"Host: other"), LAST],
    "no host": [hot(), LAST],
    "an empty host": [hot(b"Host:"), LAST],
    "a host that is none": [hot(b"Host: a b/c@d"), LAST],
    "an absolute address": [hot(b"Host: hub", line=b"GET http://hub/vivere/times HTTP/1.1"), LAST],
    "two slashes": [hot(b"Host: hub", line=b"GET //vivere/times HTTP/1.1"), LAST],
    "an escaped letter": [hot(b"Host: hub", line=b"GET /vivere/%74imes HTTP/1.1"), LAST],
    "a way up": [hot(b"Host: hub", line=b"GET /vivere/x/../times HTTP/1.1"), LAST],
    "a fragment": [hot(b"Host: hub", line=b"GET /vivere/times#x HTTP/1.1"), LAST],
    "an asterisk": [hot(b"Host: hub", line=b"OPTIONS * HTTP/1.1"), LAST],
    "a quote in the query": [hot(b"Host: hub", line=b'GET /vivere/times?"<> HTTP/1.1'), LAST],
    "two spaces": [hot(b"Host: hub", line=b"GET  /vivere/times HTTP/1.1"), LAST],
    "newlines alone": [hot(b"Host: hub", newline=b"\n"), LAST],
    "a newline alone, and no end": [b"GET /vivere/times HTTP/1.1\r\nHost: hub\n\n"],
    "returns alone": [hot(b"Host: hub", newline=b"\r"), LAST],
    "an empty line before it": [b"\r\n" + HOT, LAST],
    "a NUL": [hot(b"Host: hub", b"X-A: \0"), LAST],
    "a tab": [hot(b"Host: hub", b"X-A: \tb\tc"), LAST],
    "letters beyond ASCII": [hot(b"Host: hub", "X-A: ä".encode()), LAST],
    "a header without a name": [hot(b"Host: hub", b": b"), LAST],
    "a header without a colon": [hot(b"Host: hub", b"nonsense"), LAST],
    "a long header": [hot(b"Host: hub", b"X-A: " + b"b" * 8200), LAST],
    "a header that is almost too long": [hot(b"Host: hub", b"X-A: " + b"b" * 8100), LAST],
    "many headers": [hot(b"Host: hub", *[b"X-%d: b" % n for n in range(100)]), LAST],
    "too many headers": [hot(b"Host: hub", *[b"X-%d: b" % n for n in range(200)]), LAST],
    "the same header twice": [hot(b"Host: hub", b"X-A: b", b"X-A: b"), LAST],
    "asking to go on": [hot(b"Host: hub", b"Expect: 100-continue", b"Content-Length: 1"), b"1", LAST],
    "expecting wonders": [hot(b"Host: hub", b"Expect: wonders"), LAST],
    "an upgrade to HTTP/2": [hot(b"Host: hub", b"Connection: Upgrade", b"Upgrade: h2c"), LAST],
    "garbage": [b"\x00\x01\x02\xff\r\n\r\n"],
    "garbage that does not end": [b"nonsense nonsense"],
    "TLS": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 100],
    "a refused query": [hot(b"Host: hub", line=b"GET /vivere/announcements?since_date=x HTTP/1.1"), LAST],
}


async def all_answers(address: str) -> dict[str, bytes]:
    return {name: await answers(address, *pieces) for name, pieces in ODD.items()}


async def test_whatever_is_asked_the_answer_is_the_one_of_aiohttp(hub):
    straight = await hub.open_side_entrance()

    through_the_door = await all_answers(hub.address)

    assert through_the_door == await all_answers(straight)
    assert [name for name, answer in through_the_door.items() if not answer.startswith(b"HTTP/")] == []


# -- WebSockets -------------------------------------------------------------------------------------------------------


async def opened(speaking: Conversation) -> tuple[bytes, bytes]:
    """The status line, and the first frame as far as it is known before."""
    reply = await speaking.reply()
    return reply.partition(b"\r\n")[0], (await speaking.reader.readexactly(10))[2:]


OPENED = (b"HTTP/1.1 101 Switching Protocols", b'0{"sid":')


@pytest.mark.parametrize(
    "pieces",
    [
        [UPGRADE % b""],
        [(UPGRADE % b"")[:7], (UPGRADE % b"")[7:90], (UPGRADE % b"")[90:]],
        [UPGRADE % b"X-A: b\r\nX-A: c\r\n"],
    ],
    ids=["in one segment", "in three segments", "with an odd head"],
)
async def test_a_websocket_is_opened(hub, pieces):
    async with conversation(hub.address) as speaking:
        await speaking.say(*pieces)

        assert await opened(speaking) == OPENED


@pytest.mark.parametrize("before", [HOT, COLD], ids=["a hot page", "another page"])
async def test_a_websocket_is_opened_on_a_connection_that_asked_for_something_else_before(hub, before):
    async with conversation(hub.address) as speaking:
        await speaking.say(before)
        await speaking.reply()

        await speaking.say(UPGRADE % b"")

        assert await opened(speaking) == OPENED


async def test_what_comes_right_behind_the_head_is_the_websockets(hub):
    async with conversation(hub.address) as speaking:
        await speaking.say(UPGRADE % b"" + b"\x81\x91\0\0\0\0" + b"40/announcements,")

        async with asyncio.timeout(5):
            await speaking.reader.readuntil(b"40/announcements,")


@pytest.mark.settings(trusted_proxies=("127.0.0.1",))
async def test_a_websocket_behind_a_trusted_proxy_is_its_clients(hub):
    async with conversation(hub.address) as speaking:
        await speaking.say(UPGRADE % b"X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n")
        await opened(speaking)

        assert [session.peer for session in hub.node.server.engine.sessions()] == ["192.0.2.1"]


async def test_nobody_says_by_themselves_who_they_are(hub):
    async with conversation(hub.address) as speaking:
        await speaking.say(UPGRADE % b"X-Forwarded-For: 192.0.2.1\r\n")
        await opened(speaking)

        assert [session.peer for session in hub.node.server.engine.sessions()] == ["127.0.0.1"]


# -- whose time is up -------------------------------------------------------------------------------------------------


@pytest.fixture
async def impatient(hub, monkeypatch) -> RunningHub:
    """A hub whose door waits hundredths of a second, and looks often."""
    for name, seconds in IMPATIENT.items():
        monkeypatch.setattr(door, name, seconds)
    hub.door.look_around()
    return hub


@pytest.mark.parametrize("said", [b"", b"G", HOT[:-2], b"POST /vivere/user/login HTTP/1.1\r\nHost:"])
async def test_who_says_nothing_or_only_half_of_it_is_sent_away(impatient, said):
    async with conversation(impatient.address) as speaking:
        await speaking.say(said)

        assert await speaking.all() == b""


async def test_a_head_that_trickles_in_has_no_more_time_than_any_other(impatient):
    async with conversation(impatient.address) as speaking:
        await speaking.say(b"G")
        (visitor,) = impatient.door.visitors
        until = visitor.deadline
        await speaking.say(b"E", b"T")

        assert visitor.deadline == until
        assert await speaking.all() == b""


async def test_who_has_been_answered_may_wait_for_longer(impatient):
    async with conversation(impatient.address) as speaking:
        await speaking.say(HOT)
        first = await speaking.reply()
        await asyncio.sleep(0.05)
        await speaking.say(HOT)

        assert alike(await speaking.reply()) == alike(first)


async def test_who_takes_nothing_of_a_long_answer_is_cut_off(impatient):
    long = [{"message": "a" * 10_000, "time": clock.now()}] * 800
    run(lambda: Announcement.insert_many(long).execute())

    with silent_connection(impatient.address, HOT.replace(b"times", b"announcements")):
        async with asyncio.timeout(5):
            await asyncio.sleep(0.01)
            while impatient.door.visitors:
                await asyncio.sleep(0.01)


# -- when the hub stops -----------------------------------------------------------------------------------------------


async def test_when_the_door_closes_who_waits_for_nothing_is_sent_away(hub):
    async with conversation(hub.address) as speaking:
        await speaking.say(HOT)
        await speaking.reply()

        hub.door.close()

        assert await speaking.all() == b""


async def test_when_the_door_closes_who_has_asked_is_still_answered(hub):
    release = threading.Event()
    holding_up = asyncio.create_task(threads.do(partial(release.wait, 5)))
    async with conversation(hub.address) as speaking:
        await speaking.say(HOT)
        hub.door.close()
        release.set()

        assert (await speaking.all()).startswith(b"HTTP/1.1 200 OK\r\n")
    await holding_up


async def test_nobody_comes_in_through_a_closed_door(hub):
    hub.door.close()

    with pytest.raises(ConnectionRefusedError):
        await answers(hub.address, HOT)
