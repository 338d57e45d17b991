"""What a node is about to publish, until Redis has taken it; it is bounded, and the oldest is dropped first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from prometheus_client import Counter

MOST_WAITING = 10_000
MOST_WAITING_BYTES = 16 * 1024 * 1024
AT_ONCE = 500
"""Messages in one write: few enough that packing them does not hold up the loop."""

UNSAID = Counter("hub_bus_unsaid", "Messages that were dropped before Redis took them; the journal has the events")


@dataclass(frozen=True, slots=True)
class Hint:
    """`is_passing`: worth nothing later, and wrong if it were heard twice."""

    channel: str
    text: str
    is_passing: bool = False


class Outbox:
    def __init__(self, most: int = MOST_WAITING, most_bytes: int = MOST_WAITING_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._waiting: deque[Hint] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, hint: Hint) -> None:
        self._waiting.append(hint)
        self._bytes += len(hint.text)
        while len(self._waiting) > self._most or self._bytes > self._most_bytes:
            self._bytes -= len(self._waiting.popleft().text)
            UNSAID.inc()

    def take(self) -> list[Hint]:
        """The oldest ones, to be given back where they were not said."""
        taken = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        self._bytes -= sum(len(hint.text) for hint in taken)
        return taken

    def give_back(self, hints: list[Hint]) -> None:
        """They may have been said or not; what is passing is not said again, not even where it only waited."""
        again = [hint for hint in [*hints, *self._waiting] if not hint.is_passing]
        UNSAID.inc(len(hints) + len(self._waiting) - len(again))
        self._waiting.clear()
        self._bytes = 0
        for hint in again:
            self.put(hint)
