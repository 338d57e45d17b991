"""Transports that have joined no namespace yet: how many there are, of one address or in all.

Everybody is one of them for a moment, and when a venue's network comes back thousands behind one address are at once.
Whoever stays one wants something else. So what counts most is how many have waited for a while; how many there are at
all is bounded too, five times as high.

How long each of them waits is not kept. The fewest that waited at any moment of some seconds are at least as many as
waited all that time, and in a storm in which people do join they are few.
"""

from __future__ import annotations

TURN_SECONDS = 2.0
AT_ONCE = 5
"""Times as many may wait for a moment as may wait for a while."""


class Waiting:
    __slots__ = ("_fewest", "lasting", "now")

    def __init__(self) -> None:
        self.now = self.lasting = self._fewest = 0

    def one_more(self) -> None:
        self.now += 1

    def one_less(self) -> None:
        self.now -= 1
        if self.now < self._fewest:
            self._fewest = self.now

    def turn(self) -> None:
        """So many seconds are over."""
        self.lasting = self._fewest
        self._fewest = self.now

    def are_more_than(self, most: int) -> bool:
        """Whether one more is too many."""
        return self.now >= most and (self.lasting >= most or self.now >= AT_ONCE * most)
