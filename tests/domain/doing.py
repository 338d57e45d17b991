"""How tests of the core act: one at a time with an eye on the facts, or many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from hub.domain.facts import record, recording
from hub.domain.refusals import Refusal
from hub.perform import run
from models import JobRow, JournalRow, Stream, db


def facts_of(action: Callable[..., Any], *args: Any, **kwargs: Any) -> list[object]:
    """Perform an action and answer the facts that it recorded."""

    def observed() -> list[object]:
        with recording() as facts:
            action(*args, **kwargs)
        for fact in facts:
            record(fact)
        return facts

    return run(observed)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all from the same moment; their answers, or what they raised, in order."""
    together = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def work_on(place: int, work: Callable[[], Any]) -> None:
        together.wait()
        try:
            outcomes[place] = work()
        except BaseException as wrong:
            outcomes[place] = wrong
        finally:
            if not db.is_closed():
                db.close()

    threads = [threading.Thread(target=work_on, args=numbered) for numbered in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refusal):
            raise outcome
    return outcomes


def codes(outcomes: list[Any]) -> list[str]:
    """The codes of those that were refused."""
    return sorted(outcome.code for outcome in outcomes if isinstance(outcome, Refusal))


def nothing_is_left() -> bool:
    """No event and no job was stored."""
    return run(lambda: [JournalRow.select().count(), Stream.select().count(), JobRow.select().count()]) == [0, 0, 0]
