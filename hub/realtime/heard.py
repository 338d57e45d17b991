"""What people's clients have shown to have heard of what was said to them alone.

A PONG answers a PING that was written after an event, on the same connection and so in its order: whoever sends it has
read the event. So after an event on a person's own stream their sessions are pinged in half a second, out of turn,
and what the answers prove is noted for those who ask later why something did not arrive.

Accepted: what is noted is evidence, and nothing is decided by it. A node that dies takes the last second of it along.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from hub import clock
from hub.domain.hops import Acknowledged
from hub.perform import DatabaseAway, Overloaded
from hub.realtime.connection import Connection
from hub.realtime.session import Session
from hub.realtime.streams import Stream

log = structlog.get_logger(__name__)

EVERY_SECONDS = 0.5
MOST_KEPT = 20_000
"""Proofs that wait for the database; beyond it the oldest are forgotten."""
STOP_SECONDS = 1.0
"""What the last of them get to be stored in."""
AT_ONCE = 1_000

Keep = Callable[[list[Acknowledged]], Awaitable[None]]


class Heard:
    """`ping(session)` pings a session now; `keep` stores what was proven, and may raise what the database does."""

    def __init__(self, via: str, ping: Callable[[Session], None], keep: Keep) -> None:
        self._via = via
        self._ping = ping
        self._keep = keep
        self._told: dict[Connection, Stream] = {}
        """Who was told something that they have not shown to have heard."""
        self._proven: deque[Acknowledged] = deque()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._store()
        except Exception as wrong:
            # The edge: the last proofs are not worth that the node does not stop in order.
            log.warning("last_proofs_lost", count=len(self._proven), reason=type(wrong).__name__)

    def told(self, stream: Stream) -> None:
        """Something was said on a person's own stream."""
        for connection in stream.members:
            self._told[connection] = stream

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                self._ask()
                await self._store()
            except (DatabaseAway, Overloaded):
                # What is proven is kept for the next round.
                continue
            except Exception:
                # The edge: without these rounds nobody could say any more what was heard.
                log.exception("hearing_failed")

    def _ask(self) -> None:
        """Ping each session whose client has been written to; the others have their turn in the next round."""
        asked: dict[Session, list[tuple[Connection, int]]] = {}
        for connection, stream in list(self._told.items()):
            room = connection.room
            if room is None or connection.session.is_closed:
                del self._told[connection]
            elif not connection.session.awaits_pong and connection.position >= room.end:
                del self._told[connection]
                asked.setdefault(connection.session, []).append((connection, stream.seq))
        for session, ends in asked.items():
            session.when_ponged = lambda ends=ends: self._ponged(ends)
            self._ping(session)

    def _ponged(self, ends: list[tuple[Connection, int]]) -> None:
        now = clock.now()
        for connection, end in ends:
            if connection.actor is not None:
                whose, stream = connection.actor.id, connection.stream
                self._proven.append(Acknowledged(whose, stream, connection.heard, end, now, self._via))
                connection.heard = end

    async def _store(self) -> None:
        while self._proven:
            some = [self._proven.popleft() for _ in range(min(AT_ONCE, len(self._proven)))]
            try:
                await self._keep(some)
            except (DatabaseAway, Overloaded):
                self._put_back(some)
                raise

    def _put_back(self, some: list[Acknowledged]) -> None:
        self._proven.extendleft(reversed(some))
        while len(self._proven) > MOST_KEPT:
            self._proven.popleft()
