"""`getinfo` and `public_stats`: figures about all members, as a worker counted them last.

The stored text goes out as it is. It may be megabytes, and anybody may ask: so a node reads each edition once, and
sends it in pieces, at the pace of whoever reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from aiohttp import web

from hub.domain import figures
from hub.domain.figures import Edition
from hub.http.described import described
from hub.http.dialect import SETTINGS
from hub.node import NODE, Node
from hub.perform import look_up, perform
from hub.threads import compute
from hub.wire import flux_figures
from hub.wire import flux_shapes as shapes

PIECE = 64 * 1024
"""Bytes; what is ready for one reader at a time."""


class Shelf:
    """The newest editions that a node has read."""

    def __init__(self, smallest_group: int) -> None:
        self._smallest_group = smallest_group
        self._editions: dict[int, Edition] = {}
        self._counting: asyncio.Task[None] | None = None

    async def newest(self, number: int) -> Edition:
        """What is stored; where that is nothing, because no worker has been here yet, it is counted now."""
        edition = await self._stored(number)
        if edition is None:
            await self._first_count()
            edition = await self._stored(number)
            assert edition is not None
        return edition

    async def _stored(self, number: int) -> Edition | None:
        edition = await look_up(figures.newest, number, self._editions.get(number))
        if edition is not None:
            self._editions[number] = edition
        return edition

    async def _first_count(self) -> None:
        """However many ask at the same moment, there is one count, which goes on if they stop waiting."""
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        await asyncio.shield(self._counting)

    async def _count(self) -> None:
        counted = await look_up(figures.count, smallest=self._smallest_group)
        texts = await compute(flux_figures.texts, counted)
        await perform(figures.store, texts, counted.counted_at)


_SHELVES: WeakKeyDictionary[Node, Shelf] = WeakKeyDictionary()


def _shelf(request: web.Request) -> Shelf:
    node, settings = request.config_dict[NODE], request.config_dict[SETTINGS]
    return _SHELVES.setdefault(node, Shelf(settings.small_group))


@described("How many members there are, and how far they are checked", replies={200: shapes.MemberFigures})
async def getinfo(request: web.Request) -> web.Response:
    return _served(await _shelf(request).newest(flux_figures.GETINFO))


@described("Figures of members on the roll", replies={200: shapes.RollFigures})
async def public_stats(request: web.Request) -> web.Response:
    return _served(await _shelf(request).newest(flux_figures.PUBLIC_STATS))


def _served(edition: Edition) -> web.Response:
    length = {"Content-Length": str(len(edition.content))}
    return web.Response(body=_pieces(edition.content), headers=length, content_type="application/json", charset="utf-8")


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


V0 = [web.get("/getinfo", getinfo), web.get("/public_stats", public_stats)]
