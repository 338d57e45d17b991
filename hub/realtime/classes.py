"""Event classes: what may be done with an event that a client does not take at once.

A packet of bytes must arrive, or the socket is closed and its client recovers. What is not kept in the journal may be
one of the others.
"""

from __future__ import annotations

from typing import Protocol


class EventClass(Protocol):
    def __call__(self, packet: bytes, /) -> bytes: ...


class Coalesced(bytes):
    """A packet of which a client that is behind hears only the newest with the same key."""

    key: str

    @classmethod
    def under(cls, key: str) -> EventClass:
        def marked(packet: bytes) -> bytes:
            made = cls(packet)
            made.key = key
            return made

        return marked


class Droppable(bytes):
    """A packet that a client which is behind does not hear at all."""


class Attachment(bytes):
    """A binary packet: raw bytes on a WebSocket, base64 after a `b` in a polling payload."""


def must_arrive(packet: bytes) -> bytes:
    return packet
