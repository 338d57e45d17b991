"""WebSocket frames as RFC 6455 has them: control frames, pieces, lengths, and segments that are cut anywhere."""

import statistics
import time

import pytest

from tests.realtime.protocol.frames import BINARY, CONTINUATION, PING, PONG, TEXT, Frame, fragments, frame
from tests.realtime.protocol.sockets import opened

ENGINE = "/engine.io/"
LONGEST = 1_000_000


@pytest.mark.parametrize("payload", [b"", b"hello", b"\x00\xff" * 62, b"x" * 125])
async def test_a_ping_is_answered_with_what_it_brought(echo, payload):
    async with opened(echo, ENGINE) as socket:
        socket.write(frame(PING, payload))

        assert await socket.next_frame() == Frame(PONG, payload)


async def test_a_pong_that_nobody_asked_for_is_passed_over(echo):
    async with opened(echo, ENGINE) as socket:
        socket.write(frame(PONG, "x") + frame(TEXT, "4hello"))

        assert await socket.hear() == "4hello"


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
async def test_a_text_in_pieces_is_heard_whole(echo, size):
    text = "4" + "Grüße, 世界 👩‍🚀 " * 5
    async with opened(echo, ENGINE) as socket:
        socket.write(b"".join(fragments(TEXT, text.encode(), size)))

        assert await socket.hear() == text


async def test_bytes_in_pieces_are_heard_whole(echo):
    async with opened(echo, ENGINE) as socket:
        socket.write(b"".join(fragments(BINARY, bytes(range(256)), 100)))

        assert await socket.hear() == bytes(range(256))


async def test_pieces_without_anything_in_them_belong_to_the_message(echo):
    empty = frame(CONTINUATION, fin=False)
    async with opened(echo, ENGINE) as socket:
        socket.write(frame(TEXT, fin=False) + empty + frame(CONTINUATION, "4hello", fin=False) + empty)
        socket.write(frame(CONTINUATION))

        assert await socket.hear() == "4hello"


async def test_a_ping_between_the_pieces_of_a_message_is_answered_first(echo):
    first, second = fragments(TEXT, b"4hello", 3)
    async with opened(echo, ENGINE) as socket:
        socket.write(first + frame(PING, "now") + frame(PONG) + second)

        assert await socket.next_frame() == Frame(PONG, b"now")
        assert await socket.hear() == "4hello"


@pytest.mark.parametrize("size", [125, 126, 127, 65535, 65536, LONGEST - 1])
async def test_a_message_of_every_kind_of_length_is_heard_whole(echo, size):
    async with opened(echo, ENGINE) as socket:
        socket.say("4" + "x" * size)

        assert await socket.hear() == "4" + "x" * size


async def test_a_frame_that_comes_byte_by_byte_is_heard_whole(echo):
    async with opened(echo, ENGINE) as socket:
        for byte in frame(TEXT, "4" + "x" * 130):
            socket.write(bytes([byte]))
            await socket.writer.drain()

        assert await socket.hear() == "4" + "x" * 130


async def test_an_answer_does_not_wait_for_the_one_before_to_be_acknowledged(echo):
    async with opened(echo, ENGINE) as socket:
        took = []
        for _ in range(11):
            began = time.monotonic()
            socket.say("4one", "4two")
            await socket.hears(2)
            took.append(time.monotonic() - began)

    # TCP would hold the second back for 40 ms if it were not told to.
    assert statistics.median(took) < 0.03


async def test_many_frames_in_one_segment_are_heard_each(echo):
    async with opened(echo, ENGINE) as socket:
        socket.say(*(f"4{number}" for number in range(500)))

        assert await socket.hears(500) == [f"4{number}" for number in range(500)]


async def test_frames_cut_at_every_place_are_heard_each(echo):
    said = frame(TEXT, "4" + "a" * 200) + frame(BINARY, b"\x01") + frame(TEXT, "4b")
    async with opened(echo, ENGINE) as socket:
        for at in range(1, len(said), 11):
            socket.write(said[:at])
            await socket.writer.drain()
            socket.write(said[at:])

            assert await socket.hears(3) == ["4" + "a" * 200, b"\x01", "4b"]


async def test_the_servers_frames_are_whole_and_unmasked(echo):
    async with opened(echo, ENGINE) as socket:
        socket.say("4hello", b"\x01")

        assert await socket.next_frame() == Frame(TEXT, b"4hello")
        assert await socket.next_frame() == Frame(BINARY, b"\x01")
