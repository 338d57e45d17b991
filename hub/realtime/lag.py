"""How late the event loop's timers come: what everybody on this node waits for longer than they should.

One long turn, such as a collection of garbage, says little: what counts is the middle one of the last second's
measurements, or of the last three where turns take so long that there are fewer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from prometheus_client import Histogram

EVERY_SECONDS = 0.1
WINDOW_SECONDS = 1.0
FEWEST = 3
"""Of fewer measurements the middle one could be the only late one."""

LAG = Histogram(
    "hub_loop_lag_seconds",
    "How late the event loop's timers come",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


class LoopLag:
    """`then` is called after each measurement, with the moment of it."""

    def __init__(self, then: Callable[[float], None], every: float = EVERY_SECONDS) -> None:
        self.seconds = 0.0
        self._worst = 0.0
        self._then = then
        self._every = every
        self._measured: deque[tuple[float, float]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._measure_next()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def worst_since_asked(self) -> float:
        """How late the latest timer came since this was last asked, which one asks alone."""
        worst, self._worst = self._worst, 0.0
        return worst

    def came(self, now: float, late: float) -> None:
        """A timer came at `now`, so many seconds late."""
        LAG.observe(late)
        self._worst = max(self._worst, late)
        self._measured.append((now, late))
        while len(self._measured) > FEWEST and self._measured[0][0] < now - WINDOW_SECONDS:
            self._measured.popleft()
        if len(self._measured) >= FEWEST:
            lates = sorted(late for _, late in self._measured)
            self.seconds = lates[(len(lates) - 1) // 2]
        self._then(now)

    def _measure_next(self) -> None:
        due = self._loop.time() + self._every
        self._timer = self._loop.call_at(due, self._rang, due)

    def _rang(self, due: float) -> None:
        now = self._loop.time()
        # Timers may ring a hair too early: the loop rounds to its clock's resolution.
        self.came(now, max(0.0, now - due))
        self._measure_next()
