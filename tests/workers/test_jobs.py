"""Doing jobs in this process: whatever a job does, its row says how it ended, and no other job is disturbed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from structlog.testing import capture_logs

from hub.database import SQLITE_PRAGMAS
from hub.delivery import Job
from hub.domain import jobs as job_rows
from hub.perform import run, run_reading
from models import JobRow
from tests.build import bound_to
from tests.conftest import NOON, HeldClock
from workers import jobs
from workers.gateways.errors import GatewayError
from workers.jobs import NotYet

Row = dict[str, Any]


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch, clock: HeldClock) -> None:
    monkeypatch.setattr(jobs, "WORK", {})


@pytest.fixture
def done(database: str) -> list[str]:
    """What a job that does what it should was asked for."""
    words: list[str] = []
    jobs.job("say")(lambda word: words.append(word))
    return words


def add(name: str, **arguments: Any) -> int:
    job_id = run(job_rows.add, Job(name, arguments))
    assert job_id is not None
    return job_id


def row(job_id: int) -> Row:
    return run_reading(lambda: JobRow.select().where(JobRow.id == job_id).dicts().get())


def state(job_id: int) -> tuple[str, int, str | None]:
    """How the job stands, after how many tries, with which error."""
    now = row(job_id)
    return now["state"], now["attempts"], now["last_error"]


def do_until_settled(job_id: int, clock: HeldClock, tries: int = 50) -> None:
    """Let time pass and have a worker take the job whenever it is due."""
    for number in range(tries):
        if row(job_id)["state"] in ("done", "dead"):
            return
        clock.moment = max(clock.moment, row(job_id)["due_at"])
        jobs.do(job_id, holder=f"message {number}")


def test_a_job_is_done_with_its_arguments(done):
    job_id = add("say", word="hello")

    jobs.do(job_id, holder="one")

    assert (done, state(job_id)) == (["hello"], ("done", 1, None))


def test_a_message_that_comes_twice_is_done_once(done):
    job_id = add("say", word="hello")

    for holder in ("one", "one", "two"):
        jobs.do(job_id, holder=holder)

    assert (done, state(job_id)) == (["hello"], ("done", 1, None))


def test_a_message_about_nothing_is_passed_over(done):
    jobs.do(999, holder="one")

    assert done == []


def test_a_job_that_heals_is_done_in_the_end(done, clock):
    tries = []

    @jobs.job("heal")
    def heal() -> None:
        tries.append(clock.moment)
        if len(tries) < 3:
            raise ConnectionError("not yet")

    job_id = add("heal")
    do_until_settled(job_id, clock)

    assert state(job_id) == ("done", 3, None)
    first, second = (after - before for before, after in pairwise(tries))
    assert timedelta(seconds=1.5) <= first <= timedelta(seconds=2.5)
    assert timedelta(seconds=3) <= second <= timedelta(seconds=5)


def test_a_job_that_always_fails_is_dead_after_its_tries_and_disturbs_no_other(done, clock):
    tries = []

    @jobs.job("fail", max_attempts=4)
    def fail(number: int) -> None:
        tries.append(number)
        raise KeyError("never")

    failing = add("fail", number=7)
    others = [add("say", word=str(number)) for number in range(3)]
    do_until_settled(failing, clock)
    for job_id in others:
        jobs.do(job_id, holder="one")

    assert (tries, state(failing)) == ([7] * 4, ("dead", 4, "KeyError: 'never'"))
    assert (done, [state(job_id) for job_id in others]) == (["0", "1", "2"], [("done", 1, None)] * 3)
    jobs.do(failing, holder="one")
    assert len(tries) == 4


def test_a_dead_job_that_an_operator_retries_has_all_its_tries_again(done, clock):
    tries = []
    jobs.job("fail", max_attempts=2)(lambda: tries.append(1 / 0))
    job_id = add("fail")
    do_until_settled(job_id, clock)

    run(job_rows.retry_dead, job_id)
    jobs.job("fail", max_attempts=2)(lambda: tries.append("healed"))
    jobs.do(job_id, holder="one")

    assert (tries, state(job_id)) == (["healed"], ("done", 1, None))


def test_a_job_that_no_worker_knows_waits_for_one_that_does(done):
    job_id = add("of a later version")

    jobs.do(job_id, holder="one")

    assert state(job_id) == (
        "waiting",
        1,
        "LookupError: no worker here knows this job; is its version older than that of the server that made it?",
    )


def test_a_job_whose_arguments_do_not_fit_fails_like_any_other(done):
    job_id = add("say", words="hello")

    jobs.do(job_id, holder="one")

    now, attempts, error = state(job_id)
    assert (now, attempts, done) == ("waiting", 1, [])
    assert error is not None
    assert error.startswith("TypeError: ")


def test_a_job_whose_worker_died_each_time_is_dead_after_its_tries(done, clock):
    """No one was left to say that it failed: only the lease that ran out tells of it."""

    @jobs.job("kill", max_attempts=3)
    def kill() -> None:
        raise SystemExit("the worker is gone")

    job_id = add("kill")
    for number in range(3):
        with pytest.raises(SystemExit):
            jobs.do(job_id, holder=f"message {number}")
        assert state(job_id) == ("leased", number + 1, None)
        jobs.do(job_id, holder="too early")
        clock.forward(seconds=jobs.LEASE_SECONDS + 1)

    jobs.do(job_id, holder="the last")

    assert state(job_id) == ("dead", 4, "the worker died at every try")


def test_a_job_that_takes_too_long_is_tried_again(done):
    @jobs.job("dawdle")
    def dawdle() -> None:
        raise SoftTimeLimitExceeded

    job_id = add("dawdle")
    jobs.do(job_id, holder="one")

    assert state(job_id) == ("waiting", 1, "took too long")


@pytest.mark.parametrize("ending", ["done", "failed", "failed for the last time"])
def test_who_lost_the_lease_leaves_the_decision_to_whoever_has_it(done, clock, ending):
    @jobs.job("slow", max_attempts=1 if "last" in ending else 8)
    def slow() -> None:
        clock.forward(seconds=jobs.LEASE_SECONDS + 1)
        run(job_rows.lease, job_id, holder="another", seconds=60)
        if ending != "done":
            raise ConnectionError("too late to matter")

    job_id = add("slow")
    jobs.do(job_id, holder="one")

    assert state(job_id) == ("leased", 2, None)
    assert row(job_id)["leased_by"] == "another"


def test_a_job_that_is_not_due_is_left_alone(done, clock):
    job_id = run(job_rows.add, Job("say", {"word": "hello"}, due_at=NOON + timedelta(hours=1)))

    jobs.do(job_id, holder="one")
    assert (done, state(job_id)) == ([], ("waiting", 0, None))

    clock.forward(hours=1)
    jobs.do(job_id, holder="one")
    assert (done, state(job_id)) == (["hello"], ("done", 1, None))


def test_a_job_is_settled_a_moment_later_where_the_database_is_away_just_then(sqlite, monkeypatch):
    address = sqlite.new_database()
    monkeypatch.setitem(SQLITE_PRAGMAS, "busy_timeout", 0)
    with bound_to(address), closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as another:
        jobs.job("say")(lambda: get_in_the_way(another))
        monkeypatch.setattr(jobs, "sleep", lambda _: another.rollback())
        job_id = add("say")

        jobs.do(job_id, holder="one")

        assert state(job_id) == ("done", 1, None)


def test_a_job_that_cannot_be_settled_waits_for_its_lease_to_run_out_and_the_operator_reads_of_it(sqlite, monkeypatch):
    address = sqlite.new_database()
    monkeypatch.setitem(SQLITE_PRAGMAS, "busy_timeout", 0)
    with bound_to(address), closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as another:
        jobs.job("say")(lambda: get_in_the_way(another))
        monkeypatch.setattr(jobs, "sleep", lambda _: None)
        job_id = add("say")

        with capture_logs() as said:
            jobs.do(job_id, holder="one")
        another.rollback()

        assert [line["event"] for line in said] == ["database_away"] * jobs.SETTLE_TRIES + ["job_not_settled"]
        assert state(job_id) == ("leased", 1, None)


def get_in_the_way(another: sqlite3.Connection) -> None:
    """Have another be at the database, who is not waited for."""
    another.execute("BEGIN IMMEDIATE")


def test_a_job_for_which_it_is_too_early_is_done_later_and_that_was_no_try(done, clock):
    looks = []

    @jobs.job("wait", max_attempts=2)
    def wait() -> None:
        looks.append(clock.moment)
        if len(looks) < 10:
            raise NotYet(30)

    job_id = add("wait")
    with capture_logs() as said:
        do_until_settled(job_id, clock)

    assert state(job_id) == ("done", 1, None)
    assert looks == [NOON + timedelta(seconds=30 * number) for number in range(10)]
    assert [line["event"] for line in said] == ["job_done"]


def test_a_job_that_fails_between_looks_that_are_too_early_has_all_its_tries_at_failing(done, clock):
    turns = iter([NotYet(5), ConnectionError("1"), NotYet(5), NotYet(5), ConnectionError("2"), NotYet(5)])

    @jobs.job("wait", max_attempts=3)
    def wait() -> None:
        raise next(turns, ConnectionError("3"))

    job_id = add("wait")
    do_until_settled(job_id, clock)

    assert state(job_id) == ("dead", 3, "ConnectionError: 3")


def test_what_the_outside_refuses_for_good_is_dead_at_once_and_an_operator_is_told(done):
    @jobs.job("send")
    def send() -> None:
        raise GatewayError("the key is wrong", permanent=True, retry_after=5)

    job_id = add("send")
    with capture_logs() as said:
        jobs.do(job_id, holder="one")

    assert state(job_id) == ("dead", 1, "GatewayError: the key is wrong")
    assert [(line["event"], line["log_level"], line["what_to_do"]) for line in said] == [
        ("job_dead", "error", f"mend the cause, then: hub jobs retry {job_id}")
    ]


def test_what_the_outside_asks_to_be_left_alone_for_is_tried_again_after_that(done, clock):
    @jobs.job("send", max_attempts=3)
    def send() -> None:
        raise GatewayError("too many", retry_after=77)

    job_id = add("send")
    with capture_logs() as said:
        jobs.do(job_id, holder="one")

    assert (state(job_id), row(job_id)["due_at"]) == (
        ("waiting", 1, "GatewayError: too many"),
        NOON + timedelta(seconds=77),
    )
    # A provider's no is no bug, so no traceback of it is of use to anybody.
    assert [(line["event"], line["exc_info"]) for line in said] == [("job_failed", None)]
    do_until_settled(job_id, clock)
    assert (state(job_id)[:2], clock.moment) == (("dead", 3), NOON + timedelta(seconds=2 * 77))


def test_what_may_heal_is_tried_again_after_the_usual_wait(done):
    @jobs.job("send")
    def send() -> None:
        raise GatewayError("away")

    job_id = add("send")
    jobs.do(job_id, holder="one")

    assert state(job_id) == ("waiting", 1, "GatewayError: away")
    assert 1.5 <= (row(job_id)["due_at"] - NOON).total_seconds() <= 2.5


def test_a_job_that_is_asked_for_while_it_is_done_is_done_once_more(done, clock):
    words = []

    @jobs.job("push")
    def push() -> None:
        words.append(clock.moment)
        if len(words) == 1:
            run(job_rows.add, Job("push", {}, clock.moment, "push", again=True))

    job_id = run(job_rows.add, Job("push", {}, unique_key="push", again=True))
    jobs.do(job_id, holder="one")
    assert state(job_id) == ("waiting", 0, None)
    do_until_settled(job_id, clock)

    assert (len(words), state(job_id)) == (2, ("done", 1, None))


def test_a_sweep_is_known_by_its_name_and_its_rhythm(monkeypatch):
    monkeypatch.setattr(jobs, "SWEEPS", {})

    @jobs.sweep(every=2)
    def clean() -> None: ...

    assert list(jobs.SWEEPS.items()) == [("clean", jobs.Scheduled(clean, 2))]
