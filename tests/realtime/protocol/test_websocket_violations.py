"""What breaks RFC 6455, and how a WebSocket ends."""

import struct

import pytest

from tests.realtime.protocol.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    MASK,
    PING,
    PONG,
    TEXT,
    closing,
    fragments,
    frame,
    masked_with,
)
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined, opened

ENGINE = "/engine.io/"
PROTOCOL_ERROR, NOT_UTF8, TOO_LARGE = 1002, 1007, 1009
LONGEST = 1_000_000

VIOLATIONS = {
    "no mask": (frame(TEXT, "4hello", masked=False), PROTOCOL_ERROR),
    "an extension's first bit": (frame(TEXT, "4hello", rsv=4), PROTOCOL_ERROR),
    "an extension's second bit": (frame(TEXT, "4hello", rsv=2), PROTOCOL_ERROR),
    "an extension's third bit": (frame(TEXT, "4hello", rsv=1), PROTOCOL_ERROR),
    "an extension's bit on a ping": (frame(PING, rsv=4), PROTOCOL_ERROR),
    "a data opcode that is reserved": (frame(0x3, "4hello"), PROTOCOL_ERROR),
    "the last of these": (frame(0x7, "4hello"), PROTOCOL_ERROR),
    "a control opcode that is reserved": (frame(0xB), PROTOCOL_ERROR),
    "the last of those": (frame(0xF), PROTOCOL_ERROR),
    "a ping too long": (frame(PING, "x" * 126), PROTOCOL_ERROR),
    "a pong too long": (frame(PONG, "x" * 126), PROTOCOL_ERROR),
    "a closing frame too long": (closing(1000, b"x" * 124), PROTOCOL_ERROR),
    "a ping in pieces": (frame(PING, "x", fin=False), PROTOCOL_ERROR),
    "a closing frame in pieces": (frame(CLOSE, fin=False), PROTOCOL_ERROR),
    "a continuation of nothing": (frame(CONTINUATION, "4hello"), PROTOCOL_ERROR),
    "a message inside another": (frame(TEXT, "4he", fin=False) + frame(TEXT, "4hello"), PROTOCOL_ERROR),
    "bytes inside a text": (frame(TEXT, "4he", fin=False) + frame(BINARY, b"\x01"), PROTOCOL_ERROR),
    "a text that is no UTF-8": (frame(TEXT, b"4\xff\xfe"), NOT_UTF8),
    "an overlong letter": (frame(TEXT, b"4\xc0\xaf"), NOT_UTF8),
    "a surrogate in UTF-8": (frame(TEXT, b"4\xed\xa0\x80"), NOT_UTF8),
    "a letter beyond all": (frame(TEXT, b"4\xf4\x90\x80\x80"), NOT_UTF8),
    "half a letter": (frame(TEXT, b"4\xf0\x9f\x98"), NOT_UTF8),
    "no UTF-8 in pieces": (b"".join(fragments(TEXT, b"4ab\xff\xfecd", 3)), NOT_UTF8),
    "a text too long": (frame(TEXT, "4" + "x" * LONGEST), TOO_LARGE),
    "bytes too long": (frame(BINARY, b"x" * (LONGEST + 1)), TOO_LARGE),
    "pieces too long together": (b"".join(fragments(TEXT, b"4" + b"x" * LONGEST, 250_000)), TOO_LARGE),
}
ANNOUNCED = {
    "two gigabytes": b"\x82\xff" + struct.pack(">Q", 2**31),
    "a million and one bytes": b"\x82\xff" + struct.pack(">Q", LONGEST + 1),
}
CLOSING = {
    "nothing said": (closing(), {None, 1000, 1005}),
    "normal": (closing(1000), {1000}),
    "going away": (closing(1001, b"the lid was closed"), {1001}),
    "a library's own": (closing(3000), {3000}),
    "an application's own": (closing(4999, "Grüße".encode()), {4999}),
}
BAD_CLOSING = {
    "half a code": (frame(CLOSE, b"\x03"), PROTOCOL_ERROR),
    "a code below all": (closing(999), PROTOCOL_ERROR),
    "a code that is never sent": (closing(1005), PROTOCOL_ERROR),
    "another": (closing(1006), PROTOCOL_ERROR),
    "a third": (closing(1015), PROTOCOL_ERROR),
    "a code that nobody defined": (closing(1016), PROTOCOL_ERROR),
    "a code that nobody may use": (closing(2999), PROTOCOL_ERROR),
    "a code above all": (closing(5000), PROTOCOL_ERROR),
    "a reason that is no UTF-8": (closing(1000, b"\xff"), NOT_UTF8),
}
NOT_MINIMAL = {
    "16 bits": b"\x81\xfe" + struct.pack(">H", 6),
    "64 bits": b"\x81\xff" + struct.pack(">Q", 6),
}


