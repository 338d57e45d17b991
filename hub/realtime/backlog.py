"""What waits for a client that does not take it yet: counted in bytes, and known by its age."""

from __future__ import annotations

from collections import deque

from hub.realtime.classes import Coalesced, Droppable

PACKET_BYTES = 64
"""What a packet costs besides its own bytes, so that small ones do not cost many times their budget."""
DROP_BEYOND_BYTES = 16 * 1024
"""A client for which more than this waits is behind, and not told what may be dropped."""


class Backlog:
    """Packets in their order; after them the newest of each kind of which only the newest counts."""

    __slots__ = ("_newest", "_packets", "size")

    def __init__(self) -> None:
        self._packets: deque[tuple[bytes, float]] = deque()
        self._newest: dict[str, tuple[bytes, float]] = {}
        self.size = 0
        """Bytes that wait."""

    def __bool__(self) -> bool:
        return bool(self._packets or self._newest)

    @property
    def oldest(self) -> float | None:
        """When the packet that waits longest was put in."""
        if self._packets:
            return self._packets[0][1]
        return next(iter(self._newest.values()))[1] if self._newest else None

    def put(self, packet: bytes, now: float) -> None:
        if isinstance(packet, Coalesced):
            older, since = self._newest.get(packet.key, (b"", now))
            self.size += _weight(packet) - (_weight(older) if older else 0)
            # A client that never hears any of its kind is as slow as one that hears nothing.
            self._newest[packet.key] = (packet, since)
        elif not (isinstance(packet, Droppable) and self.size > DROP_BEYOND_BYTES):
            self.size += _weight(packet)
            self._packets.append((packet, now))

    def take(self, *, most: int, bytes_of_them: int) -> list[bytes]:
        """The next packets: one at least, `most` at most, and no more once they come to so many bytes."""
        taken: list[bytes] = []
        size = 0
        while self and len(taken) < most and (not taken or size < bytes_of_them):
            taken.append(self._next())
            size += len(taken[-1])
            self.size -= _weight(taken[-1])
        return taken

    def _next(self) -> bytes:
        if self._packets:
            return self._packets.popleft()[0]
        return self._newest.pop(next(iter(self._newest)))[0]


def _weight(packet: bytes) -> int:
    return len(packet) + PACKET_BYTES
