"""How often sessions are pinged, and how long they may take to answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heartbeat:
    """Seconds; fractions are told to clients in milliseconds."""

    interval: float
    timeout: float


@dataclass(frozen=True)
class Heartbeats:
    """`usual`, but for as many sessions as `first_count` says that are open at once, `first`."""

    usual: Heartbeat
    first: Heartbeat | None = None
    first_count: int = 0

    def of_next(self, open_sessions: int) -> Heartbeat:
        return self.first if self.first is not None and open_sessions < self.first_count else self.usual

    @property
    def tick_seconds(self) -> float:
        """Fine enough for the shortest of the times, and never more than a second."""
        beats = [self.usual] if self.first is None else [self.usual, self.first]
        return min(1.0, *(min(beat.interval, beat.timeout) / 4 for beat in beats))
