"""Jobs: work that must be done, once or (after a fault) once more, and never forgotten.

waiting -> leased -> done, or back to waiting with a later due time, or after the last try dead. A lease runs out by
itself, so a worker that dies returns its jobs. All moves are conditional updates: any number of workers may race.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Case, fn

from hub import clock
from hub.delivery import Job
from hub.domain.refusals import NotFound
from models import JobRow, free, locked

HAND_OVER_GRACE = timedelta(seconds=2)
"""How long the relay leaves a new job to the courier that handed it over right after the commit."""
HAND_OVER_AGAIN_SECONDS = 60
"""After this long without a worker taking it, a job is handed over again; doubled each time."""
LONGEST_HAND_OVER_SECONDS = 3600
FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 900.0
TAKEN_AT_ONCE = 100
"""Jobs that a relay takes in one unit of work."""
LONGEST_ERROR = 2000
"""Characters of an error that are kept for the operator."""


STATES = ("waiting", "leased", "done", "dead")
_AS_NEW = {"state": "waiting", "attempts": 0, "handed_at": None, "hand_overs": 0, "finished_at": None}


class JobNotFound(NotFound):
    code = "job_not_found"


@dataclass(frozen=True)
class Lease:
    """One worker's right to do one job until `until`."""

    job_id: int
    name: str
    arguments: dict[str, Any]
    attempt: int
    holder: str


def add(job: Job, unit: str | None = None) -> int | None:
    """Store a job, and the name of the unit of work that it follows from.

    None where one with the same unique key is there already and need not be handed over now.
    """
    now = clock.now()
    due_at = job.due_at or now
    # The courier hands over what is due at once; the relay only what the courier did not live to hand over.
    hand_over_at = due_at if due_at > now else now + HAND_OVER_GRACE
    stored = JobRow.insert(
        name=job.name,
        unique_key=job.unique_key,
        due_at=due_at,
        hand_over_at=hand_over_at,
        created_at=now,
        unit=unit,
        **_asked_for(job),
    ).on_conflict_ignore()
    rows = list(stored.returning(JobRow.id).execute())
    if rows:
        return rows[0].id
    return _do_again(job, unit, due_at, hand_over_at) if job.again else None


def _asked_for(job: Job) -> dict[str, object]:
    recipient = job.arguments.get("account_id") if job.account_id is None else job.account_id
    return {"arguments": json.dumps(dict(job.arguments)), "account_id": recipient}


def _do_again(job: Job, unit: str | None, due_at: datetime, hand_over_at: datetime) -> int | None:
    """Have a stored job done once more: one that has ended is due anew, one that a worker is at comes back after it.

    One that waits will see all that happened until it runs, and stays with the unit that it waits for. It is not kept
    waiting by an earlier failure, though.
    """
    # Locked, or a worker could settle it between a look and the write.
    row = locked(JobRow.select().where(JobRow.unique_key == job.unique_key)).get_or_none()
    if row is None:
        # It was done long ago, and was forgotten just now.
        return add(job, unit)
    the_row = JobRow.id == row.id
    if row.state == "leased":
        JobRow.update(due_again_at=min(due_at, row.due_again_at or due_at), unit=unit).where(the_row).execute()
        return None
    if row.state == "waiting" and row.due_at <= due_at:
        return None
    # What has ended is asked for anew, and perhaps with other arguments; what waits is what was asked for.
    as_new = {} if row.state == "waiting" else {**_AS_NEW, **_asked_for(job)}
    JobRow.update(due_at=due_at, hand_over_at=hand_over_at, unit=unit, **as_new).where(the_row).execute()
    return row.id


def is_first(job_id: int) -> bool:
    """Whether no unit of work that asked so for this job was committed yet: asked by one that must not be done twice.

    For jobs without a unique key: they get one that says so.
    """
    first = JobRow.update(unique_key=f"did:{job_id}").where((JobRow.id == job_id) & JobRow.unique_key.is_null())
    return bool(first.execute())


def is_due(job: Job) -> bool:
    return job.due_at is None or job.due_at <= clock.now()


def take_due(limit: int = TAKEN_AT_ONCE) -> list[int]:
    """The jobs to hand over now; each is marked, so that of many relays one takes it."""
    now = clock.now()
    asked = JobRow.select(JobRow.id, JobRow.hand_overs).where(_can_be_handed_over(now))
    # What somebody else is changing has its turn in a second; waiting for it could end in a deadlock.
    due = list(free(asked.order_by(JobRow.hand_over_at, JobRow.id).limit(limit)))
    marked: set[int] = set()
    for hand_overs in {row.hand_overs for row in due}:
        marked |= _mark_handed([row.id for row in due if row.hand_overs == hand_overs], hand_overs, now)
    return [row.id for row in due if row.id in marked]


def _can_be_handed_over(now: datetime):
    forsaken = (JobRow.state == "leased") & (JobRow.leased_until < now)
    return (JobRow.hand_over_at <= now) & ((JobRow.state == "waiting") | forsaken)


def _mark_handed(job_ids: list[int], hand_overs: int, now: datetime) -> set[int]:
    """Mark jobs that were handed over equally often; answers those that nobody else has marked meanwhile."""
    wait = min(HAND_OVER_AGAIN_SECONDS * 2**hand_overs, LONGEST_HAND_OVER_SECONDS)
    marked = JobRow.update(handed_at=now, hand_overs=hand_overs + 1, hand_over_at=now + timedelta(seconds=wait)).where(
        JobRow.id.in_(job_ids) & _can_be_handed_over(now)
    )
    return {row.id for row in marked.returning(JobRow.id).execute()}


