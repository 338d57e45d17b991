"""Public pages that everybody reads at once, such as the announcements when a push has just said that there is one.

Whoever asks before a look-up begins shares its answer, and whoever asks later waits for the next one. An answer is
kept, and given again when the database says in a later look-up that nothing at all has changed since, and nothing has
come due. So a crowd costs hardly more than one reader does, and yet everybody sees whatever was acknowledged before
they asked, on whichever node, and whoever wrote it. The heads of streams would not do for that: an announcement that is
scheduled moves none of them, and neither does an operator with an SQL prompt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from typing import Any

from aiohttp import web

from hub import clock, database
from hub.http.dialect import HUBS_OWN_PATHS, Dialect, HostOfADialect, Unavailable
from hub.perform import look_up

MOST_KEPT = 64

Query = Mapping[str, str]


def _never() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page shows: looked up and spelled in one go, in a database thread. Equal parts mean equal answers.

    `changes_by_itself_at` is asked before it, in the same unit of work.
    """

    say: partial[web.Response]
    changes_by_itself_at: Callable[[], datetime | None] = _never

    @property
    def key(self) -> object:
        return self.say.func, self.say.args


Page = Callable[[Query], Reading]
Handler = Callable[[web.Request], Awaitable[web.Response]]

LONGEST_WAIT_SECONDS = 1.0
"""How long a look-up waits for the one before it; one that hangs must not hold up the next."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it is the same for everybody who shares it."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


def answer_of(response: web.Response) -> Answer:
    body = response.body
    assert isinstance(body, bytes)
    return Answer(response.status, response.reason or "", dict(response.headers), body)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and for how long it is right."""

    answer: Answer
    version: object
    since: datetime
    until: datetime

    def is_right(self, version: object, now: datetime) -> bool:
        return self.version == version and self.since <= now < self.until


_pages: dict[Callable[..., Any], Page] = {}


def the_same_for_all(page: Page) -> Handler:
    """The handler of a page that is the same whoever asks, with or without a token. It may refuse a query at once."""

    @wraps(page)
    async def handler(request: web.Request) -> web.Response:
        answer = await asyncio.shield(request.config_dict[SHARING].answer(page(request.query)))
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    _pages[handler] = page
    return handler


class Sharing:
    """Who shares with whom: of each reading at most one is under way, and one more waits for it."""

    def __init__(self) -> None:
        self._under_way: dict[object, asyncio.Task[Answer]] = {}
        self._next: dict[object, asyncio.Task[Answer]] = {}
        self._kept: dict[object, Kept] = {}

    def answer(self, reading: Reading) -> asyncio.Task[Answer]:
        """The answer to come, of a look-up that has not begun yet. Shield it: others wait for it too."""
        key = reading.key
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._look_up(key, reading))
            # Everybody may have left before it fails.
            self._next[key].add_done_callback(_failed)
        return self._next[key]

    async def _look_up(self, key: object, reading: Reading) -> Answer:
        if (before := self._under_way.get(key)) is not None:
            await asyncio.wait([before], timeout=LONGEST_WAIT_SECONDS)
        # From here on nobody joins any more: what they may have seen acknowledged could be missing.
        mine = self._under_way[key] = self._next.pop(key)
        try:
            return await look_up(self._current, key, reading)
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]

    def _current(self, key: object, reading: Reading) -> Answer:
        """In a database thread, of which there may be several: each kept answer says by itself what it is worth."""
        version, now = database.version(), clock.now()
        kept = self._kept.get(key)
        if kept is not None and kept.is_right(version, now):
            return kept.answer
        until = reading.changes_by_itself_at() or datetime.max
        answer = answer_of(reading.say())
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = Kept(answer, version, now, until)
        return answer


def _failed(task: asyncio.Task[Answer]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


SHARING: web.AppKey[Sharing] = web.AppKey("sharing", Sharing)


@dataclass(frozen=True)
class HotPage:
    """A page at one of its addresses, for who answers requests before aiohttp sees them."""

    path: str
    page: Page
    refuse: Callable[[Exception], web.Response]

    def refused(self) -> Answer:
        """What is said while the database does not answer."""
        return answer_of(self.refuse(Unavailable()))


class HotPages:
    """Which page lies where, as the router has it: by prefix at every host name, and at the root of a dialect's own."""

    def __init__(self, dialects: Collection[Dialect], hosts: Mapping[str, Dialect]) -> None:
        self._anywhere = {hot.path: hot for dialect in dialects for hot in _pages_of(dialect, f"/{dialect.name}")}
        self._bound = [
            (HostOfADialect(host), {hot.path: hot for hot in _pages_of(dialect)}) for host, dialect in hosts.items()
        ]

    def at(self, host: str, path: str) -> HotPage | None:
        if path.startswith(HUBS_OWN_PATHS):
            return self._anywhere.get(path)
        return next((pages.get(path) for domain, pages in self._bound if domain.match_domain(host)), None)


def _pages_of(dialect: Dialect, prefix: str = "") -> Iterator[HotPage]:
    """Every page of a dialect, in both slash forms."""
    for route in dialect.routes:
        page = _pages.get(route.handler)
        if page is not None:
            path = prefix + route.path.rstrip("/")
            yield from (HotPage(path, page, dialect.refuse), HotPage(f"{path}/", page, dialect.refuse))


PAGES: web.AppKey[HotPages] = web.AppKey("hot_pages", HotPages)
