"""How the nodes are: each says so every five seconds, and remembers for a quarter of an hour what all of them said.

What a node says lies in Redis for twenty seconds, under its name in one hash, beside Redis' own time, so that clocks
of nodes do not matter. One script says it and reads what the others said. Redis holds no truth: while it is away a node
knows of itself, and of the others what they last said, until that is too old. How deep the queue is each node asks the
database for itself.

The figures of Prometheus (`/metrics`) are about one node since it began; these are about all of them, lately.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from pydantic import ValidationError
from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from hub import clock
from hub.domain.queue import Depth, depth
from hub.perform import DatabaseAway, Overloaded, look_up
from hub.vitals import Sample, Vitals

log = structlog.get_logger(__name__)

KEY = "hub:vitals"
EVERY_SECONDS = 5.0
JITTER = 0.1
"""Of the time between two beats, so that the nodes of a hub do not all write and count in the same moment."""
LIFE_SECONDS = 20.0
"""How long a node that was killed is still spoken of."""
FRESH_SECONDS = 12.0
"""Older than two beats, what a node said is no sample of how it is now."""
KEPT_FOR = timedelta(minutes=15)
MOST_SAMPLES = 200
PATIENCE_SECONDS = 2.0
"""How long Redis and the database get to answer, both at once; together with what follows, less than a beat."""
STOP_SECONDS = 1.0

EXCHANGE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], life)
local all, heard = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #all, 2 do
  local said_at, said = string.match(all[at + 1], '^(%d+) (.*)$')
  if said_at and now - said_at <= life then
    table.insert(heard, {all[at], string.format('%.0f', now - said_at), said})
  else
    redis.call('HDEL', KEYS[1], all[at])
  end
end
return heard
"""
"""Say something under a name, and hear what everybody said: names, how many milliseconds ago, and what."""
GONE = ""
"""What a node says that stops: with it the others know at once, and do not wait until what it said is too old."""


@dataclass(frozen=True)
class Heard:
    vitals: Vitals
    at: float
    """On this node's own steady clock."""


@dataclass(frozen=True)
class Counted:
    queue: Depth
    at: float


def new_name() -> str:
    """The machine's, and something that tells one node on it, and one life of a node, from another."""
    return f"{socket.gethostname()[:40]}-{secrets.token_hex(2)}"


class Pulse:
    """The beat of the node called `name`. `own` measures how it is, at once; `now` is a clock that never goes back."""

    def __init__(
        self,
        address: str,
        name: str,
        own: Callable[[], Vitals],
        *,
        every: float = EVERY_SECONDS,
        patience: float = PATIENCE_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._redis = redis.from_url(
            address,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            # Once, for a connection that has ended since the last beat; the next beat is another try.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
            decode_responses=True,
        )
        self._exchange = self._redis.register_script(EXCHANGE)
        self.name, self._own = name, own
        self._every, self._patience, self._now = every, patience, now
        self._heard: dict[str, Heard] = {}
        self._counted: Counted | None = None
        self._samples: deque[Sample] = deque(maxlen=MOST_SAMPLES)
        self._awake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_away = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._beat_always())

    def hurry(self) -> None:
        """Something happened that the others should hear of before the next beat."""
        self._awake.set()

    async def stop(self) -> None:
        """Take what this node said away, if Redis answers within a second; else it is too old by itself soon."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._say(GONE)
        await self._redis.aclose()

    # -- what is known ------------------------------------------------------------------------------------------------

    def nodes(self) -> list[tuple[Vitals, float]]:
        """Every node that was heard of lately, and how many seconds ago that was."""
        now = self._now()
        return [(heard.vitals, now - heard.at) for _, heard in sorted(self._heard.items()) if _lives(heard, now)]

    def queue(self) -> tuple[Depth, float] | None:
        """How deep the queue was when the database last said so, and how many seconds ago that was."""
        return (self._counted.queue, self._now() - self._counted.at) if self._counted else None

    def history(self, after: datetime = datetime.min) -> list[Sample]:
        """Samples after a moment, and of the last quarter of an hour, from the oldest on."""
        since = clock.now() - KEPT_FOR
        return [sample for sample in self._samples if sample.at >= since and sample.at > after]

    # -- one beat after the other -------------------------------------------------------------------------------------

    async def _beat_always(self) -> None:
        while True:
            due = self._now() + self._every * random.uniform(1 - JITTER, 1 + JITTER)
            try:
                await self.beat()
            except Exception:
                # The edge: whatever is wrong with one beat, another follows.
                log.exception("beat_failed", consequence="the console's health page has a gap; nothing else is touched")
            await self._until(due)

    async def _until(self, due: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - self._now())):
                await self._awake.wait()
        self._awake.clear()

    async def beat(self) -> None:
        """Say how this node is, hear how the others are, count the queue, and remember all of it."""
        own = self._own()
        self._heard[self.name] = Heard(own, self._now())
        queue, _ = await asyncio.gather(self._count(), self._exchange_with_others(own))
        now = self._now()
        self._heard = {name: heard for name, heard in self._heard.items() if _lives(heard, now)}
        fresh = (heard.vitals for heard in self._heard.values() if now - heard.at <= FRESH_SECONDS)
        self._samples.append(Sample(clock.now().replace(microsecond=0), queue, tuple(fresh)))

    async def _count(self) -> Depth | None:
        """None where the database does not answer, which whoever noticed has said."""
        with suppress(DatabaseAway, Overloaded, TimeoutError):
            queue = await asyncio.wait_for(look_up(depth), self._patience)
            self._counted = Counted(queue, self._now())
            return queue
        return None

    async def _exchange_with_others(self, own: Vitals) -> None:
        try:
            async with asyncio.timeout(self._patience):
                said = await self._say(own.model_dump_json())
        except (RedisError, OSError, TimeoutError) as wrong:
            self._silent(wrong)
        else:
            self._hear(said)
            self._heard_again()

    async def _say(self, what: str) -> list[tuple[str, str, str]]:
        return await self._exchange([KEY], [self.name, what, int(1000 * LIFE_SECONDS)])

    def _hear(self, said: Iterable[tuple[str, str, str]]) -> None:
        """Whom Redis says nothing of is kept as they were: it may have been emptied just now."""
        for name, ms_ago, what in said:
            if name == self.name:
                continue
            if what == GONE:
                self._heard.pop(name, None)
            elif (vitals := _vitals_in(what)) is not None:
                self._heard[name] = Heard(vitals, self._now() - int(ms_ago) / 1000)

    # -- whether it works ---------------------------------------------------------------------------------------------

    def _silent(self, wrong: Exception) -> None:
        if not self._is_away:
            log.warning(
                "redis_away",
                while_trying_to="exchange vitals",
                reason=f"{type(wrong).__name__}: {wrong}",
                consequence="the console's health page knows of this node only until Redis is back",
            )
        self._is_away = True

    def _heard_again(self) -> None:
        if self._is_away:
            log.info("redis_back", consequence="the console's health page knows of every node again")
        self._is_away = False


def _lives(heard: Heard, now: float) -> bool:
    return now - heard.at <= LIFE_SECONDS


def _vitals_in(text: str) -> Vitals | None:
    """None for what another version of the hub says in another way."""
    try:
        return Vitals.model_validate_json(text)
    except ValidationError:
        return None
