"""The queue: how much work waits for the workers, and how late they are with it.

What is done is not counted: there may be hundreds of thousands of such jobs, and the index on the state passes them by.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import fn

from hub import clock
from models import JobRow

UNDONE = ("waiting", "leased", "dead")


@dataclass(frozen=True)
class Depth:
    waiting: int
    """Those that are due among them."""
    due: int
    leased: int
    dead: int
    oldest_due_seconds: float
    """For how long the one has been due that waits longest; 0 where none is due."""


def depth() -> Depth:
    counts = dict.fromkeys(UNDONE, 0) | _counts()
    due, oldest = _due()
    waited = (clock.now() - oldest).total_seconds() if oldest else 0.0
    return Depth(**counts, due=due, oldest_due_seconds=waited)


def _counts() -> dict[str, int]:
    undone = JobRow.select(JobRow.state, fn.COUNT(JobRow.id)).where(JobRow.state.in_(UNDONE))
    return dict(undone.group_by(JobRow.state).tuples().execute())


def _due():
    """How many are due, and since when the first of them is."""
    due = (JobRow.state == "waiting") & (JobRow.due_at <= clock.now())
    return JobRow.select(fn.COUNT(JobRow.id), fn.MIN(JobRow.due_at)).where(due).tuples().get()
