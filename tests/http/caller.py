"""Who tries out a dialect's whole document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Caller:
    """`headers` are made anew for each call, because some calls end them.

    `known` are values by a part of the calls' paths and the field that takes them, the later ones before the earlier
    ones: nobody finds a row by guessing. What a call uses up stands there as a function that makes another one.
    `spares` says what is not tried, because it asks somebody who is away.
    """

    headers: Callable[[], dict[str, str]]
    known: dict[tuple[str, str], list[Any]]
    spares: Callable[[Any], bool] = lambda case: False
    leaves_out: frozenset[str] = frozenset()
    """Calls that cannot say yes here; they have tests of their own."""


def fresh(make: Callable[[], Awaitable[T]]) -> Callable[[], T]:
    """Makes something in the test's loop, for the thread in which the calls are made."""
    loop = asyncio.get_running_loop()

    async def made() -> T:
        return await make()

    return lambda: asyncio.run_coroutine_threadsafe(made(), loop).result()
