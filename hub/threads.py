"""Threads that work for the event loop, with a bound on what may wait for them."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")

CLOSE_SECONDS = 1.0
"""What running work gets to end in when the process stops."""


class Overloaded(Exception):
    """Too much work is waiting; the caller may come again."""


class Threads:
    def __init__(self, name: str, most_waiting: int) -> None:
        self._name = name
        self._most_waiting = most_waiting
        self._pool: ThreadPoolExecutor | None = None
        self.waiting = 0

    def open(self, count: int, at_end: Callable[[], None] = lambda: None) -> None:
        """Start taking work for `count` threads; each calls `at_end` before it ends."""
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=self._name)
        self._count, self._at_end = count, at_end

    async def do(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread, in the caller's context, so that its log lines carry the request's id."""
        if self._pool is None:
            raise RuntimeError(f"the {self._name} threads are not open")
        if self.waiting >= self._most_waiting:
            raise Overloaded(self._name)
        self.waiting += 1
        try:
            in_context = partial(contextvars.copy_context().run, work)
            return await asyncio.get_running_loop().run_in_executor(self._pool, in_context)
        finally:
            self.waiting -= 1

    async def close(self) -> None:
        """Let what runs end, but wait for it only a moment: a thread may hang on a server that fell silent."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            # Each waits for the others, so that every thread does this once.
            all_there = threading.Barrier(self._count, timeout=CLOSE_SECONDS)
            for _ in range(self._count):
                pool.submit(self._end, all_there)
            ending = threading.Thread(target=pool.shutdown, daemon=True)
            ending.start()
            await asyncio.to_thread(ending.join, CLOSE_SECONDS)

    def _end(self, all_there: threading.Barrier) -> None:
        with suppress(threading.BrokenBarrierError):
            all_there.wait()
        self._at_end()


computing = Threads("computing", 100)
"""For what takes the processor longer than a loop can wait, such as hashing passwords."""
picturing = Threads("picturing", 50)
"""For re-encoding images, which takes seconds: whoever signs in does not wait for that."""


async def compute(function: Callable[..., T], *args: object) -> T:
    return await computing.do(partial(function, *args))


async def compute_image(function: Callable[..., T], *args: object) -> T:
    return await picturing.do(partial(function, *args))
