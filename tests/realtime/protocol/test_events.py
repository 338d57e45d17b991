"""Events, acknowledgements and bytes in them, on both transports; and everybody in the room."""

import asyncio

import pytest

from tests.realtime.protocol.pollers import Poller, payload
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined, opened

EVENTS = {
    "several arguments": ('42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'),
    "no argument": ('42["message"]', '42["message-back"]'),
    "nothing in particular": ('42["message",null,[],{}]', '42["message-back",null,[],{}]'),
    "numbers": ('42["message",-1,0.5,9007199254740991]', '42["message-back",-1,0.5,9007199254740991]'),
    "all the world's letters": ('42["message","Grüße, 世界 👩‍🚀"]', '42["message-back","Grüße, 世界 👩‍🚀"]'),
    "an acknowledgement": ('42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'),
    "an acknowledgement numbered nothing": ('420["message-with-ack"]', "430[]"),
    "a large number": ('42999999999999999["echo","x"]', '43999999999999999["x"]'),
    "one argument": ('421["echo",{"a":[1]}]', '431[{"a":[1]}]'),
}
WHOLE = '{"_placeholder":true,"num":0}'
BYTES = {
    "two of them": (
        [
            '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
            b"\x01\x02\x03",
            b"\x04\x05\x06",
        ],
        [
            '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
            b"\x01\x02\x03",
            b"\x04\x05\x06",
        ],
    ),
    "acknowledged": (
        [f'451-789["message-with-ack",{WHOLE}]', b"\x01\x02\x03"],
        [f"461-789[{WHOLE}]", b"\x01\x02\x03"],
    ),
    "deep inside": (
        [f'451-["message",{{"a":[1,{{"b":{WHOLE}}}]}}]', b"\x00"],
        [f'451-["message-back",{{"a":[1,{{"b":{WHOLE}}}]}}]', b"\x00"],
    ),
    "none of them": ([f'451-["message",{WHOLE}]', b""], [f'451-["message-back",{WHOLE}]', b""]),
}
SPOKEN = pytest.mark.parametrize(("said", "heard"), EVENTS.values(), ids=EVENTS.keys())
WITH_BYTES = pytest.mark.parametrize(("said", "heard"), BYTES.values(), ids=BYTES.keys())


@SPOKEN
async def test_an_event_is_heard_with_all_its_arguments(echo, said, heard):
    async with joined(echo) as socket:
        socket.say(said)

        assert await socket.hear() == heard


@SPOKEN
async def test_an_event_by_polling_is_heard_with_all_its_arguments(echo, http, said, heard):
    session = await Poller.open(http, "/socket.io/")
    await session.join()

    await session.post(said)

    assert await session.packets(1) == [heard]


async def test_an_event_of_a_namespace_is_answered_in_it(echo):
    async with joined(echo, "/custom") as socket:
        socket.say('42/custom,["message","here"]', '42/custom,7["message-with-ack","here"]')

        assert await socket.hears(2) == ['42/custom,["message-back","here"]', '43/custom,7["here"]']


@WITH_BYTES
async def test_bytes_in_an_event_come_back_behind_it(echo, said, heard):
    async with joined(echo) as socket:
        socket.say(*said)

        assert await socket.hears(len(heard)) == heard


async def test_bytes_by_polling_come_back_behind_their_event(echo, http):
    session = await Poller.open(http, "/socket.io/")
    await session.join()

    await session.post(payload(f'451-["message",{WHOLE}]', "bAQIDBA=="))

    assert await session.packets(2) == [f'451-["message-back",{WHOLE}]', "bAQIDBA=="]


async def test_an_event_with_bytes_keeps_its_place_among_others(echo):
    async with joined(echo) as socket:
        socket.say('42["message",1]', f'451-["message",{WHOLE}]', b"\x02", '42["message",3]')

        assert await socket.hears(4) == [
            '42["message-back",1]',
            f'451-["message-back",{WHOLE}]',
            b"\x02",
            '42["message-back",3]',
        ]


async def test_two_namespaces_may_send_bytes_in_turn(echo):
    async with joined(echo) as socket:
        await socket.join("/custom")

        socket.say(f'451-["message",{WHOLE}]', b"\x01", f'451-/custom,["message",{WHOLE}]', b"\x02")

        heard = await socket.hears(4)
    # Only the order within each namespace is promised.
    assert heard[heard.index(f'451-["message-back",{WHOLE}]') + 1] == b"\x01"
    assert heard[heard.index(f'451-/custom,["message-back",{WHOLE}]') + 1] == b"\x02"


@pytest.mark.parametrize("event", ["pub", "pub_kept"])
async def test_what_is_told_to_the_room_reaches_everybody_in_it_and_nobody_else(echo, http, event):
    async with joined(echo) as speaker, joined(echo) as listener, joined(echo, "/custom") as elsewhere:
        polling = await Poller.open(http, "/socket.io/")
        await polling.join()

        speaker.say(f'42["{event}",{{"n":1}}]')

        heard = [await speaker.hear(), await listener.hear(), *await polling.packets(1)]
        elsewhere.say('42/custom,["message","quiet here"]')
        assert heard == ['42["msg",{"n":1}]'] * 3
        assert await elsewhere.hear() == '42/custom,["message-back","quiet here"]'


async def test_a_thousand_events_are_answered_in_their_order(echo):
    async with joined(echo) as socket:
        for first in range(0, 1000, 50):
            numbers = range(first, first + 50)
            socket.say(*(f'42{number}["echo",{number}]' for number in numbers))
            assert await socket.hears(50) == [f"43{number}[{number}]" for number in numbers]


async def test_a_thousand_events_to_the_room_reach_everybody_in_one_order(echo):
    async with joined(echo) as one, joined(echo) as other:
        for first in range(0, 1000, 50):
            one.say(*(f'42["pub","one {number}"]' for number in range(first, first + 50)))
            other.say(*(f'42["pub","other {number}"]' for number in range(first, first + 50)))
            heard, likewise = await asyncio.gather(one.hears(100), other.hears(100))
            assert heard == likewise
            assert [text for text in heard if "one " in text] == [
                f'42["msg","one {number}"]' for number in range(first, first + 50)
            ]


async def test_answers_and_what_the_room_hears_keep_the_order_in_which_they_were_caused(echo):
    async with joined(echo) as socket:
        said = [f'42["pub",{number}]' if number % 2 else f'42{number}["echo",{number}]' for number in range(50)]

        socket.say(*said)

        expected = [f'42["msg",{number}]' if number % 2 else f"43{number}[{number}]" for number in range(50)]
        assert await socket.hears(50) == expected


@beyond_node
async def test_everything_said_at_once_is_answered_in_order_from_the_very_first_packet(echo):
    async with opened(echo) as socket:
        socket.say("40", *(f'42{number}["echo",{number}]' for number in range(20)))

        connected, *answers = [text for text in await socket.hears(22) if not text.startswith("42")]
        assert connected.startswith("40{")
        assert answers == [f"43{number}[{number}]" for number in range(20)]


async def test_fifty_messages_reach_a_poller_whole_and_in_order(echo, http):
    session = await Poller.open(http, "/socket.io/")
    await session.join()
    poll = await session.waiting()
    async with joined(echo) as speaker:
        speaker.say(*(f'42["pub",{number}]' for number in range(50)))

        first = (await poll)[1].split("\x1e")
        heard = first + await session.packets(50 - len(first))

    assert heard == [f'42["msg",{number}]' for number in range(50)]
