"""What the bus reads from the wire, and what waits to be said: whole whatever happens on the way, and bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.realtime.hints import Hint, Outbox
from hub.realtime.resp import NotResp, Refused, Replies, packed

VALUES = some.binary(max_size=30) | some.integers() | some.none()


def spelled(reply: object) -> bytes:
    """As Redis writes it."""
    if isinstance(reply, bytes):
        return b"$%d\r\n%b\r\n" % (len(reply), reply)
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, list):
        return b">%d\r\n" % len(reply) + b"".join(map(spelled, reply))
    return b"_\r\n"


@given(
    replies=some.lists(some.recursive(VALUES, lambda each: some.lists(each, max_size=4))),
    cuts=some.lists(some.integers(min_value=1, max_value=40), max_size=30),
)
def test_replies_are_whole_however_they_were_split_on_the_way(replies, cuts):
    wire = b"".join(map(spelled, replies))
    read, reader = [], Replies()

    for length in [*cuts, len(wire)]:
        read += list(reader.of(wire[:length]))
        wire = wire[length:]

    assert read == replies


def test_a_command_is_packed_as_redis_reads_it():
    assert packed(b"PUBLISH", b"a", "é".encode()) == b"*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$2\r\n\xc3\xa9\r\n"


def test_a_refusal_is_raised_with_its_reason():
    with pytest.raises(Refused, match="NOPERM this user"):
        list(Replies().of(b"+OK\r\n-NOPERM this user\r\n"))


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 400\r\n", b"$-7\r\n", b"$99999999999\r\n", b">x\r\n", b"\r\n"])
def test_whoever_does_not_speak_as_redis_is_not_listened_to(nonsense):
    with pytest.raises(NotResp):
        list(Replies().of(nonsense))


def hints(*texts: str, is_passing: bool = False) -> list[Hint]:
    return [Hint("channel", text, is_passing) for text in texts]


def holding(outbox: Outbox, waiting: list[Hint]) -> Outbox:
    for hint in waiting:
        outbox.put(hint)
    return outbox


@pytest.mark.parametrize("bound", [{"most": 2}, {"most_bytes": 5}])
def test_the_oldest_are_dropped_where_too_much_waits(bound):
    outbox = holding(Outbox(**bound), hints("aa", "bb", "cc"))

    assert outbox.take() == hints("bb", "cc")


def test_what_was_perhaps_not_said_is_said_again_and_in_its_order():
    outbox = holding(Outbox(), hints("a", "b"))
    taken = outbox.take()
    outbox.put(Hint("channel", "c"))

    outbox.give_back(taken)

    assert outbox.take() == hints("a", "b", "c")


def test_what_is_passing_is_not_said_again_and_does_not_wait_until_redis_is_back():
    outbox = holding(Outbox(), hints("typing", is_passing=True))
    taken = outbox.take()
    holding(outbox, [*hints("kept"), *hints("typing", is_passing=True)])

    outbox.give_back(taken)

    assert outbox.take() == hints("kept")
