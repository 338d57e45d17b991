"""Bytes in events: how many, how large, how long, and where they belong."""

import pytest

from tests.realtime.protocol.pollers import Poller, payload
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined

ZEROTH = '{"_placeholder":true,"num":0}'
COUNTS = {
    "none": f'450-["message",{ZEROTH}]',
    "none, without a place": '450-["message"]',
    "eleven": '4511-["message"]',
    "ten thousand million": f'459999999999-["message",{ZEROTH}]',
    "less than none": '45-1-["message"]',
    "one and a half": '451.5-["message"]',
    "no number": '45-["message"]',
    "a word": '45two-["message"]',
    "not said": '451["message"]',
}
PLACES = {
    "beyond them": '451-["message",{"_placeholder":true,"num":1}]',
    "before them": '451-["message",{"_placeholder":true,"num":-1}]',
    "a word": '451-["message",{"_placeholder":true,"num":"0"}]',
    "not said": '451-["message",{"_placeholder":true}]',
    "a name that every object has": '451-["message",{"_placeholder":true,"num":"constructor"}]',
}
STRICTER_PLACES = {
    "nowhere": '451-["message","plain"]',
    "the same place twice": f'452-["message",{ZEROTH},{ZEROTH}]',
    "in place of the name": f"451-[{ZEROTH}]",
    "one and a half": '451-["message",{"_placeholder":true,"num":0.5}]',
    "a truth": '451-["message",{"_placeholder":true,"num":true}]',
}


@pytest.mark.parametrize("packet", COUNTS.values(), ids=COUNTS.keys())
async def test_a_number_of_attachments_that_is_not_allowed_closes_the_transport_within_a_second(echo, packet):
    async with joined(echo) as socket:
        socket.say(packet)

        assert (await socket.end()).heard == []


async def test_ten_attachments_are_allowed(echo):
    places = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(10))
    attachments = [bytes([number]) for number in range(10)]
    async with joined(echo) as socket:
        socket.say(f'4510-["message",{places}]', *attachments)

        assert await socket.hears(11) == [f'4510-["message-back",{places}]', *attachments]


@pytest.mark.parametrize("packet", PLACES.values(), ids=PLACES.keys())
async def test_a_place_that_no_attachment_has_closes_the_transport_within_a_second(echo, packet):
    async with joined(echo) as socket:
        socket.say(packet, b"\x01")

        assert (await socket.end()).heard == []


@beyond_node
@pytest.mark.parametrize("packet", STRICTER_PLACES.values(), ids=STRICTER_PLACES.keys())
async def test_an_attachment_without_a_place_of_its_own_closes_the_transport_within_a_second(echo, packet):
    async with joined(echo) as socket:
        socket.say(packet, *[b"\x01"] * int(packet[2]))

        assert (await socket.end()).heard == []


async def test_bytes_that_nothing_announced_close_the_transport_within_a_second(echo):
    async with joined(echo) as socket:
        socket.say(b"\x01")

        assert (await socket.end()).heard == []


async def test_one_attachment_too_many_closes_the_transport_within_a_second(echo):
    async with joined(echo) as socket:
        socket.say(f'451-["message",{ZEROTH}]', b"\x01", b"\x02")

        assert (await socket.end()).heard[2:] == []


async def test_bytes_before_connect_close_the_transport_within_a_second(echo):
    async with joined(echo, "/custom") as socket:
        socket.say("41/custom,", f'451-["message",{ZEROTH}]', b"\x01")

        assert (await socket.end()).heard == []


@pytest.mark.parametrize("text", ['42["pub","never"]', f'451-["message",{ZEROTH}]', "41", "40/custom,"])
async def test_a_text_where_bytes_were_announced_closes_the_transport_within_a_second(echo, text):
    async with joined(echo) as bystander, joined(echo) as socket:
        socket.say(f'452-["message",{ZEROTH},{{"_placeholder":true,"num":1}}]', b"\x01", text)
        assert (await socket.end()).heard == []

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


@beyond_node
async def test_attachments_of_more_than_a_megabyte_together_close_the_transport_within_a_second(echo):
    places = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(3))
    async with joined(echo) as socket:
        socket.say(f'453-["message",{places}]', *[b"\x00" * 400_000] * 3)

        assert (await socket.end()).heard == []


async def test_attachments_of_less_than_a_megabyte_together_come_back_whole(echo):
    parts = [b"\x01" * 400_000, b"\x02" * 400_000]
    packet = f'452-["message",{ZEROTH},{{"_placeholder":true,"num":1}}]'
    async with joined(echo) as socket:
        socket.say(packet, *parts)

        assert await socket.hears(3) == [packet.replace("message", "message-back"), *parts]


@beyond_node
async def test_attachments_that_do_not_come_in_time_close_the_transport(hasty):
    async with joined(hasty) as socket:
        socket.say(f'451-["message",{ZEROTH}]')

        # It is looked after once a second.
        assert (await socket.end(within=4)).heard == []


async def test_who_goes_in_the_middle_of_attachments_disturbs_nobody(echo):
    async with joined(echo) as bystander:
        for _ in range(10):
            async with joined(echo) as leaver:
                leaver.say(f'452-["message",{ZEROTH},{{"_placeholder":true,"num":1}}]', b"\x01" * 10_000)

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


async def test_a_place_in_an_event_without_attachments_is_plain_json(echo):
    async with joined(echo) as socket:
        socket.say(f'452-["message",{ZEROTH},{{"_placeholder":true,"num":1}}]', b"\x01", b"\x02")
        await socket.hears(3)

        socket.say(f'42["message",{ZEROTH}]')

        assert await socket.hear() == f'42["message-back",{ZEROTH}]'


async def test_attachments_by_polling_may_come_in_bodies_of_their_own(echo, http):
    session = await Poller.open(http, "/socket.io/")
    await session.join()
    packet = f'452-["message",{ZEROTH},{{"_placeholder":true,"num":1}}]'

    await session.post(payload(packet, "bAQ=="))
    await session.post("bAg==")

    assert await session.packets(3) == [packet.replace("message", "message-back"), "bAQ==", "bAg=="]
