"""Jobs of which there is one however often they are asked for, and which are done once more each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from hub.delivery import Job
from hub.domain import jobs
from hub.domain.jobs import Lease
from hub.perform import run, run_reading
from models import JobRow
from tests.conftest import NOON
from tests.domain.doing import at_once

A_MINUTE = 60.0


def ask(*, in_seconds: float = 0, now: datetime = NOON) -> int | None:
    due_at = now + timedelta(seconds=in_seconds)
    return run(jobs.add, Job("look", {"n": 1}, due_at=due_at, unique_key="look:1", again=True))


def held(job_id: int) -> Lease:
    taken = run(jobs.lease, job_id, holder="one", seconds=A_MINUTE)
    assert taken is not None
    return taken


def row() -> dict[str, Any]:
    return run_reading(lambda: JobRow.select().dicts().get())


def state() -> tuple[str, int, datetime]:
    """How it stands, after how many tries, and when it is due."""
    return row()["state"], row()["attempts"], row()["due_at"]


@pytest.fixture
def job_id(database: str) -> int:
    asked = ask()
    assert asked is not None
    return asked


def test_a_job_that_waits_is_left_as_it_is(database):
    ask(in_seconds=5)

    assert ask(in_seconds=7) is None
    assert state() == ("waiting", 0, NOON + timedelta(seconds=5))


@pytest.mark.parametrize("ending", ["done", "dead"])
def test_a_job_that_has_ended_is_due_anew_with_all_its_tries(job_id, ending, clock):
    lease = held(job_id)
    run(jobs.finish, lease) if ending == "done" else run(jobs.bury, lease, "no")
    later = clock.forward(hours=1)

    assert ask(now=later) == job_id

    assert state() == ("waiting", 0, later)
    assert (row()["finished_at"], held(job_id).attempt) == (None, 1)


def test_a_job_that_is_due_anew_later_is_handed_over_then(job_id, clock):
    run(jobs.finish, held(job_id))

    ask(in_seconds=5)

    clock.forward(seconds=4.9)
    assert run(jobs.take_due) == []
    clock.forward(seconds=0.1)
    assert run(jobs.take_due) == [job_id]


@pytest.mark.parametrize("ending", ["done", "dead"])
def test_a_job_that_a_worker_is_at_comes_back_after_it(job_id, ending, clock):
    lease = held(job_id)
    assert ask(in_seconds=5) is None
    assert state() == ("leased", 1, NOON)

    run(jobs.finish, lease) if ending == "done" else run(jobs.bury, lease, "no")

    assert state() == ("waiting", 0, NOON + timedelta(seconds=5))
    clock.forward(seconds=5)
    assert run(jobs.take_due) == [job_id]
    run(jobs.finish, held(job_id))
    assert state() == ("done", 1, NOON + timedelta(seconds=5))


def test_a_job_that_is_asked_for_often_while_a_worker_is_at_it_comes_back_for_the_first_asking(job_id):
    lease = held(job_id)
    for seconds in (5, 6, 7):
        ask(in_seconds=seconds)

    run(jobs.finish, lease)

    assert state() == ("waiting", 0, NOON + timedelta(seconds=5))


PUT_OFF = {
    "failed": partial(jobs.retry_later, error="too many", after_seconds=3600),
    "too early": partial(jobs.wait, seconds=3600),
}


@pytest.mark.parametrize("put_off", PUT_OFF.values(), ids=PUT_OFF.keys())
def test_a_job_that_waits_for_long_is_done_earlier_when_it_is_asked_for(job_id, put_off, clock):
    """Else one device of a person's whose provider is in trouble would keep the others from all news."""
    run(put_off, held(job_id))
    attempts = row()["attempts"]

    assert ask(in_seconds=5) == job_id

    assert state() == ("waiting", attempts, NOON + timedelta(seconds=5))
    clock.forward(seconds=5)
    assert run(jobs.take_due) == [job_id]


@pytest.mark.parametrize("put_off", PUT_OFF.values(), ids=PUT_OFF.keys())
def test_a_job_that_was_asked_for_while_it_was_tried_does_not_wait_for_long(job_id, put_off, clock):
    lease = held(job_id)
    ask(in_seconds=5)

    run(put_off, lease)

    assert state()[::2] == ("waiting", NOON + timedelta(seconds=5))
    assert row()["due_again_at"] is None
    clock.forward(seconds=5)
    assert run(jobs.take_due) == [job_id]


@pytest.mark.parametrize("put_off", PUT_OFF.values(), ids=PUT_OFF.keys())
def test_a_job_that_is_put_off_and_was_asked_for_later_than_that_sees_it_anyway(job_id, put_off):
    lease = held(job_id)
    ask(in_seconds=7200)

    run(put_off, lease)

    assert (state()[::2], row()["due_again_at"]) == (("waiting", NOON + timedelta(hours=1)), None)


def test_what_is_too_early_was_no_try(job_id):
    run(jobs.wait, held(job_id), 10)

    assert state() == ("waiting", 0, NOON + timedelta(seconds=10))


def test_of_many_who_ask_at_once_there_is_one_job_and_it_is_done(database):
    asked = at_once(*[ask] * 8)

    assert run_reading(JobRow.select().count) == 1
    assert [job_id for job_id in asked if job_id is not None] == [row()["id"]]


def test_no_asking_is_lost_however_it_meets_the_end_of_the_work(job_id):
    for _ in range(10):
        lease = held(job_id)

        at_once(ask, partial(run, jobs.finish, lease), ask)

        assert state()[0] == "waiting"


def test_a_job_that_is_forgotten_in_the_moment_in_which_it_is_asked_for_is_stored_anew(job_id, monkeypatch):
    """As if the tidying came between the look and the lock."""
    run(jobs.finish, held(job_id))
    lock = jobs.locked

    def too_late(query):
        JobRow.delete().execute()
        return lock(query)

    monkeypatch.setattr(jobs, "locked", too_late)
    asked = ask()

    assert asked is not None
    assert state() == ("waiting", 0, NOON)