def hand_over_again() -> int:
    """Make every job that was handed over but not taken due again: what Redis held of them is gone."""
    lost = (JobRow.state == "waiting") & JobRow.handed_at.is_null(False)
    return JobRow.update(hand_over_at=JobRow.due_at, handed_at=None, hand_overs=0).where(lost).execute()


def lease(job_id: int, *, holder: str, seconds: float) -> Lease | None:
    """Take a job that is due; None where another worker has it, or it is done, dead or not yet due.

    The same holder may take it again: a message that comes back to the worker that lost its child is the same try.
    """
    now = clock.now()
    free = (JobRow.state == "waiting") & (JobRow.due_at <= now)
    forsaken = (JobRow.state == "leased") & ((JobRow.leased_until < now) | (JobRow.leased_by == holder))
    until = now + timedelta(seconds=seconds)
    taken = list(
        JobRow.update(
            state="leased",
            attempts=JobRow.attempts + 1,
            leased_by=holder,
            leased_until=until,
            hand_over_at=until,
            handed_at=None,
            hand_overs=0,
        )
        .where((JobRow.id == job_id) & (free | forsaken))
        .returning(JobRow)
        .execute()
    )
    if not taken:
        _hand_over_when_due(job_id, now)
        return None
    row = taken[0]
    return Lease(row.id, row.name, json.loads(row.arguments), row.attempts, holder)


def _hand_over_when_due(job_id: int, now: datetime) -> None:
    """A relay whose clock is ahead of ours handed it over too early; have it handed over again soon."""
    early = (JobRow.id == job_id) & (JobRow.state == "waiting") & (JobRow.due_at > now)
    JobRow.update(hand_over_at=JobRow.due_at).where(early).execute()


def finish(held: Lease) -> bool:
    """The work is done. False where the lease was lost meanwhile and somebody else decides."""
    return _end(held, "done", None)


def retry_later(held: Lease, error: str, *, after_seconds: float | None = None) -> bool:
    """The work failed and may heal: due again after a jittered, doubling wait, or the one that a provider asked for."""
    seconds = backoff_seconds(held.attempt) if after_seconds is None else after_seconds
    return _put_off(held, seconds, last_error=error[:LONGEST_ERROR])


def bury(held: Lease, error: str) -> bool:
    """The work failed for good: an operator sees it in `hub jobs` and may retry it."""
    return _end(held, "dead", error[:LONGEST_ERROR])


def wait(held: Lease, seconds: float) -> bool:
    """Nothing failed, but it is too early: look again in a while. That was no try."""
    return _put_off(held, seconds, attempts=JobRow.attempts - 1)


def _put_off(held: Lease, seconds: float, **outcome: object) -> bool:
    """Due again after a while, or as soon as it was asked for meanwhile; then it sees all that happened."""
    after = clock.now() + timedelta(seconds=seconds)
    due_at = Case(None, [(JobRow.due_again_at < after, JobRow.due_again_at)], after)
    return _settle(held, state="waiting", due_at=due_at, hand_over_at=due_at, due_again_at=None, **outcome)


def _end(held: Lease, state: str, error: str | None) -> bool:
    """Done or dead; unless it was asked for again meanwhile, and so waits anew. One statement, so no asking is lost."""
    is_over = JobRow.due_again_at.is_null()
    return _settle(
        held,
        state=Case(None, [(is_over, state)], "waiting"),
        attempts=Case(None, [(is_over, JobRow.attempts)], 0),
        finished_at=Case(None, [(is_over, clock.now())], None),
        due_at=fn.COALESCE(JobRow.due_again_at, JobRow.due_at),
        hand_over_at=fn.COALESCE(JobRow.due_again_at, JobRow.hand_over_at),
        due_again_at=None,
        last_error=error,
    )


def _settle(held: Lease, **outcome: object) -> bool:
    mine = (
        (JobRow.id == held.job_id)
        & (JobRow.state == "leased")
        & (JobRow.leased_by == held.holder)
        & (JobRow.attempts == held.attempt)
    )
    settled = JobRow.update(leased_by=None, leased_until=None, **outcome).where(mine)
    return bool(settled.execute())


def backoff_seconds(attempt: int) -> float:
    """2, 4, 8 ... seconds after the first, second, third try, at most 15 minutes, spread by a quarter either way."""
    return min(FIRST_RETRY_SECONDS * 2 ** (attempt - 1), LONGEST_RETRY_SECONDS) * random.uniform(0.75, 1.25)


def listing(state: str | None = None, limit: int = 100) -> list[JobRow]:
    """Jobs of one state or of all: what needs an eye first (dead, leased, waiting, done), then the newest."""
    urgency = Case(JobRow.state, [("dead", 0), ("leased", 1), ("waiting", 2)], 3)
    rows = JobRow.select().order_by(urgency, JobRow.id.desc()).limit(limit)
    return list(rows.where(JobRow.state == state) if state else rows)


def counts() -> dict[str, int]:
    """How many jobs there are of each state."""
    rows = JobRow.select(JobRow.state, fn.COUNT(JobRow.id)).group_by(JobRow.state)
    return dict(rows.tuples().execute())


def retry_dead(job_id: int | None = None) -> list[int]:
    """Give dead jobs (one, or all) a new life with all their tries; they are due at once."""
    now = clock.now()
    dead = JobRow.state == "dead"
    chosen = dead if job_id is None else dead & (JobRow.id == job_id)
    revived = JobRow.update(state="waiting", attempts=0, due_at=now, hand_over_at=now, finished_at=None)
    ids = [row.id for row in revived.where(chosen).returning(JobRow.id).execute()]
    if job_id is not None and not ids:
        raise JobNotFound()
    return ids


def forget_done(before: datetime) -> int:
    return JobRow.delete().where((JobRow.state == "done") & (JobRow.finished_at < before)).execute()
