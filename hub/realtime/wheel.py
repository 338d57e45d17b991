"""One timer for everybody: things that are due at a tick wait in its bucket, and nobody has a timer of their own.

The wheel counts its own ticks. A loop that was held up makes a tick late, and all that is due then with it, so a client
is never taken for silent because of the server's own lag.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import structlog

log = structlog.get_logger(__name__)


class OnWheel(Protocol):
    due: int
    """The tick at which it is due; 0 while it is not on the wheel."""


T = TypeVar("T", bound=OnWheel)


class Wheel(Generic[T]):
    """`turned(thing)` is called for each thing that is due, `ticked()` once a tick."""

    def __init__(self, tick_seconds: float, turned: Callable[[T], None], ticked: Callable[[], None]) -> None:
        self._tick_seconds = tick_seconds
        self._turned = turned
        self._ticked = ticked
        self._buckets: defaultdict[int, set[T]] = defaultdict(set)
        self._now = 1
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._timer is None:
            self._next_at = asyncio.get_running_loop().time()
            self._wait()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def put(self, thing: T, seconds: float) -> None:
        """Have a thing due in so many seconds, a tick earlier at most; it is due once, at the newest time."""
        self.take_out(thing)
        # The small part more than nothing is what a sum of fractions may lack.
        thing.due = self._now + max(1, int(seconds / self._tick_seconds + 0.001))
        self._buckets[thing.due].add(thing)

    def take_out(self, thing: T) -> None:
        if thing.due and thing.due in self._buckets:
            self._buckets[thing.due].discard(thing)
        thing.due = 0

    def _wait(self) -> None:
        """Have the next tick come in its time; after a late one, a whole tick later."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        on_time = self._next_at + self._tick_seconds
        self._next_at = on_time if on_time > now else now + self._tick_seconds
        self._timer = loop.call_at(self._next_at, self._tick)

    def _tick(self) -> None:
        self._wait()
        self._now += 1
        for thing in self._buckets.pop(self._now, ()):
            thing.due = 0
            self._guarded(self._turned, thing)
        self._guarded(self._ticked)

    def _guarded(self, turn: Callable[..., None], *things: T) -> None:
        try:
            turn(*things)
        except Exception:
            # The edge: one thing that fails must not keep all others of its tick from their turn.
            log.exception("tick_failed")
