"""Jobs as staff see them: page by page, each with whom it is for, and a new life for the dead.

There may be hundreds of thousands, almost all of them done, so pages are cut from the newest on by number.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import ModelSelect, fn

from hub.domain import jobs, privileges, queue
from hub.domain.actors import Actor
from hub.domain.jobs import JobNotFound
from hub.domain.privileges import READ, USER, demand
from hub.domain.queue import Depth
from hub.domain.refusals import Conflict
from models import Account, JobRow


class JobNotDead(Conflict):
    """Only what is dead needs a new life."""

    code = "job_not_dead"


@dataclass(frozen=True)
class Listed:
    """A job, and the account that it is for, if it is for one that is still there."""

    row: JobRow
    recipient: Account | None


@dataclass(frozen=True)
class Desk:
    counts: dict[str, int]
    depth: Depth
    names: list[str]
    jobs: list[Listed]
    next: int | None
    """The number before which the next page begins."""


def desk(state: str | None, name: str | None, *, before: int | None, size: int, by: Actor) -> Desk:
    """A page of the jobs of one state and name, or of all, newest first, and how many there are in all."""
    demand(by, USER, READ)
    rows = list(_chosen(state, name, before).limit(size + 1))
    following = rows[size - 1].id if len(rows) > size else None
    counts = dict.fromkeys(jobs.STATES, 0) | jobs.counts()
    return Desk(counts, queue.depth(), _names(), _listed(rows[:size]), following)


def _chosen(state: str | None, name: str | None, before: int | None) -> ModelSelect[JobRow]:
    rows = JobRow.select().order_by(JobRow.id.desc())
    if state is not None:
        # Not by the index on the state, which would have all that is done sorted first.
        rows = rows.where(fn.COALESCE(JobRow.state, "") == state)
    if name is not None:
        rows = rows.where(JobRow.name == name)
    return rows if before is None else rows.where(JobRow.id < before)


def _names() -> list[str]:
    return sorted(name for (name,) in JobRow.select(JobRow.name).distinct().tuples().execute())


def _listed(rows: list[JobRow]) -> list[Listed]:
    wanted = {row.account_id for row in rows if row.account_id is not None}
    people = {account.id: account for account in Account.select().where(Account.id.in_(wanted))}
    return [Listed(row, None if row.account_id is None else people.get(row.account_id)) for row in rows]


def one(job_id: int, *, by: Actor) -> Listed:
    demand(by, USER, READ)
    return _listed([_there(job_id)])[0]


def _there(job_id: int) -> JobRow:
    row = JobRow.get_or_none(JobRow.id == job_id)
    if row is None:
        raise JobNotFound()
    return row


def retry(job_id: int, *, by: Actor) -> Listed:
    """Give a dead job all its tries anew."""
    privileges.superusers_only(by)
    _there(job_id)
    try:
        jobs.retry_dead(job_id)
    except JobNotFound:
        raise JobNotDead() from None
    return one(job_id, by=by)


def retry_all(*, by: Actor) -> int:
    privileges.superusers_only(by)
    return len(jobs.retry_dead())
