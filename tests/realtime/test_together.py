"""What many ask for at once is asked for in few questions, and everybody hears the answer to their own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from hub.realtime.together import AT_ONCE, Together


class Oracle:
    """Answers each number with its double, once it is let; what is not a number is refused."""

    def __init__(self) -> None:
        self.asked: list[list[object]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, keys: Sequence[object]) -> list[int | Exception]:
        self.asked.append(list(keys))
        await self.may_answer.wait()
        return [2 * key if isinstance(key, int) else ValueError(key) for key in keys]


async def test_whoever_comes_during_a_question_is_in_the_next_one():
    oracle = Oracle()
    together = Together(oracle.ask)
    oracle.may_answer.clear()

    first = asyncio.create_task(together.of(1))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(together.of(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0.01)
    oracle.may_answer.set()

    assert [await first, *await asyncio.gather(*others)] == [2, 4, 6, 8]
    assert oracle.asked == [[1], [2, 3, 4]]


async def test_what_is_wrong_with_one_is_said_to_that_one():
    together = Together(Oracle().ask)

    answers = await asyncio.gather(together.of(1), together.of("x"), together.of(3), return_exceptions=True)

    assert [str(answer) for answer in answers] == ["2", "x", "6"]


async def test_a_question_that_fails_is_said_to_all_who_asked_and_to_nobody_later():
    answers = iter([OSError("away"), None])
    oracle = Oracle()

    async def ask(keys):
        if (wrong := next(answers)) is not None:
            raise wrong
        return await oracle.ask(keys)

    together = Together(ask)

    with pytest.raises(OSError, match="away"):
        await together.of(1)
    assert await together.of(2) == 4


async def test_somebody_who_leaves_while_it_is_asked_holds_up_nobody():
    oracle = Oracle()
    together = Together(oracle.ask)
    oracle.may_answer.clear()
    leaving, staying = [asyncio.create_task(together.of(number)) for number in (1, 2)]
    await asyncio.sleep(0.01)

    leaving.cancel()
    await asyncio.sleep(0)
    oracle.may_answer.set()

    assert await staying == 4


async def test_a_storm_is_asked_for_in_portions_that_a_statement_takes():
    oracle = Oracle()
    together = Together(oracle.ask)

    answers = await asyncio.gather(*(together.of(number) for number in range(2 * AT_ONCE + 1)))

    assert answers == [2 * number for number in range(2 * AT_ONCE + 1)]
    assert [len(keys) for keys in oracle.asked] == [AT_ONCE, AT_ONCE, 1]


async def test_a_question_that_fails_is_said_to_those_too_whose_turn_would_come():
    may_fail = asyncio.Event()
    asked = 0

    async def ask(keys):
        nonlocal asked
        asked += 1
        await may_fail.wait()
        raise OSError("away")

    together = Together(ask)
    waiting = [asyncio.create_task(together.of(number)) for number in range(2 * AT_ONCE)]
    await asyncio.sleep(0)
    may_fail.set()

    answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert ({str(answer) for answer in answers}, asked) == ({"away"}, 1)
