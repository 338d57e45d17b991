"""Asks for many things in one go what thousands ask for one by one when clients storm in.

Whoever comes while a question is under way waits for the next one, so nobody is answered from before they asked. What
several ask for is asked for once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from hub.realtime.tasks import Tasks

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 300
"""Few enough for one statement of either database."""


class Together(Generic[K, V]):
    """`ask` answers keys with values in the same order; an exception among these is raised for its key."""

    def __init__(
        self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V | Exception]]], at_once: int = AT_ONCE
    ) -> None:
        self._ask = ask
        self._at_once = at_once
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._is_asking = False
        self._tasks = Tasks()

    async def of(self, key: K) -> V:
        told: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, told))
        if not self._is_asking:
            self._is_asking = True
            self._tasks.start(self._ask_for_all())
        return await told

    async def _ask_for_all(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
                try:
                    await self._tell(some)
                except Exception as wrong:
                    # The edge: whatever goes wrong is said to all who wait, also to those whose turn would come. Where
                    # the database is silent each question takes seconds, and thousands would wait for minutes.
                    self._refuse([*some, *self._waiting], wrong)
                    self._waiting = []
        finally:
            self._is_asking = False

    async def _tell(self, some: list[tuple[K, asyncio.Future[V]]]) -> None:
        """Whoever has gone meanwhile is not told."""
        keys = list(dict.fromkeys(key for key, _ in some))
        answers = dict(zip(keys, await self._ask(keys), strict=True))
        for key, told in some:
            answer = answers[key]
            if told.done():
                continue
            if isinstance(answer, Exception):
                told.set_exception(answer)
            else:
                told.set_result(answer)

    def _refuse(self, all_of_them: list[tuple[K, asyncio.Future[V]]], wrong: Exception) -> None:
        for _, told in all_of_them:
            if not told.done():
                told.set_exception(wrong)
