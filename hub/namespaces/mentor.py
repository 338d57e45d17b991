"""`/mentor`: hears `save` (a ticket, in the listener's view) and `expire` (an array of tickets).

Besides, `positions {id: place}` says where each waiting ticket stands. It follows every change of the queue, is told at
most four times a second, and is not kept: the next one says all.
"""

from __future__ import annotations

import asyncio

from hub.domain import mentor_tickets
from hub.domain.journal import Entry
from hub.namespaces.public import PublicNamespace
from hub.perform import DatabaseAway, Overloaded, look_up
from hub.reactions.streams import MENTOR
from hub.realtime.classes import Coalesced
from hub.realtime.server import HubServer
from hub.wire import vivere_shapes as shapes

HEARS = {"save": shapes.Ticket, "expire": list[shapes.Ticket], "positions": shapes.Positions}
NAMESPACE = PublicNamespace("/mentor", MENTOR, hears=HEARS, not_kept={"positions": Coalesced.under("positions")})
POSITIONS_EVERY_SECONDS = 0.25


class Positions:
    """Tells this node's listeners the places in the queue after it moved."""

    def __init__(self, server: HubServer) -> None:
        self._server = server
        self._telling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        (await self._server.streams.follow(MENTOR)).ears.append(self._queue_moved)

    def _queue_moved(self, entry: Entry) -> None:
        if self._telling is None and self._server.streams.has_members(MENTOR):
            self._telling = asyncio.create_task(self._tell_soon())

    async def _tell_soon(self) -> None:
        await asyncio.sleep(POSITIONS_EVERY_SECONDS)
        self._telling = None
        try:
            positions = await look_up(mentor_tickets.positions)
        except (DatabaseAway, Overloaded):
            # The next move of the queue tells them.
            return
        self._server.say(NAMESPACE.name, MENTOR, "positions", positions)

    async def stop(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
