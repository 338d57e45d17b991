"""Doing jobs: lease the row, do the work, settle the row. A message from the broker only says where to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import sleep

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from structlog.contextvars import bound_contextvars, get_contextvars

from hub.domain import canary, jobs
from hub.domain.jobs import Lease
from hub.perform import DatabaseAway, run
from workers.gateways.errors import GatewayError

log = structlog.get_logger(__name__)

LEASE_SECONDS = 65.0
"""A little longer than the hard time limit of a task: a lease that ran out belongs to nobody who is alive."""
SETTLE_TRIES = 3
SETTLE_AGAIN_SECONDS = 1.0


class NotYet(Exception):
    """Raised by a job for which it is too early: it is done again after `seconds`, and that was no try."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Work:
    """What is done for jobs of one name: ids in, nothing out, safe to run twice."""

    function: Callable[..., None]
    max_attempts: int


WORK: dict[str, Work] = {}


def _unknown(**_: object) -> None:
    raise LookupError("no worker here knows this job; is its version older than that of the server that made it?")


UNKNOWN = Work(_unknown, max_attempts=8)
"""Tried again, because a newer worker may come along while a new version is rolled out."""


def job(name: str, *, max_attempts: int = 8) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the work behind jobs called `name`."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        WORK[name] = Work(function, max_attempts)
        return function

    return register


def do(job_id: int, *, holder: str) -> None:
    """Do one job if it is ours to do: done, done later, or dead, whatever happens in between."""
    held = run(jobs.lease, job_id, holder=holder, seconds=LEASE_SECONDS)
    if held is None:
        return
    with bound_contextvars(job=held.job_id, name=held.name, attempt=held.attempt):
        _do_leased(held)


def at_hand() -> int | None:
    """The number of the job that is being done here; the same however often it is tried."""
    return get_contextvars().get("job")


def _do_leased(held: Lease) -> None:
    work = WORK.get(held.name, UNKNOWN)
    if held.attempt > work.max_attempts:
        # Its last tries ended without a word: the worker died each time.
        _bury(held, "the worker died at every try")
        return
    try:
        work.function(**held.arguments)
    except NotYet as early:
        _settled(jobs.wait, held, early.seconds)
    except Exception as wrong:
        # The edge: whatever a job raises is decided here, once.
        _failed(held, work, wrong)
    else:
        settle_done(held)


def settle_done(held: Lease) -> None:
    if _settled(jobs.finish, held):
        # The canary comes every few seconds; `/readyz` says when it does not.
        (log.debug if held.name == canary.JOB else log.info)("job_done")


def _failed(held: Lease, work: Work, wrong: Exception) -> None:
    error = "took too long" if isinstance(wrong, SoftTimeLimitExceeded) else f"{type(wrong).__name__}: {wrong}"
    refusal = wrong if isinstance(wrong, GatewayError) else None
    if held.attempt >= work.max_attempts or (refusal is not None and refusal.permanent):
        _bury(held, error)
    elif _settled(partial(jobs.retry_later, after_seconds=refusal.retry_after if refusal else None), held, error):
        trace = None if work is UNKNOWN or refusal else wrong
        log.warning("job_failed", error=error, consequence="tried again later", exc_info=trace)


def _bury(held: Lease, error: str) -> None:
    if _settled(jobs.bury, held, error):
        log.error("job_dead", error=error, what_to_do=f"mend the cause, then: hub jobs retry {held.job_id}")


def _settled(outcome: Callable[..., bool], held: Lease, *more: object) -> bool:
    """Settle the row; where the lease ran out and somebody else took the job meanwhile, they decide."""
    for again in range(SETTLE_TRIES):
        try:
            settled = run(outcome, held, *more)
        except DatabaseAway:
            # What kept the database busy may have kept the job from being done, too. Unsettled, it waits for a minute.
            if again + 1 < SETTLE_TRIES:
                sleep(SETTLE_AGAIN_SECONDS)
            continue
        if not settled:
            log.warning("job_lost", consequence="whoever has taken it since decides")
        return settled
    log.warning("job_not_settled", consequence="done again when its lease runs out")
    return False


Sweep = Callable[[], None]


@dataclass(frozen=True)
class Scheduled:
    function: Sweep
    every: float
    """Seconds."""


SWEEPS: dict[str, Scheduled] = {}


def sweep(*, every: float) -> Callable[[Sweep], Sweep]:
    """Register a function that runs every so many seconds; safe to run twice, late, or in two workers."""

    def register(function: Sweep) -> Sweep:
        SWEEPS[function.__name__] = Scheduled(function, every)
        return function

    return register
