"""The leases by which this node says who is connected to it and who of them is active; `hub/presence` reads them.

The node's own memory is what counts: it is written to Redis when it changes, and as a whole every ten seconds and over
each new connection, so a Redis that was emptied or away hears everything again. Only the newest state of a socket waits
to be written, however long Redis takes.

Accepted: a renewal that hung inside Redis may be carried out after the socket's lease was dropped; that lease runs out
by itself, half a minute later.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from time import monotonic

import structlog
from redis import asyncio as redis

from hub.presence import ACTIVE_SECONDS, HOLD, LEASE_SECONDS, MESSAGES, REDIS_SECONDS, RENEW_SECONDS, keys
from hub.realtime.connection import Connection

log = structlog.get_logger(__name__)

BATCH = 100
"""Leases in one pipeline: few enough that packing them does not hold up the loop."""
MOST_DROPPED = 100_000
"""Sockets to be told gone that wait for Redis; the leases of any more run out by themselves."""
RETRY_SECONDS = 0.5
STOP_SECONDS = 1.0
LONG_AGO = float("-inf")


@dataclass(slots=True)
class Lease:
    account_id: int
    place: str
    active_until: float = LONG_AGO

    @property
    def active_left(self) -> float:
        return max(0.0, self.active_until - monotonic())

    @property
    def keys(self) -> tuple[str, str]:
        return keys(self.account_id, self.place)


class Leases:
    """This node's leases. `take`, `drop` and `active` only note what to write: they never wait and never fail."""

    def __init__(
        self,
        address: str,
        *,
        lease_seconds: float = LEASE_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
        active_seconds: float = ACTIVE_SECONDS,
    ) -> None:
        self._redis = redis.from_url(
            address,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            redis_connect_func=self._connected,
        )
        self._hold = self._redis.register_script(HOLD)
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds
        self._active_seconds = active_seconds
        self._held: dict[str, Lease] = {}
        self._changed: dict[str, Lease] = {}
        self._dropped: dict[str, Lease] = {}
        self._awake = asyncio.Event()
        self._renew_at = LONG_AGO
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._is_away = False
        self._has_connected = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_always())

    async def stop(self) -> None:
        """Drop every lease of this node, within a second; what Redis does not hear runs out by itself."""
        self._is_stopping = True
        self._drop_all()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOP_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._redis.aclose()

    def take(self, connection: Connection, place: str = MESSAGES) -> None:
        """From now on the socket counts as connected there, and as idle until its client says otherwise."""
        if connection.actor is not None and connection.sid not in self._held:
            self._held[connection.sid] = Lease(connection.actor.id, place)
            self._note(connection.sid)

    def active(self, connection: Connection, is_active: bool) -> None:
        """The client says whether somebody is there, or does something that shows it."""
        lease = self._held.get(connection.sid)
        if lease is None:
            return
        # Redis knows already, and the next renewal says the rest: typing is not a write for each key.
        is_known = is_active and lease.active_left > 2 * self._renew_seconds
        lease.active_until = monotonic() + self._active_seconds if is_active else LONG_AGO
        if not is_known:
            self._note(connection.sid)

    def drop(self, connection: Connection) -> None:
        """The socket is closed."""
        lease = self._held.pop(connection.sid, None)
        self._changed.pop(connection.sid, None)
        if lease is not None and len(self._dropped) < MOST_DROPPED:
            self._dropped[connection.sid] = lease
            self._awake.set()

    def _drop_all(self) -> None:
        self._dropped |= self._held
        self._held.clear()
        self._changed.clear()
        self._awake.set()

    def _note(self, sid: str) -> None:
        self._changed[sid] = self._held[sid]
        self._awake.set()

    async def _write_always(self) -> None:
        while not self._is_stopping:
            await self._until_something_is_due()
            try:
                await self._write()
            except Exception as wrong:
                # The edge: whatever Redis or its client does, the leases are written again when it is over.
                self._silent(wrong)
                self._renew_at = LONG_AGO
                await asyncio.sleep(RETRY_SECONDS)

    async def _until_something_is_due(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._renew_at - monotonic())):
                await self._awake.wait()
        self._awake.clear()

    async def _write(self) -> None:
        self._note_all_if_due()
        while self._changed or self._dropped:
            await self._write_dropped()
            await self._write_changed()
            self._heard_again()
            # Between batches too: where something changes all the time, the others are renewed all the same.
            self._note_all_if_due()

    async def _connected(self, connection: redis.Connection) -> None:
        """A new connection may be to a Redis that was started anew, and the client says nothing of the old one."""
        await connection.on_connect()
        if self._has_connected:
            self._renew_at = LONG_AGO
        self._has_connected = True

    def _note_all_if_due(self) -> None:
        if monotonic() >= self._renew_at:
            self._changed |= self._held
            self._renew_at = monotonic() + self._renew_seconds

    async def _write_dropped(self) -> None:
        batch = dict(islice(self._dropped.items(), BATCH))
        async with self._redis.pipeline(transaction=False) as pipeline:
            for sid, lease in batch.items():
                for key in lease.keys:
                    pipeline.zrem(key, sid)
            await pipeline.execute()
        # Only now: what Redis did not hear waits for the next try.
        for sid in batch:
            del self._dropped[sid]

    async def _write_changed(self) -> None:
        batch = dict(islice(self._changed.items(), BATCH))
        # Before writing: what changes from here on is noted anew, and a failure renews everything.
        for sid in batch:
            del self._changed[sid]
        async with self._redis.pipeline(transaction=False) as pipeline:
            for sid, lease in batch.items():
                await self._hold(lease.keys, self._terms(sid, lease), client=pipeline)
            await pipeline.execute()

    def _terms(self, sid: str, lease: Lease) -> tuple[str, int, int]:
        """What the script is told, in milliseconds."""
        return sid, int(1000 * self._lease_seconds), int(1000 * lease.active_left)

    def _heard_again(self) -> None:
        if self._is_away:
            log.info("redis_back", consequence="presence is known again", leases=len(self._held))
        self._is_away = False

    def _silent(self, wrong: Exception) -> None:
        if not self._is_away:
            log.warning(
                "redis_away",
                while_trying_to="write leases",
                reason=f"{type(wrong).__name__}: {wrong}",
                consequence="whoever is connected here counts as gone until Redis is back",
            )
        self._is_away = True
