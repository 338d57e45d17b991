"""Units of work: an action in one transaction, and what follows from it stored in the same one.

`perform` is for the event loop: it runs the action in a database thread. `run` is for workers, which have a thread to
themselves. Both hand the stored deliveries to the courier after the commit; if the process dies in between, nodes read
the journal and the relay finds the jobs, so nothing that was acknowledged is lost.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

import peewee
import structlog

import hub.reactions  # noqa: F401  (they register what follows from each fact)
from hub import database
from hub.delivery import Emit, Job, deliveries
from hub.domain import jobs, journal
from hub.domain.credentials import DeadCredential
from hub.domain.facts import recording
from hub.threads import Overloaded, Threads
from models import db

log = structlog.get_logger(__name__)

__all__ = [
    "DatabaseAway",
    "Outcome",
    "Overloaded",
    "look_up",
    "perform",
    "run",
    "run_reading",
    "threads",
    "use_courier",
]

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
RERUN_SECONDS = 0.05
PATIENCE_SECONDS = 2.0 * database.LONGEST_UNIT_SECONDS
MOST_WAITING = 500
"""Units that may wait for a database thread; beyond it the hub says that it is overloaded."""


class DatabaseAway(Exception):
    """The database does not answer, or the unit's outcome is not known. The caller may try again."""


@dataclass(frozen=True)
class Outcome:
    """What a unit of work left behind: the action's answer, and the deliveries it stored."""

    answer: Any
    entries: list[journal.Entry] = field(default_factory=list)
    job_ids: list[int] = field(default_factory=list)


class Courier(Protocol):
    def hand_on(self, entries: list[journal.Entry], job_ids: list[int]) -> None:
        """Carry stored deliveries on, without waiting and without fail; what it cannot carry is found later."""


class NoCourier:
    """For commands that change something and leave: the nodes' own reading of the journal does the rest."""

    def hand_on(self, entries: list[journal.Entry], job_ids: list[int]) -> None:
        pass


_courier: Courier = NoCourier()


def use_courier(courier: Courier) -> None:
    global _courier
    _courier = courier


def run(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a writing action in this thread and hand on what follows from it."""
    outcome = _write(partial(action, *args, **kwargs))
    _courier.hand_on(outcome.entries, outcome.job_ids)
    return outcome.answer


def run_reading(query: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in this thread."""
    return _read(partial(query, *args, **kwargs))


def _write(action: Callable[[], Any]) -> Outcome:
    lock = ("IMMEDIATE",) if database.is_sqlite() else ()
    return _in_transaction(lambda: _recorded(action), *lock)


def _read(query: Callable[[], T]) -> T:
    return _in_transaction(query)


def _recorded(action: Callable[[], Any]) -> Outcome:
    """Run the action and store what follows from its facts; stream heads are taken last."""
    with recording() as facts:
        answer = action()
    following = [delivery for fact in facts for delivery in deliveries(fact)]
    # In order of key, so that two units which have the same jobs done again do not wait for each other.
    new_jobs = sorted((job for job in following if isinstance(job, Job)), key=lambda job: job.unique_key or "")
    # By it the events and jobs of one unit find each other, when somebody asks why something did not arrive.
    unit = secrets.token_hex(8)
    added = [(jobs.add(job, unit), job) for job in new_jobs]
    entries = journal.append((delivery for delivery in following if isinstance(delivery, Emit)), unit)
    return Outcome(answer, entries, [job_id for job_id, job in added if job_id is not None and jobs.is_due(job)])


def _in_transaction(unit: Callable[[], T], *lock: str) -> T:
    """Run a unit; one that met a deadlock or a lost connection before its commit is run again."""
    for attempt in range(1, TRIES + 1):
        transaction = _Transaction(*lock)
        try:
            with transaction:
                return unit()
        except (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError) as wrong:
            if attempt == TRIES or transaction.is_committing or not _can_be_run_again(wrong):
                raise _as_away(wrong) from wrong
        except peewee.IntegrityError as wrong:
            if not database.lacks_what_it_refers_to(wrong):
                raise
            # Run again it sees that the other row is gone, and refuses by itself; or it is the caller who is.
            if attempt == TRIES:
                log.warning("refers_to_nobody", detail=str(wrong).splitlines()[0])
                raise DeadCredential() from wrong
        # Whoever got in the way needs a moment to get out of it.
        time.sleep(attempt * RERUN_SECONDS * random.uniform(0.5, 1.5))
    raise AssertionError("the last try returns or raises")


class _Transaction:
    """A transaction on this thread's connection that knows whether its commit was asked for.

    A commit that fails leaves open whether it took place, so only what fails before it may be run again.
    """

    def __init__(self, *lock: str) -> None:
        self._lock = lock
        self.is_committing = False

    def __enter__(self) -> None:
        db.connect(reuse_if_open=True)
        self._atomic = db.atomic(*self._lock)
        self._atomic.__enter__()

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        self.is_committing = kind is None
        self._atomic.__exit__(kind, *rest)


def _can_be_run_again(wrong: peewee.PeeweeException) -> bool:
    if database.is_worth_another_try(wrong):
        return True
    if database.is_lost_connection(wrong):
        db.close()
        return True
    return False


def _as_away(wrong: peewee.PeeweeException) -> DatabaseAway:
    database.disconnect()
    log.warning("database_away", reason=type(wrong).__name__, detail=str(wrong).splitlines()[0] if str(wrong) else "")
    return DatabaseAway()


threads = Threads("database", MOST_WAITING)
"""The threads that work on the database for the event loop; each opens its own connection."""


async def perform(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a writing action in a database thread; what follows is handed on even if the caller stops waiting."""
    loop = asyncio.get_running_loop()

    def work() -> T:
        outcome = _write(partial(action, *args, **kwargs))
        if outcome.entries or outcome.job_ids:
            loop.call_soon_threadsafe(_courier.hand_on, outcome.entries, outcome.job_ids)
        return outcome.answer

    return await _patiently(work)


async def look_up(query: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in a database thread."""
    return await _patiently(partial(_read, partial(query, *args, **kwargs)))


async def _patiently(work: Callable[[], T]) -> T:
    """Have a database thread do the work; a server that fell silent must not keep callers waiting for ever."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await threads.do(work)
    except TimeoutError:
        log.warning("database_away", reason="silent", seconds=PATIENCE_SECONDS)
        raise DatabaseAway() from None
