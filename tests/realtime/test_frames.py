"""Frames: whatever pieces they come in, the same messages are read."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.realtime.frames import BINARY, PING, TEXT, BadFrame, FrameReader, frame

MOST = 70_000
MESSAGES = st.lists(
    st.tuples(st.sampled_from([TEXT, BINARY]), st.sampled_from([0, 1, 125, 126, 65_535, 65_536]), st.integers(1, 4)),
    max_size=4,
)


def masked(opcode: int, payload: bytes, mask: bytes, *, is_last: bool = True) -> bytes:
    """A client's frame: the server's, with the mask that is told to clients."""
    whole = frame(opcode, payload)
    head = whole[: len(whole) - len(payload)]
    first = head[0] if is_last else head[0] & 0x7F
    veiled = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return bytes([first, head[1] | 0x80]) + head[2:] + mask + veiled


def said(messages: list[tuple[int, int, int]], chance: random.Random) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Messages in fragments with pings between them, and what is to be read of it."""
    sent, expected = bytearray(), []
    for opcode, size, pieces in messages:
        payload = chance.randbytes(size)
        cuts = sorted(chance.randrange(size + 1) for _ in range(pieces - 1))
        parts = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
        for number, part in enumerate(parts):
            mask = chance.choice([b"\0\0\0\0", chance.randbytes(4)])
            sent += masked(opcode if number == 0 else 0, part, mask, is_last=number == pieces - 1)
            if number < pieces - 1:
                sent += masked(PING, b"well?", b"abcd")
                expected.append((PING, b"well?"))
        expected.append((opcode, payload))
    return bytes(sent), expected


@given(messages=MESSAGES, seed=st.integers(0, 2**32))
def test_messages_are_the_same_in_whatever_pieces_they_come(messages, seed):
    chance = random.Random(seed)
    sent, expected = said(messages, chance)
    reader = FrameReader(MOST)
    heard, at = [], 0

    while at < len(sent):
        step = chance.choice([1, 2, 7, 1000, len(sent)])
        heard += reader.feed(sent[at : at + step])
        at += step

    assert heard == expected
    assert reader.is_between_frames


def test_a_long_message_that_comes_byte_by_byte_is_read_whole():
    reader = FrameReader(1_000_000)
    sent = masked(BINARY, b"x" * 100_000, b"abcd")

    heard = [message for byte in range(len(sent)) for message in reader.feed(sent[byte : byte + 1])]

    assert heard == [(BINARY, b"x" * 100_000)]


@pytest.mark.parametrize("sizes", [[MOST + 1], [MOST, 1], [1, MOST], [*[1000] * 71]])
def test_a_message_that_is_too_long_is_refused_by_its_head(sizes):
    reader = FrameReader(MOST)
    opcodes = [BINARY, *[0] * len(sizes)]

    parts = [masked(opcode, b"x" * size, b"abcd", is_last=False) for opcode, size in zip(opcodes, sizes, strict=False)]
    head_of_last = parts[-1][: len(parts[-1]) - sizes[-1]]

    with pytest.raises(BadFrame) as refused:
        list(reader.feed(b"".join(parts[:-1]) + head_of_last))

    assert refused.value.code == 1009
