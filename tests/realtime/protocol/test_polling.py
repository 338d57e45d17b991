"""Bodies of long polling that are too large, too slow, or not what they say they are."""

import asyncio
import gzip
import time

import aiohttp
import pytest

from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import connected, request

LONGEST = 1_000_000
TYPES = ["text/plain", "text/html", "application/x-www-form-urlencoded", "application/json", "nonsense"]
NOT_TEXT = {
    "no UTF-8": b"4\xff\xfe",
    "half a letter": b"4\xf0\x9f\x98",
    "a surrogate": b"4\xed\xa0\x80",
    "compressed": gzip.compress(b"4hello"),
}


async def test_the_longest_body_is_taken(echo, http):
    session = await Poller.open(http)

    assert await session.post("4" + "x" * (LONGEST - 1)) == (200, "ok")
    assert await session.packets(1) == ["4" + "x" * (LONGEST - 1)]


async def test_a_body_that_is_too_large_is_refused_and_ends_the_session(echo, http):
    session = await Poller.open(http)

    assert (await session.post("4" + "x" * LONGEST))[0] == 413


@beyond_node
async def test_a_body_that_is_too_large_is_refused_before_it_has_come(echo, http):
    session = await Poller.open(http)
    async with connected(echo) as socket:
        socket.write(request(echo, session.target, "POST", Content_Length=str(LONGEST + 1)))

        assert (await socket.head()).status == 413
    assert await session.status() == 400


@beyond_node
async def test_a_body_of_no_announced_length_is_refused_as_soon_as_it_is_too_large(echo, http):
    session = await Poller.open(http)
    async with connected(echo) as socket:
        socket.write(request(echo, session.target, "POST", Transfer_Encoding="chunked"))
        for _ in range(11):
            socket.write(b"186a0\r\n" + b"4" * 100_000 + b"\r\n")

        assert (await socket.head()).status == 413
    assert await session.status() == 400


async def test_an_endless_body_disturbs_nobody(echo, http):
    session = await Poller.open(http)
    async with connected(echo) as socket:
        socket.write(request(echo, session.target, "POST", Content_Length="100") + b"4never")

        other = await Poller.open(http)
        await other.post("4hello")
        assert await other.get() == (200, "4hello")


async def test_a_body_that_comes_slowly_is_read_whole(echo, http):
    session = await Poller.open(http)

    async def pieces():
        for letter in b"4hello":
            yield bytes([letter])
            await asyncio.sleep(0.01)

    assert await session.post(pieces()) == (200, "ok")
    assert await session.get() == (200, "4hello")


@beyond_node
async def test_a_body_that_never_ends_is_given_up(hasty):
    async with aiohttp.ClientSession(hasty) as http, connected(hasty) as socket:
        session = await Poller.open(http)
        began = time.monotonic()
        socket.write(request(hasty, session.target, "POST", Content_Length="100") + b"4never")

        assert (await socket.head()).status == 400
        assert time.monotonic() - began < 2
        assert await session.status() == 400


async def test_a_body_that_is_broken_off_ends_nothing_but_its_session(echo, http):
    session = await Poller.open(http)
    async with connected(echo) as socket:
        socket.write(request(echo, session.target, "POST", Content_Length="100") + b"4never")
        await socket.writer.drain()
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.02)

    assert await session.status() == 400


@beyond_node
@pytest.mark.parametrize("body", NOT_TEXT.values(), ids=NOT_TEXT.keys())
async def test_a_body_that_is_no_text_is_a_400_and_ends_the_session(echo, http, body):
    session = await Poller.open(http)

    assert (await session.post(body))[0] == 400
    assert await session.status() == 400


@beyond_node
async def test_a_compressed_body_is_not_unpacked(echo, http):
    session = await Poller.open(http)

    assert (await session.post(gzip.compress(b"4hello"), **{"Content-Encoding": "gzip"}))[0] in (400, 415)


@pytest.mark.parametrize("named", TYPES)
async def test_what_a_body_calls_itself_does_not_matter(echo, http, named):
    session = await Poller.open(http)

    assert await session.post("4hello", **{"Content-Type": named}) == (200, "ok")
    assert await session.get() == (200, "4hello")


@beyond_node
async def test_a_body_that_calls_itself_bytes_is_text_all_the_same(echo, http):
    session = await Poller.open(http)

    assert await session.post("4hello", **{"Content-Type": "application/octet-stream"}) == (200, "ok")
    assert await session.get() == (200, "4hello")


async def test_a_poll_with_a_body_is_a_poll(echo, http):
    session = await Poller.open(http)
    await session.post("4hello")

    assert await session.ask("GET", "4never") == (200, "4hello")


@beyond_node
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_are_refused_and_do_the_session_no_harm(echo, http, method):
    session = await Poller.open(http)

    assert (await session.ask(method))[0] == 400
    await session.post("4hello")
    assert await session.get() == (200, "4hello")


async def test_seventeen_packets_in_one_body_are_all_delivered(echo, http):
    session = await Poller.open(http)
    said = [f"4{number}" for number in range(17)]

    await session.post("\x1e".join(said))

    assert await session.packets(17) == said


@beyond_node
async def test_no_answer_has_more_packets_than_stock_clients_take(echo, http):
    session = await Poller.open(http)
    await session.post("\x1e".join(f"4{number}" for number in range(50)))

    _, body = await session.get()

    assert len(body.split("\x1e")) <= 16


async def test_messages_that_come_while_nobody_polls_are_all_heard_later_in_their_order(echo, http):
    session = await Poller.open(http)
    said = [f"4{number}" for number in range(300)]
    for at in range(0, 300, 10):
        await session.post("\x1e".join(said[at : at + 10]))

    assert await session.packets(300) == said
