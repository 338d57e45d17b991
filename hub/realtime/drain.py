"""Draining: a node that stops sends its clients away, no faster than other nodes can take them in.

Each client that recovers hears when to come back and gets its resume ticket; then its transport is closed. What it sent
before is carried out and acknowledged first, as far as the time reaches. What was not acknowledged it sends again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from hub import clock
from hub.domain import journal
from hub.realtime import packets
from hub.realtime.connection import Connection
from hub.realtime.session import Session
from hub.realtime.tasks import Tasks
from hub.realtime.tickets import GOOD_FOR_SECONDS, Tickets

log = structlog.get_logger(__name__)

EVENT = "drain"


@dataclass(frozen=True)
class Pace:
    """How fast clients are sent away: a handful at once, more of them in batches spread over a few seconds."""

    at_once: int = 20
    a_second: float = 50.0
    """So slowly that those who went are back elsewhere before half of them have gone; faster only for more than 250."""
    longest_seconds: float = 5.0
    """Over which any number of clients is spread."""
    beat_seconds: float = 0.1
    """Between two batches."""
    finish_seconds: float = 1.5
    """What is being carried out for a client, and what it sent before it heard, gets this long."""
    last_seconds: float = 0.5
    """What still runs then gets this long, though nobody can be told of it any more."""

    def batches(self, sessions: Sequence[Session]) -> Iterator[Sequence[Session]]:
        """The sessions in even batches, one for each beat."""
        count = len(sessions)
        seconds = 0.0 if count <= self.at_once else min(count / self.a_second, self.longest_seconds)
        beats = max(1, round(seconds / self.beat_seconds))
        for beat in range(beats):
            yield sessions[count * beat // beats : count * (beat + 1) // beats]


class Drain:
    """`close` closes the transport of a session."""

    def __init__(self, tickets: Tickets, close: Callable[[Session], None], pace: Pace) -> None:
        self._tickets = tickets
        self._close = close
        self._pace = pace
        self._finishing = Tasks()

    async def send_away(self, sessions: Sequence[Session]) -> None:
        """Send everybody away; returns when all transports are closed, however little their clients care."""
        log.info("draining", sockets=len(sessions))
        loop = asyncio.get_running_loop()
        next_at = began = loop.time()
        for batch in self._pace.batches(sessions):
            await asyncio.sleep(max(0.0, next_at - loop.time()))
            next_at += self._pace.beat_seconds
            for session in batch:
                self._send_away(session)
        # Each of these closes its transport in time by itself.
        await self._finishing.end_within(2 * self._pace.finish_seconds)
        log.info("drained", seconds=round(loop.time() - began, 1))

    def _send_away(self, session: Session) -> None:
        for connection in list(session.connections.values()):
            if connection.recovers:
                self._tell(connection)
        if _works(session):
            self._finishing.start(self._close_when_done(session))
        else:
            self._close(session)

    def _tell(self, connection: Connection) -> None:
        # Who is sent away in one beat need not be back in the same moment.
        after_ms = random.randrange(round(1000 * self._pace.beat_seconds))
        notice = {"ticket": self._ticket_for(connection), "after_ms": after_ms, "seconds": GOOD_FOR_SECONDS}
        connection.send(packets.event(connection.namespace, EVENT, journal.spell(notice)))

    def _ticket_for(self, connection: Connection) -> str | None:
        """None for a stranger, about whom nobody asks the database either."""
        if connection.claims is None or connection.actor is None:
            return None
        return self._tickets.issue(connection.claims, connection.actor, clock.now())

    async def _close_when_done(self, session: Session) -> None:
        """Let the client hear what became of what it sent, unless that takes too long or it goes on and on."""
        deadline = asyncio.get_running_loop().time() + self._pace.finish_seconds
        while (works := _works(session)) and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(works, timeout=left)
        self._close(session)


def _works(session: Session) -> list[asyncio.Task[None]]:
    """What is being carried out for a client just now."""
    inboxes = [connection.inbox for connection in session.connections.values()]
    return [inbox.worker for inbox in inboxes if inbox.worker is not None and not inbox.is_idle]