@pytest.mark.parametrize(("said", "code"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
async def test_what_breaks_websocket_is_closed_within_a_second_and_told_why(echo, said, code):
    async with opened(echo, ENGINE) as socket:
        socket.write(said)

        ending = await socket.end()

    assert (ending.heard, ending.code) == ([], code)


@pytest.mark.parametrize("head", ANNOUNCED.values(), ids=ANNOUNCED.keys())
async def test_a_message_too_long_is_refused_by_its_length_alone(echo, head):
    async with opened(echo, ENGINE) as socket:
        socket.write(head)

        assert (await socket.end()).code == TOO_LARGE


async def test_a_length_with_its_highest_bit_set_is_refused(echo):
    async with opened(echo, ENGINE) as socket:
        socket.write(b"\x82\xff" + struct.pack(">Q", 2**63 + 1))

        assert (await socket.end()).code in (PROTOCOL_ERROR, TOO_LARGE)


@beyond_node
@pytest.mark.parametrize("head", NOT_MINIMAL.values(), ids=NOT_MINIMAL.keys())
async def test_a_length_in_more_bytes_than_it_needs_is_refused(echo, head):
    async with opened(echo, ENGINE) as socket:
        socket.write(head + MASK + masked_with(MASK, b"4hello"))

        assert (await socket.end()).code == PROTOCOL_ERROR


async def test_nothing_behind_a_violation_is_carried_out(echo):
    async with joined(echo) as bystander, joined(echo) as socket:
        socket.write(frame(0x3) + frame(TEXT, '42["pub","never"]'))
        await socket.end()

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


@pytest.mark.parametrize(("said", "codes"), CLOSING.values(), ids=CLOSING.keys())
async def test_a_client_that_closes_is_answered_with_its_own_code(echo, said, codes):
    async with opened(echo, ENGINE) as socket:
        socket.write(said)

        ending = await socket.end()

    assert (ending.heard, ending.code in codes) == ([], True)


@pytest.mark.parametrize(("said", "code"), BAD_CLOSING.values(), ids=BAD_CLOSING.keys())
async def test_a_closing_frame_that_is_wrong_is_answered_with_why(echo, said, code):
    async with opened(echo, ENGINE) as socket:
        socket.write(said)

        assert (await socket.end()).code == code


async def test_nothing_is_heard_or_done_after_a_closing_frame(echo):
    async with joined(echo) as bystander, joined(echo) as socket:
        socket.write(closing(1000) + frame(TEXT, '42["pub","never"]'))
        assert (await socket.end()).heard == []

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


async def test_a_client_that_only_stops_sending_is_let_go(echo):
    async with opened(echo, ENGINE) as socket:
        socket.say("4hello")
        socket.writer.write_eof()

        ending = await socket.end()

    assert ending.heard in ([], ["4hello"])


async def test_a_client_that_is_gone_in_the_middle_of_a_frame_disturbs_nobody(echo):
    async with joined(echo) as bystander:
        async with joined(echo) as socket:
            socket.write(frame(TEXT, '42["pub","never"]')[:-3])

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'
