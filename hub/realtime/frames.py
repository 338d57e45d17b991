"""WebSocket frames (RFC 6455): the server's, built once for whoever hears them, and a strict reader of the clients'."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

NORMAL, GOING_AWAY, PROTOCOL_ERROR = 1000, 1001, 1002
NOT_UTF8, POLICY, TOO_LARGE, INTERNAL_ERROR = 1007, 1008, 1009, 1011
"""Close codes of RFC 6455, section 7.4.1."""

SMALL_FRAGMENT = 1024
"""Bytes; messages of a megabyte may come in pieces of this size."""
_FIN, _RESERVED, _OPCODE, _MASKED, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
_IN_16_BITS, _IN_64_BITS = 126, 127
_LONGEST_CONTROL = 125
_DATA = (TEXT, BINARY)
_CONTROL = (CLOSE, PING, PONG)
_WHOLE = (_FIN | TEXT, _FIN | BINARY)


class BadFrame(ValueError):
    """The client broke the WebSocket protocol; `code` is what its close frame is to say."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole unmasked frame, as servers send it."""
    size = len(payload)
    if size < _IN_16_BITS:
        return bytes((_FIN | opcode, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", _FIN | opcode, _IN_16_BITS, size) + payload
    return struct.pack("!BBQ", _FIN | opcode, _IN_64_BITS, size) + payload


def close_frame(code: int, why: str = "") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + why.encode()[:100])


class FrameReader:
    """Makes messages of what a client's connection brings, in whatever pieces it comes.

    `most` is the length of the longest message in bytes. Fragments are joined; control frames come in between.
    """

    __slots__ = ("_fragments", "_held", "_most", "_needed", "_opcode", "_spend")

    def __init__(self, most: int, spend: Callable[[], None] | None = None) -> None:
        self._most = most
        self._spend = spend or _nothing
        """Called for each frame that costs much more to read than to send; it may raise BadFrame."""
        self._held: bytearray | None = None
        """The beginning of a frame whose rest has not come yet."""
        self._needed = 0
        self._fragments: bytearray | None = None
        self._opcode = 0

    @property
    def is_between_frames(self) -> bool:
        """Whether nothing is held of a frame or message that is not complete."""
        return self._held is None and self._fragments is None

    def forget(self) -> None:
        """Let go of what is held of a message that will never be complete, and of who counts what it costs."""
        self._held = self._fragments = None
        # Whoever that is holds this reader: left alone, the two would wait for the collector of garbage.
        self._spend = _nothing

    def feed(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Each message and control frame that is complete now, as (opcode, payload); raises BadFrame at a bad one."""
        if self._held is not None:
            self._held += received
            if len(self._held) < self._needed:
                return
            received, self._held = bytes(self._held), None
        at, end = 0, len(received)
        while at < end:
            if received[at] in _WHOLE and self._fragments is None:
                # What nearly every frame is: a whole message of less than 64 KiB.
                begins, stop = _short(received, at, end)
                if stop:
                    yield received[at] & _OPCODE, _unmasked(received, begins, stop)
                    at = stop
                    continue
            begins = self._payload_at(received, at)
            stop = begins + self._length(received, at) if begins else 0
            if not begins or stop > end:
                self._held, self._needed = bytearray(received[at:]), (stop or end + 1) - at
                return
            payload = _unmasked(received, begins, stop)
            message = self._message(received[at], payload)
            if message is not None:
                yield message
            at = stop

    def _payload_at(self, received: bytes, at: int) -> int:
        """Where the payload of the frame begins; 0 while its head is not whole."""
        left = len(received) - at
        if left < 2:
            return 0
        short = received[at + 1] & _LENGTH
        head = 6 if short < _IN_16_BITS else 8 if short == _IN_16_BITS else 14
        if left >= head - 4:
            self._check(received[at], received[at + 1], self._length(received, at))
        return at + head if left >= head else 0

    def _length(self, received: bytes, at: int) -> int:
        short = received[at + 1] & _LENGTH
        if short < _IN_16_BITS:
            return short
        size, least = (2, _IN_16_BITS) if short == _IN_16_BITS else (8, 1 << 16)
        length = int.from_bytes(received[at + 2 : at + 2 + size], "big")
        if length < least or length >= 1 << 63:
            raise BadFrame(PROTOCOL_ERROR, "a length in more bytes than it needs")
        return length

    def _check(self, first: int, second: int, length: int) -> None:
        """Refuse a frame by its head, before its payload is waited for."""
        opcode = first & _OPCODE
        if first & _RESERVED or not second & _MASKED:
            raise BadFrame(PROTOCOL_ERROR, "reserved bits, or no mask")
        if opcode in _CONTROL:
            if length > _LONGEST_CONTROL or not first & _FIN:
                raise BadFrame(PROTOCOL_ERROR, "a control frame in pieces or too long")
            return
        if opcode not in _DATA and opcode != CONTINUATION:
            raise BadFrame(PROTOCOL_ERROR, "an opcode that means nothing")
        if (opcode == CONTINUATION) != (self._fragments is not None):
            raise BadFrame(PROTOCOL_ERROR, "a fragment out of its order")
        if length + len(self._fragments or b"") > self._most:
            raise BadFrame(TOO_LARGE, "a message that is too long")

    def _message(self, first: int, payload: bytes) -> tuple[int, bytes] | None:
        """What the frame completes, if it does."""
        opcode = first & _OPCODE
        if opcode in _CONTROL:
            self._spend()
            return opcode, payload
        if first & _FIN and opcode != CONTINUATION:
            return opcode, payload
        if len(payload) < SMALL_FRAGMENT:
            self._spend()
        if self._fragments is None:
            self._opcode, self._fragments = opcode, bytearray(payload)
            return None
        self._fragments += payload
        if not first & _FIN:
            return None
        whole, self._fragments = bytes(self._fragments), None
        return self._opcode, whole


def _nothing() -> None:
    pass


def _short(received: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the payload of a frame with a short length begins and ends; (0, 0) for any other and for half a one."""
    size = received[at + 1] - _MASKED if end - at >= 6 else -1
    begins = at + 6
    if size == _IN_16_BITS and end - at >= 8:
        size = received[at + 2] << 8 | received[at + 3]
        begins = at + 8
        if size < _IN_16_BITS:
            return 0, 0
    elif size >= _IN_16_BITS:
        return 0, 0
    return (begins, begins + size) if size >= 0 and begins + size <= end else (0, 0)


def _unmasked(received: bytes, begins: int, stop: int) -> bytes:
    """The payload without its mask, which is the four bytes before it."""
    mask = received[begins - 4 : begins]
    masked = received[begins:stop]
    if mask == b"\0\0\0\0":
        return masked
    size = stop - begins
    key = (mask * ((size + 3) // 4))[:size]
    # As one large number: the interpreter does a whole message in a few machine words at a time.
    return (int.from_bytes(masked, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")


def said_in_close(payload: bytes) -> int:
    """The code with which to answer a client's close frame; raises BadFrame for one that may not be sent."""
    if not payload:
        return NORMAL
    code = int.from_bytes(payload[:2], "big")
    is_one = code in range(3000, 5000) or (code in range(1000, 1015) and code not in (1004, 1005, 1006))
    if len(payload) == 1 or not is_one:
        raise BadFrame(PROTOCOL_ERROR, "a close code that may not be sent")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise BadFrame(NOT_UTF8, "a close reason that is no UTF-8") from None
    return code
