"""Messages both ways on both transports: whole, in order, and nothing for who sends no message at all."""

import asyncio

import pytest

from tests.realtime.protocol.pollers import SEPARATOR, Poller, payload
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import Message, opened

ENGINE = "/engine.io/"
MESSAGES = {
    "a word": ["4hello"],
    "nothing in it": ["4"],
    "several": ["4one", "4two", "4three"],
    "text and bytes": ["4hello", "bAQIDBA=="],
    "bytes and text in turn": ["bAQ==", "4one", "bAg==", "4two"],
    "all the world's letters": ["4Grüße, 世界 👩‍🚀"],
    "a line's end and quotes": ['4"a"\r\n\t\\'],
    "fifty": [f"4{number}" for number in range(50)],
}
NO_PAYLOAD = {
    "not an Engine.IO packet": "abc",
    "a packet's number that does not exist": "9",
    "an empty packet": SEPARATOR,
    "nothing behind the last separator": "4a" + SEPARATOR,
    "nothing before the first": SEPARATOR + "4a",
    "two separators": f"4a{SEPARATOR}{SEPARATOR}4b",
}
GIVEN_UP_SECONDS = 2.0
NO_PACKET = {"letters": "abc", "an unknown number": "9", "nothing": "", "a ping of the client's": "2"}
ONLY_SERVERS = {"a handshake": '0{"sid":"x"}', "a probe's answer": "3probe", "an upgrade": "5", "a noop": "6"}


@pytest.mark.parametrize("packets", MESSAGES.values(), ids=MESSAGES.keys())
async def test_what_is_posted_comes_back_by_polling(echo, http, packets):
    session = await Poller.open(http)

    assert await session.post(payload(*packets).encode()) == (200, "ok")
    assert await session.packets(len(packets)) == packets


async def test_what_waits_for_a_poll_comes_in_one_answer(echo, http):
    session = await Poller.open(http)

    await session.post("4one")
    await session.post("4two")

    assert await session.get() == (200, payload("4one", "4two"))


async def test_a_poll_that_waits_is_answered_as_soon_as_there_is_something(echo, http):
    session = await Poller.open(http)
    poll = await session.waiting()

    await session.post("4hello")

    assert await poll == (200, "4hello")


@pytest.mark.parametrize("message", ["4hello", "4", "4Grüße, 世界 👩‍🚀", b"\x01\x02\x03\x04", b"\x00" * 5000])
async def test_what_is_said_on_a_websocket_comes_back(echo, message):
    async with opened(echo, ENGINE) as socket:
        socket.say(message)

        assert await socket.hear() == message


async def test_text_and_bytes_keep_their_order_on_a_websocket(echo):
    said: list[Message] = ["4one", b"\x01", "4two", b"\x02", "4three"]
    async with opened(echo, ENGINE) as socket:
        socket.say(*said)

        assert await socket.hears(5) == said


@pytest.mark.parametrize("body", NO_PAYLOAD.values(), ids=NO_PAYLOAD.keys())
async def test_a_body_that_is_no_payload_ends_the_session(echo, http, body):
    session = await Poller.open(http)

    await session.post(body)

    assert await session.status() == 400


# Node answers 200.
@beyond_node
@pytest.mark.parametrize("body", [*NO_PAYLOAD.values(), "", "bAQIDB", "b!!!!", "bAQ==AQ==", "4a" + SEPARATOR + "zz"])
async def test_a_body_that_is_no_payload_is_a_400(echo, http, body):
    session = await Poller.open(http)

    assert (await session.post(body))[0] == 400
    assert await session.status() == 400


@pytest.mark.parametrize("packet", NO_PACKET.values(), ids=NO_PACKET.keys())
async def test_a_websocket_that_says_no_packet_is_closed_at_once(echo, packet):
    async with opened(echo, ENGINE) as socket:
        socket.say(packet, "4never said")

        assert (await socket.end()).heard == []


@beyond_node
@pytest.mark.parametrize("packet", ONLY_SERVERS.values(), ids=ONLY_SERVERS.keys())
async def test_a_packet_that_only_servers_say_closes_a_websocket(echo, packet):
    async with opened(echo, ENGINE) as socket:
        socket.say(packet, "4never said")

        assert (await socket.end()).heard == []


async def test_a_second_poll_beside_one_that_waits_ends_the_session(echo, http):
    session = await Poller.open(http)
    first = await session.waiting()

    assert await session.status() in (400, 500)
    assert await first == (200, "1")
    assert await session.status() == 400


async def test_a_poll_that_is_given_up_ends_the_session(echo, http):
    session = await Poller.open(http)
    poll = await session.waiting()

    poll.cancel()

    # Not by another poll, which would end it by itself.
    async with asyncio.timeout(GIVEN_UP_SECONDS):
        while (await session.post("4are you there?"))[0] == 200:
            await asyncio.sleep(0.02)
