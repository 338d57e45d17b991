"""The inbox of a connection: what its client sent and the hub has not carried out yet, in the order it came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

MOST_WAITING = 64
MOST_WAITING_SIZE = 1024 * 1024
"""Characters that may wait; more than the longest message has."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as a client sent it. `ack` is the number under which it wants to be answered, if at all."""

    event: str
    arguments: list[Any]
    ack: int | None
    size: int


@dataclass(eq=False, slots=True)
class Inbox:
    """Bounded, for a client that sends faster than the hub works must not fill its memory."""

    worker: asyncio.Task[None] | None = None
    _waiting: list[Sent] = field(default_factory=list)
    _size: int = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is at work who will come to what is put in now."""
        return self.worker is None or self.worker.done()

    def put(self, sent: Sent) -> bool:
        """Let an event wait for its turn; False where too much waits already."""
        if len(self._waiting) == MOST_WAITING or self._size + sent.size > MOST_WAITING_SIZE:
            return False
        self._waiting.append(sent)
        self._size += sent.size
        return True

    def take(self) -> Sent:
        """The event whose turn it is."""
        sent = self._waiting.pop(0)
        self._size -= sent.size
        return sent

    def drop(self) -> int:
        """Forget what waits; says how many events that were."""
        dropped = len(self._waiting)
        self._waiting, self._size = [], 0
        return dropped
