"""A worker in the test's own process, and what tests of its work arrange."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hub.perform import run_reading
from models import JobRow
from tests.conftest import HeldClock
from workers import jobs

Row = dict[str, Any]


class Worker:
    """It does what is due; time passes when the test says so."""

    def __init__(self, clock: HeldClock) -> None:
        self._clock = clock
        self._numbers = count()

    def work(self) -> None:
        """Do what is due, and what becomes due by it."""
        while due := self._due():
            for job_id in due:
                jobs.do(job_id, holder=f"message {next(self._numbers)}")

    def work_for(self, **time: float) -> None:
        """Let so much time pass, and do each job when it is due."""
        end = self._clock.moment + timedelta(**time)
        self.work()
        while (due_at := self._next_due_at()) is not None and due_at <= end:
            self._clock.moment = due_at
            self.work()
        self._clock.moment = end

    def _due(self) -> list[int]:
        is_due = (JobRow.state == "waiting") & (JobRow.due_at <= self._clock.moment)
        return run_reading(lambda: [row.id for row in JobRow.select().where(is_due).order_by(JobRow.id)])

    def _next_due_at(self) -> datetime | None:
        waiting = JobRow.select().where(JobRow.state == "waiting").order_by(JobRow.due_at)
        first = run_reading(waiting.first)
        return None if first is None else first.due_at


def job_called(name: str) -> Row:
    """The one job of that name."""
    (row,) = run_reading(lambda: list(JobRow.select().where(JobRow.name == name).dicts()))
    return row


def states_of(name: str) -> list[str]:
    return run_reading(lambda: [row.state for row in JobRow.select().where(JobRow.name == name).order_by(JobRow.id)])
