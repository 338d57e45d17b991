"""How much of something one socket may do: a token bucket.

Our own, although `limits` is a dependency: that one counts windows in a storage, for calls by the second, and costs
microseconds. This is asked for every packet of every socket and costs a fifth of one; it reads no clock of its own.
"""

from __future__ import annotations


class Bucket:
    """Full of `burst` tokens at first; `rate` more come in each second, as long as there is room for them.

    `now` is in seconds, from a clock that never goes back, such as the loop's.
    """

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = self._left = burst
        self._at = 0.0

    def take(self, now: float, cost: float = 1) -> bool:
        """Whether there was enough for this. What is refused takes nothing, however often it is asked."""
        left = self._left + (now - self._at) * self._rate
        if left > self._burst:
            left = self._burst
        self._at = now
        if left < cost:
            self._left = left
            return False
        self._left = left - cost
        return True
