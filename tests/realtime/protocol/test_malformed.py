"""What breaks Socket.IO closes its transport within a second, reaches nobody, and disturbs nobody."""

import pytest

from tests.js_client import JsClient
from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined

PACKETS = {
    "a type that does not exist": "4abc",
    "a number that is no type": "47",
    "nothing": "4",
    "half a list": '42["pub","never',
    "a list and more": '42["pub","never"]x',
    "an object": "42{}",
    "a text": '42"pub"',
    "no name": "42[]",
    "a name that is null": '42[null,"never"]',
    "a name that is an object": "42[{}]",
    "an acknowledgement id that is no number": '42abc["echo","never"]',
    "an acknowledgement that is no list": "431{}",
    "a refusal, which only servers say": '44{"message":"no"}',
    "a reason to leave": '41{"why":"because"}',
}
RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
NOT_JSON = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "less than everything": "-Infinity",
    "a comma too many": "[1,]",
    "a number that begins with nothing": "01",
    "other quotation marks": "'a'",
    "a line's end in a text": '"a\nb"',
    "a byte order mark": "\ufeff1",
    "a comment": "1/**/",
}
STRICTER = {
    "a name that is a number": '42[1,"never"]',
    "no list at all": "42",
    "an event that nobody declared": '42["nobody","never"]',
    "an answer to nothing": '437["never"]',
    "an answer without a number": '43["never"]',
    "an acknowledgement id that no double holds": '429007199254740993["echo","never"]',
    "an endless acknowledgement id": "42" + "9" * 101 + '["echo","never"]',
    "an acknowledgement id where there is nothing to acknowledge": "40/custom,7",
    "DISCONNECT with an acknowledgement id": "417",
}
ODD = {
    "a lone surrogate": r'"\ud800"',
    "surrogates in the wrong order": r'"\udc00\ud800"',
    "a lone surrogate in a key": r'{"\udfff":1}',
    "NUL": r'"a\u0000b"',
    "the same key twice": '{"a":1,"a":2}',
    "the same key spelled otherwise": r'{"a":1,"\u0061":2}',
    "an integer that no double holds": "9007199254740993",
    "a negative one": "-9007199254740993",
    "a number beyond all doubles": "1e999",
    "four hundred digits": "1" * 401,
    "lists in lists": "[" * 33 + "]" * 33,
    "objects in objects": '{"a":' * 33 + "1" + "}" * 33,
    "lists without an end": "[" * 100_000,
}


def spoken(arguments: str) -> str:
    return f'42["pub",{arguments}]'


async def assert_is_closed(echo, *said):
    """The one who says it is closed, and of two others in the room neither hears of it nor is held up."""
    async with joined(echo) as bystander, joined(echo) as speaker:
        speaker.say(*said)
        assert (await speaker.end()).heard == []

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


@pytest.mark.parametrize("packet", PACKETS.values(), ids=PACKETS.keys())
async def test_a_malformed_packet_closes_the_transport_within_a_second(echo, packet):
    await assert_is_closed(echo, packet)


@pytest.mark.parametrize("name", RESERVED)
async def test_a_forged_event_closes_the_transport_within_a_second(echo, name):
    await assert_is_closed(echo, f'42["{name}",{{"token":"forged"}}]')


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON.keys())
async def test_what_is_no_json_closes_the_transport_within_a_second(echo, value):
    await assert_is_closed(echo, spoken(value))


@beyond_node
@pytest.mark.parametrize("packet", STRICTER.values(), ids=STRICTER.keys())
async def test_what_means_nothing_closes_the_transport_within_a_second(echo, packet):
    await assert_is_closed(echo, packet)


@beyond_node
@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
async def test_json_that_not_everybody_reads_alike_closes_the_transport_within_a_second(echo, value):
    await assert_is_closed(echo, spoken(value))


@pytest.mark.parametrize("packet", ["4abc", '42{"a":1}', spoken("NaN"), "450-[]"])
async def test_a_malformed_packet_by_polling_ends_the_session(echo, http, packet):
    session = await Poller.open(http, "/socket.io/")
    await session.join()

    await session.post(packet)

    # Some servers say the end to the first who asks.
    assert await session.get() == (200, "1") or await session.status() == 400
    assert await session.status() == 400


@beyond_node
async def test_the_official_client_in_the_room_hears_nothing_of_odd_json(echo):
    js = await JsClient.start(echo)
    async with js:
        await js.next("connect")
        await js.next("event")
        for value in [*NOT_JSON.values(), *ODD.values()]:
            await assert_is_closed(echo, spoken(value))
        async with joined(echo) as speaker:
            speaker.say(spoken('"the last"'))
            await speaker.hear()

        while (await js.next("event"))["args"] != ["the last"]:
            pass

    said = [line["args"] for line in js.lines if line["on"] == "event" and line["name"] == "msg"]
    assert said == [["on we go"]] * (len(NOT_JSON) + len(ODD)) + [["the last"]]
    assert [line["on"] for line in js.lines if line["on"] != "event"] == ["connect"]
