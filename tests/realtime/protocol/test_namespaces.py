"""Socket.IO's CONNECT and DISCONNECT."""

import asyncio
import json
import time

import pytest

from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined, opened

CONNECTS = {
    "the main namespace": ("40", "40", '42["auth",{}]'),
    "with a slash": ("40/,", "40", '42["auth",{}]'),
    "with credentials": ('40{"token":"123"}', "40", '42["auth",{"token":"123"}]'),
    "another namespace": ("40/custom,", "40/custom,", '42/custom,["auth",{}]'),
    "without its comma": ("40/custom", "40/custom,", '42/custom,["auth",{}]'),
    "another with credentials": ('40/custom,{"token":"abc"}', "40/custom,", '42/custom,["auth",{"token":"abc"}]'),
}


@pytest.mark.parametrize(("packet", "prefix", "auth"), CONNECTS.values(), ids=CONNECTS.keys())
async def test_connecting_is_answered_with_an_id_before_anything_is_said(echo, packet, prefix, auth):
    async with opened(echo) as socket:
        socket.say(packet)

        answer, said = await socket.hears(2)

    assert answer.startswith(prefix)
    assert list(json.loads(answer.removeprefix(prefix))) == ["sid"]
    assert said == auth


async def test_connecting_by_polling_is_answered_in_the_same_order(echo, http):
    session = await Poller.open(http, "/socket.io/")

    await session.post('40/custom,{"token":"abc"}')

    answer, said = await session.packets(2)
    assert answer.startswith('40/custom,{"sid":')
    assert said == '42/custom,["auth",{"token":"abc"}]'


async def test_each_namespace_of_a_transport_has_an_id_of_its_own(echo):
    async with opened(echo) as socket:
        ids = {socket.opened["sid"], await socket.join("/"), await socket.join("/custom")}

    assert len(ids) == 3


async def test_an_unknown_namespace_is_refused_and_the_transport_stays(echo):
    async with opened(echo) as socket:
        socket.say("40/random")
        assert await socket.hear() == '44/random,{"message":"Invalid namespace"}'

        assert await socket.join("/")


async def test_who_joins_no_namespace_is_closed_after_a_second(echo, http):
    session = await Poller.open(http, "/socket.io/")
    async with opened(echo) as socket:
        socket.say("40/random")
        began = time.monotonic()
        await socket.end(within=3)
        # Some look at their clock no more than once a second.
        assert 0.8 < time.monotonic() - began < 2.5

    # A session on polling may hear of it, if only once.
    assert await session.get() == (200, "1") or await session.status() == 400
    assert await session.status() == 400


async def test_who_has_joined_is_not_closed_after_a_second(echo):
    async with joined(echo) as socket:
        await asyncio.sleep(1.1)

        socket.say('42["message","on we go"]')

        assert await socket.hear() == '42["message-back","on we go"]'


async def test_leaving_one_namespace_leaves_the_other(echo):
    async with joined(echo, "/") as socket:
        await socket.join("/custom")

        socket.say("41/custom,", '42["message","still here"]')

        assert await socket.hear() == '42["message-back","still here"]'


# Node closes who comes back in the same breath.
@beyond_node
async def test_who_has_left_may_come_back_and_is_somebody_else(echo):
    async with opened(echo) as socket:
        first = await socket.join("/")
        socket.say("41")

        assert await socket.join("/") != first


async def test_the_last_namespace_left_leaves_the_transport_open(echo):
    async with joined(echo) as socket:
        socket.say("41")

        assert await socket.is_alive()


async def test_who_has_left_hears_the_room_no_more(echo):
    async with joined(echo) as leaves, joined(echo) as stays:
        leaves.say("41", "40/random")
        assert await leaves.hear() == '44/random,{"message":"Invalid namespace"}'

        stays.say('42["pub","secret"]')
        assert await stays.hear() == '42["msg","secret"]'

        leaves.say("40/random")
        assert await leaves.hear() == '44/random,{"message":"Invalid namespace"}'


OUT_OF_TURN = {
    "an event before CONNECT": ('42["message","early"]',),
    "an acknowledgement before CONNECT": ("431[]",),
    "an event after DISCONNECT": ("40", "41", '42["message","late"]'),
    "an event to a namespace that was not joined": ("40", '42/custom,["message","stray"]'),
    "an event to a namespace that does not exist": ("40", '42/random,["message","stray"]'),
}


@pytest.mark.parametrize("said", OUT_OF_TURN.values(), ids=OUT_OF_TURN.keys())
async def test_what_is_said_out_of_turn_closes_the_transport_within_a_second(echo, said):
    async with opened(echo) as socket:
        socket.say(*said)

        heard = (await socket.end()).heard

    assert [packet for packet in heard if "message-back" in packet] == []


@pytest.mark.parametrize("namespace", ["/", "/custom"])
async def test_a_second_connect_to_one_namespace_closes_the_transport_within_a_second(echo, namespace):
    async with joined(echo, namespace) as socket:
        socket.say(f"40{namespace},")

        assert (await socket.end()).heard == []


# Node lets in both.
@beyond_node
async def test_two_connects_in_one_breath_close_the_transport(echo):
    async with opened(echo) as socket:
        socket.say("40", "40")

        assert len((await socket.end()).heard) < 4


# Node closes the transport.
@beyond_node
@pytest.mark.parametrize("auth", ["[1]", '"a text"', "true"])
async def test_credentials_that_are_no_object_are_refused_in_words(echo, auth):
    async with opened(echo) as socket:
        socket.say(f"40/custom,{auth}")
        assert await socket.hear() == '44/custom,{"message":"auth is not an object"}'

        assert await socket.join("/custom")
