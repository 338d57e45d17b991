"""Whether a person is looking: active, idle or gone, over all nodes.

Each connected socket of a person holds a lease in a sorted set: the member is the socket, the score the moment in which
the lease runs out. A second set says in the same way until when the client behind it counts as active. Server nodes
write both (`hub/realtime/presence`), everybody may ask, and nobody has to clean up after a crash. Redis holds no truth:
what it does not know means that nobody is looking.

Who is at one place says nothing about who is at another: whoever reads of teams does not see what is written to them.

Every moment is read from Redis' own clock, inside the scripts, so that the clocks of nodes do not matter.
"""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum

import redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30.0
"""How long a node that crashed is believed."""
RENEW_SECONDS = 10.0
ACTIVE_SECONDS = 60.0
"""How long somebody counts as active after the last sign of it."""
REDIS_SECONDS = 2.0
"""How long Redis may take to answer."""


class Presence(StrEnum):
    ACTIVE = "active"
    IDLE = "idle"
    GONE = "gone"


MESSAGES = ""
"""Where people write to each other."""
TEAMS = "teams-"
"""Where they hear of teams, registrations and tickets."""


def keys(account_id: int, place: str = MESSAGES) -> tuple[str, str]:
    """Who is connected and who is active; the braces keep both on one machine of a cluster."""
    return f"hub:presence:{{{account_id}}}:{place}connected", f"hub:presence:{{{account_id}}}:{place}active"


_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

HOLD = (
    _NOW
    + """
local socket, lease, active = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local function hold(key, length)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if length > 0 then
    redis.call('ZADD', key, now + length, socket)
  else
    redis.call('ZREM', key, socket)
  end
  redis.call('PEXPIRE', key, lease)
end
hold(KEYS[1], lease)
-- Activity never outlives the lease, so a node that crashed keeps nobody active.
hold(KEYS[2], math.min(lease, active))
"""
)
"""Take or renew one socket's lease: its name, the lease's length and what is left of its activity, in milliseconds."""

ASK = (
    _NOW
    + """
if redis.call('ZCOUNT', KEYS[2], now, '+inf') > 0 then return 'active' end
if redis.call('ZCOUNT', KEYS[1], now, '+inf') > 0 then return 'idle' end
return 'gone'
"""
)


class Whereabouts:
    """Answers for one person at a time; for threads and workers, because it waits for Redis."""

    def __init__(self, address: str, *, place: str = MESSAGES, timeout: float = REDIS_SECONDS) -> None:
        self._place = place
        self._redis = redis.from_url(
            address, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True
        )
        self._ask = self._redis.register_script(ASK)
        self._is_away = False

    def of(self, account_id: int) -> Presence:
        """Active if any socket of theirs is, idle if one is connected, and gone also when Redis cannot tell."""
        try:
            presence = self.asked(account_id)
        except (RedisError, OSError) as wrong:
            self._silent(wrong)
            return Presence.GONE
        self._heard_again()
        return presence

    def asked(self, account_id: int) -> Presence:
        """The same, but raises what Redis does where it cannot tell."""
        return Presence(self._ask(keys=keys(account_id, self._place)))

    def close(self) -> None:
        self._redis.close()

    def _heard_again(self) -> None:
        if self._is_away:
            log.info("redis_back", consequence="presence is known again")
        self._is_away = False

    def _silent(self, wrong: Exception) -> None:
        if not self._is_away:
            log.warning(
                "redis_away",
                while_trying_to="ask who is looking",
                reason=f"{type(wrong).__name__}: {wrong}",
                consequence="everybody counts as gone, so those who look are pushed to as well",
            )
        self._is_away = True


def anywhere(address: str, account_id: int, *, timeout: float = 0.5) -> Presence | None:
    """How present a person is at the place where they are most; None where Redis does not say. It waits for Redis."""
    found = []
    for place in (MESSAGES, TEAMS):
        with closing(Whereabouts(address, place=place, timeout=timeout)) as whereabouts:
            try:
                found.append(whereabouts.asked(account_id))
            except (RedisError, OSError):
                return None
    return min(found, key=list(Presence).index)
