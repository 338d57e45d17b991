"""What a reading means for newcomers: all come in, they are slowed, or none does. Eases late, so that nothing flaps."""

from __future__ import annotations

OPEN, SLOWED, CLOSED = range(3)


class Scale:
    """Slowed from `slow` on, closed from `full` on; what has begun ends once less than `eased` of that is read."""

    __slots__ = ("_eased", "_from", "level")

    def __init__(self, slow: float, full: float, eased: float) -> None:
        self._from = (slow, full)
        self._eased = eased
        self.level = OPEN

    def read(self, value: float) -> None:
        while self.level < CLOSED and value >= self._from[self.level]:
            self.level += 1
        while self.level > OPEN and value < self._eased * self._from[self.level - 1]:
            self.level -= 1
