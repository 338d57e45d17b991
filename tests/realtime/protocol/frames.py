"""WebSocket frames of a client, right or wrong in every part, and the frames that come back."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MASK = b"\x37\xfa\x21\x3d"


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    masked: bool = False

    @property
    def code(self) -> int | None:
        """What a closing frame gives as its reason."""
        return struct.unpack(">H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def frame(opcode: int, payload: bytes | str = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    body = payload.encode() if isinstance(payload, str) else payload
    head = bytes([fin << 7 | rsv << 4 | opcode]) + _length(len(body), masked)
    return head + MASK + masked_with(MASK, body) if masked else head + body


def _length(size: int, masked: bool) -> bytes:
    flag = masked << 7
    if size < 126:
        return bytes([flag | size])
    return struct.pack(">BH", flag | 126, size) if size < 2**16 else struct.pack(">BQ", flag | 127, size)


def masked_with(mask: bytes, body: bytes) -> bytes:
    key = (mask * (len(body) // 4 + 1))[: len(body)]
    return (int.from_bytes(body, "big") ^ int.from_bytes(key, "big")).to_bytes(len(body), "big")


def fragments(opcode: int, payload: bytes, size: int) -> list[bytes]:
    """One message as several frames."""
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    last = len(parts) - 1
    return [frame(CONTINUATION if place else opcode, part, fin=place == last) for place, part in enumerate(parts)]


def closing(code: int | None = None, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """The server's next frame; raises IncompleteReadError at the end of the connection."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack(">H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack(">Q", await reader.readexactly(8))
    payload = await reader.readexactly(size)
    return Frame(first & 0xF, payload, bool(first & 0x80), first >> 4 & 0x7, bool(second & 0x80))
