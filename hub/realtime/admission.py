"""Who may open a new Engine.IO session: nobody is let in at the cost of those who are here.

Newcomers are slowed, and then refused, by what is measured: how late the loop's timers come, how much memory the
process holds, how many sockets are open. Who is refused hears when to come back, each at another time. Transports that
join nothing are bounded, per address and in all.

Accepted: sessions that are open are never closed for this, for their clients would all come back at once; and a client
that comes back after a break is as welcome as any other, no more and no less.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import lru_cache

import structlog
from prometheus_client import Counter

from hub.domain.tallies import network_of
from hub.realtime import descriptors, memory
from hub.realtime.lag import LoopLag
from hub.realtime.limits import Bucket
from hub.realtime.scale import CLOSED, OPEN, Scale
from hub.realtime.waiting import TURN_SECONDS, Waiting

log = structlog.get_logger(__name__)

SLOW_LAG, MOST_LAG = 0.25, 1.0
"""Seconds. A quarter of one is where people begin to notice; at a whole one PONGs and REST calls are at risk."""
SLOW_MEMORY, EASED_MEMORY = 0.9, 0.95
"""Shares: newcomers are slowed near the limit, and what was begun ends a little below where it began."""
EASED_LAG = 0.5
EASED_SOCKETS = 0.95
MEMORY_SECONDS = 1.0

SLOW_PER_SECOND = 100
"""Newcomers while they are slowed. Each costs half a millisecond or less: a twentieth of a core."""
MOST_WAITING = 1_000
"""Transports of one address that join nothing for seconds. Of a hackathon behind one address some hundred are on their
way at any moment, and none of them for long."""
MOST_WAITING_IN_ALL = 5_000
"""At some 10 KB each no more than 50 MB, and 250 MB for a moment."""
SOONEST, LATEST = 1.0, 5.0
"""Seconds after which to come back, while all is well."""
MOST_STRAIN = 4.0

REFUSED = Counter("hub_connects_refused", "New sessions that were refused, by reason", ["reason"])
WHAT_TO_DO = {
    "lag": "look for what holds up the loop (hub_request_seconds, the machine's other processes), or add a node",
    "memory": "add a node, raise HUB_MOST_MEMORY_MB, or restart this node while others can take its clients",
    "sockets": "add a node, or raise HUB_MOST_SOCKETS and the process's limit of open files",
    "address": "if it is a venue, nothing; else block the address at the proxy. Is HUB_TRUSTED_PROXIES set?",
    "waiting": "somebody opens sockets and joins nothing; bound connections at the proxy",
}


class Admission:
    def __init__(
        self,
        most_sockets: int = 0,
        most_memory_mb: int = 0,
        *,
        bounds_addresses: bool = True,
        resident: Callable[[], int] = memory.resident,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lag = LoopLag(self._look)
        self.open_sockets: Callable[[], int] = lambda: 0
        """How many sessions there are; set by who keeps them."""
        self.reason: str | None = None
        """Why newcomers are slowed or refused just now, if they are."""
        self._most_sockets = descriptors.most_sockets(most_sockets)
        self._most_memory = memory.most(most_memory_mb)
        self._bounds_addresses = bounds_addresses
        self._resident, self._now = resident, now
        self._scales = {
            "lag": Scale(SLOW_LAG, MOST_LAG, EASED_LAG),
            "memory": Scale(SLOW_MEMORY, 1.0, EASED_MEMORY),
            "sockets": Scale(1.0, 1.0, EASED_SOCKETS),
        }
        self._level = OPEN
        self._strain = 0.0
        self._share_of_memory = 0.0
        self._slowly = Bucket(SLOW_PER_SECOND, SLOW_PER_SECOND)
        self._everybody = Waiting()
        self._of_address: dict[str, Waiting] = {}
        self._memory_read_at = self._turned_at = float("-inf")
        self._capped: set[str] = set()
        self._told: set[str] = set()

    def start(self) -> None:
        self.lag.start()

    def stop(self) -> None:
        self.lag.stop()

    @property
    def is_closed(self) -> bool:
        """Whether every newcomer is refused, so that a load balancer had better ask another node."""
        return self._level == CLOSED

    # -- newcomers ----------------------------------------------------------------------------------------------------

    def refusal(self, peer: str) -> float | None:
        """None for who may come in; for others, in how many seconds to come back."""
        why = self._why_not(peer)
        if why is None:
            return None
        REFUSED.labels(why).inc()
        return random.uniform(SOONEST, LATEST) * (1 + self._strain)

    def entered(self, peer: str) -> None:
        """A transport was let in, and has joined no namespace yet."""
        self._everybody.one_more()
        if self._bounds_addresses:
            address = _place_of(peer)
            waiting = self._of_address.get(address)
            if waiting is None:
                waiting = self._of_address[address] = Waiting()
            waiting.one_more()

    def left(self, peer: str) -> None:
        """It joined its first namespace, or closed: whichever came first."""
        self._everybody.one_less()
        if self._bounds_addresses:
            address = _place_of(peer)
            waiting = self._of_address[address]
            waiting.one_less()
            if not waiting.now:
                del self._of_address[address]

    def _why_not(self, peer: str) -> str | None:
        if self._level == CLOSED:
            return self.reason
        if self.open_sockets() >= self._most_sockets:
            return "sockets"
        if (cap := self._cap_reached(peer)) is not None:
            self._capped.add(cap)
            return cap
        if self._level != OPEN and not self._slowly.take(self._now()):
            return self.reason
        return None

    def _cap_reached(self, peer: str) -> str | None:
        if self._everybody.are_more_than(MOST_WAITING_IN_ALL):
            return "waiting"
        # Few are on their way at most times, and then no address has to be looked up.
        if self._everybody.now < MOST_WAITING or not self._bounds_addresses:
            return None
        waiting = self._of_address.get(_place_of(peer))
        return "address" if waiting is not None and waiting.are_more_than(MOST_WAITING) else None

    # -- what is measured ---------------------------------------------------------------------------------------------

    def _look(self, now: float) -> None:
        """The loop's lag was measured: ten times a second, when all is well."""
        if now >= self._memory_read_at + MEMORY_SECONDS:
            self._memory_read_at = now
            self._share_of_memory = self._resident() / self._most_memory
        if now >= self._turned_at + TURN_SECONDS:
            self._turned_at = now
            self._turn()
        self._weigh()

    def _turn(self) -> None:
        for waiting in (self._everybody, *self._of_address.values()):
            waiting.turn()
        for cap in self._capped - self._told:
            log.warning("connects_refused", reason=cap, do=WHAT_TO_DO[cap])
        self._told, self._capped = self._capped, set()

    def _weigh(self) -> None:
        readings = {
            "lag": self.lag.seconds,
            "memory": self._share_of_memory,
            "sockets": self.open_sockets() / self._most_sockets,
        }
        for name, reading in readings.items():
            self._scales[name].read(reading)
        worst = max(self._scales, key=lambda name: self._scales[name].level)
        self._strain = min(MOST_STRAIN, max(readings["lag"] / MOST_LAG, readings["memory"]))
        self._become(self._scales[worst].level, worst)

    def _become(self, level: int, worst: str) -> None:
        was, self._level = self._level, level
        self.reason = worst if level != OPEN else None
        if level == was:
            return
        if level == OPEN:
            log.info("newcomers_welcome")
        else:
            said = "newcomers_refused" if level == CLOSED else "newcomers_slowed"
            log.warning(said, reason=worst, do=WHAT_TO_DO[worst])


@lru_cache(maxsize=4096)
def _network_of(peer: str) -> str:
    return network_of(peer)


def _place_of(peer: str) -> str:
    """Who counts as one: an IPv4 address, or a network of IPv6."""
    return _network_of(peer) if ":" in peer else peer
