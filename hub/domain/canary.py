"""The canary: a job and an event that go the whole way round, so that `/readyz` can say when they last came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub import clock
from hub.domain.facts import record
from models import JobRow

JOB = "canary.sing"


@dataclass(frozen=True)
class CanarySent:
    at: datetime


@dataclass(frozen=True)
class CanarySang:
    at: datetime


def send() -> None:
    """Set a canary off; it comes back as a job done by a worker and as an event heard by every node."""
    record(CanarySent(clock.now()))


def sing() -> None:
    record(CanarySang(clock.now()))


def last_job_done() -> datetime | None:
    newest = JobRow.select(JobRow.finished_at).where((JobRow.name == JOB) & (JobRow.state == "done"))
    # By id, backwards: the newest is among the last rows, and no other order has an index.
    row = newest.order_by(JobRow.id.desc()).first()
    return row.finished_at if row else None
