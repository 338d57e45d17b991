"""Pings of the server, and what becomes of who does not answer them."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import Socket, opened

LATE = 0.5
"""How much later than announced a machine that has much else to do may be."""
EARLY = 0.05


@pytest.fixture
async def briskly(brisk) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(brisk) as session:
        yield session


def rhythm(session: Poller | Socket) -> tuple[float, float]:
    """Seconds between pings, and seconds to answer one."""
    return session.opened["pingInterval"] / 1000, session.opened["pingTimeout"] / 1000


async def test_a_polling_session_is_asked_again_and_again_whether_it_is_there(briskly):
    session = await Poller.open(briskly)

    for _ in range(3):
        assert await session.get() == (200, "2")
        assert await session.post("3") == (200, "ok")


async def test_a_polling_session_that_does_not_answer_is_over(briskly):
    session = await Poller.open(briskly)
    assert await session.get() == (200, "2")

    await asyncio.sleep(rhythm(session)[1] + EARLY)

    assert await session.status() == 400


async def test_a_polling_session_that_never_polls_is_over(briskly):
    session = await Poller.open(briskly)

    await asyncio.sleep(sum(rhythm(session)) + EARLY)

    assert await session.status() == 400


async def test_a_websocket_is_asked_in_the_announced_rhythm_whether_it_is_there(brisk):
    async with opened(brisk, "/engine.io/") as socket:
        interval, _ = rhythm(socket)
        for _ in range(3):
            began = time.monotonic()
            assert await socket.hear() == "2"
            assert interval - EARLY < time.monotonic() - began < interval + LATE
            socket.say("3")


async def test_a_websocket_that_does_not_answer_is_closed_in_time(brisk):
    async with opened(brisk, "/engine.io/") as socket:
        interval, timeout = rhythm(socket)

        ending = await socket.end()

    assert ending.heard == ["2"]
    assert interval + timeout - EARLY < ending.seconds < interval + timeout + LATE


async def test_a_websocket_that_answers_lives_on(brisk):
    async with opened(brisk, "/engine.io/") as socket:
        for _ in range(2):
            assert await socket.hear() == "2"
            socket.say("3")
        socket.say("4here I am")

        assert await socket.hear() == "4here I am"


async def test_a_websockets_own_pongs_are_no_answer(brisk):
    async with opened(brisk, "/engine.io/") as socket:
        assert await socket.hear() == "2"
        assert await socket.is_alive()

        assert (await socket.end()).heard == []


@beyond_node
async def test_answers_in_advance_count_for_nothing(brisk):
    async with opened(brisk, "/engine.io/") as socket:
        socket.say(*["3"] * 10)

        assert (await socket.end()).heard in ([], ["2"])
