"""A packet whose attachments are still coming: bounded in number, in bytes and in time."""

from __future__ import annotations

from hub.realtime import packets
from hub.realtime.packets import MalformedPacket, Packet

MOST_BYTES = 1_000_000
SECONDS = 10.0


class Assembly:
    __slots__ = ("_attachments", "_packet", "_size", "until")

    def __init__(self, packet: Packet, now: float) -> None:
        self._packet = packet
        self._attachments: list[bytes] = []
        self._size = packet.size
        self.until = now + SECONDS
        """When it has to be whole."""

    def add(self, attachment: bytes) -> Packet | None:
        """Take the next attachment; answers the packet once it is whole."""
        self._size += len(attachment)
        if self._size > MOST_BYTES:
            raise MalformedPacket("attachments that are too large")
        self._attachments.append(attachment)
        if len(self._attachments) < self._packet.attachments:
            return None
        return packets.with_attachments(self._packet, self._attachments)
