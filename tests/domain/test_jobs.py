"""Jobs: every move of the row, who wins where several ask at once, and when what is handed over again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from hub.delivery import Job
from hub.domain import jobs
from hub.domain.jobs import JobNotFound, Lease
from hub.perform import run, run_reading
from models import JobRow
from tests.conftest import NOON
from tests.domain.doing import at_once

A_MINUTE = 60.0


def add(name: str = "work", *, due_at: datetime | None = None, unique_key: str | None = None) -> int:
    job_id = run(jobs.add, Job(name, {"n": 1}, due_at, unique_key))
    assert job_id is not None
    return job_id


def lease(job_id: int, holder: str = "one") -> Lease | None:
    return run(jobs.lease, job_id, holder=holder, seconds=A_MINUTE)


def held(job_id: int, holder: str = "one") -> Lease:
    taken = lease(job_id, holder)
    assert taken is not None
    return taken


def row(job_id: int) -> dict[str, Any]:
    return run_reading(lambda: JobRow.select().where(JobRow.id == job_id).dicts().get())


def state_of(job_id: int) -> str:
    return row(job_id)["state"]


def test_a_new_job_waits_and_is_left_to_the_courier_for_a_moment(database):
    job_id = add()

    assert row(job_id) == {
        "id": job_id,
        "name": "work",
        "arguments": '{"n": 1}',
        "unique_key": None,
        "state": "waiting",
        "attempts": 0,
        "due_at": NOON,
        "due_again_at": None,
        "hand_over_at": NOON + timedelta(seconds=2),
        "handed_at": None,
        "hand_overs": 0,
        "leased_until": None,
        "leased_by": None,
        "last_error": None,
        "created_at": NOON,
        "finished_at": None,
        "unit": None,
        "account_id": None,
    }


def test_a_job_for_later_is_handed_over_when_it_is_due(database, clock):
    later = NOON + timedelta(hours=3)
    job_id = add(due_at=later)

    clock.forward(hours=3, seconds=-1)
    assert (run(jobs.take_due), lease(job_id)) == ([], None)
    clock.forward(seconds=1)
    assert run(jobs.take_due) == [job_id]
    assert held(job_id).attempt == 1


def test_a_job_whose_time_has_passed_already_is_due_at_once(database):
    long_ago = Job("work", {}, due_at=NOON - timedelta(days=1))

    assert jobs.is_due(long_ago) is True
    assert jobs.is_due(Job("work", {}, due_at=NOON + timedelta(microseconds=1))) is False


def test_of_jobs_with_one_unique_key_the_first_is_stored(database):
    first = add(unique_key="once")

    assert run(jobs.add, Job("work", {}, unique_key="once")) is None
    run(jobs.finish, held(first))
    assert run(jobs.add, Job("work", {}, unique_key="once")) is None
    assert add(unique_key="another") != first


def test_a_leased_job_that_is_done_stays_done(database, clock):
    job_id = add()

    lease_of_one = held(job_id)
    assert lease_of_one == Lease(job_id, "work", {"n": 1}, 1, "one")
    assert (row(job_id)["state"], row(job_id)["leased_until"]) == ("leased", NOON + timedelta(minutes=1))
    assert run(jobs.finish, lease_of_one) is True

    done = row(job_id)
    assert (done["state"], done["finished_at"], done["leased_by"], done["leased_until"]) == ("done", NOON, None, None)
    clock.forward(days=1)
    assert (lease(job_id), run(jobs.take_due), run(jobs.finish, lease_of_one)) == (None, [], False)


def test_a_leased_job_is_nobody_elses_until_the_lease_runs_out(database, clock):
    job_id = add()
    held(job_id, "one")

    clock.forward(minutes=1)
    assert lease(job_id, "two") is None
    clock.forward(microseconds=1)
    assert held(job_id, "two").attempt == 2


def test_who_holds_a_job_may_take_it_again(database):
    """A message comes back under its own name when the worker lost the child that worked on it."""
    job_id = add()

    assert [held(job_id, "one").attempt, held(job_id, "one").attempt] == [1, 2]


def test_whose_lease_was_lost_settles_nothing(database, clock):
    job_id = add()
    lost = held(job_id, "one")
    clock.forward(minutes=2)
    kept = held(job_id, "two")

    assert [run(jobs.finish, lost), run(jobs.retry_later, lost, "late"), run(jobs.bury, lost, "late")] == [False] * 3
    assert run(jobs.wait, lost, 10) is False
    assert (state_of(job_id), row(job_id)["leased_by"], row(job_id)["last_error"]) == ("leased", "two", None)
    assert run(jobs.finish, kept) is True


def test_a_job_that_failed_is_due_again_after_a_while(database, clock):
    job_id = add()

    assert run(jobs.retry_later, held(job_id), "KeyError: 'n'") is True

    failed = row(job_id)
    wait = (failed["due_at"] - NOON).total_seconds()
    assert 1.5 <= wait <= 2.5
    assert (failed["state"], failed["last_error"], failed["attempts"]) == ("waiting", "KeyError: 'n'", 1)
    assert failed["hand_over_at"] == failed["due_at"]
    assert lease(job_id) is None
    clock.forward(seconds=wait)
    assert held(job_id).attempt == 2


def test_a_job_that_failed_waits_as_long_as_a_provider_asks_for(database):
    job_id = add()

    run(jobs.retry_later, held(job_id), "too many", after_seconds=77)

    assert row(job_id)["due_at"] == NOON + timedelta(seconds=77)


def test_too_early_is_no_try_however_often(database, clock):
    job_id = add()

    for _ in range(20):
        lease_of_one = held(job_id)
        assert (lease_of_one.attempt, run(jobs.wait, lease_of_one, 10)) == (1, True)
        clock.forward(seconds=10)

    assert (state_of(job_id), row(job_id)["attempts"], row(job_id)["last_error"]) == ("waiting", 0, None)


def test_a_job_for_which_it_is_too_early_is_nobody_s_until_then(database, clock):
    job_id = add()
    run(jobs.wait, held(job_id), 10)

    clock.forward(seconds=10, microseconds=-1)
    assert (lease(job_id, "two"), run(jobs.take_due)) == (None, [])
    clock.forward(microseconds=1)
    assert (run(jobs.take_due), held(job_id, "two").attempt) == ([job_id], 1)


def test_an_earlier_failure_is_remembered_while_it_is_too_early(database, clock):
    job_id = add()
    run(jobs.retry_later, held(job_id), "no", after_seconds=0)

    run(jobs.wait, held(job_id), 10)

    assert (row(job_id)["attempts"], row(job_id)["last_error"]) == (1, "no")


@pytest.mark.parametrize("attempt", [1, 2, 3, 8, 9, 10, 100])
def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_is_spread(attempt):
    middle = min(2.0**attempt, 900.0)

    waits = [jobs.backoff_seconds(attempt) for _ in range(200)]

    assert middle * 0.75 <= min(waits) < middle * 0.9
    assert middle * 1.1 < max(waits) <= middle * 1.25


def test_a_job_that_failed_for_good_is_dead_and_nobody_takes_it(database, clock):
    job_id = add()

    assert run(jobs.bury, held(job_id), "x" * 5000) is True

    dead = row(job_id)
    assert (dead["state"], dead["finished_at"], dead["last_error"]) == ("dead", NOON, "x" * 2000)
    clock.forward(days=30)
    assert (lease(job_id), run(jobs.take_due)) == (None, [])


def test_a_dead_job_that_is_retried_has_all_its_tries_again(database, clock):
    job_id = add()
    run(jobs.bury, held(job_id), "no")
    now = clock.forward(days=1)

    assert run(jobs.retry_dead, job_id) == [job_id]

    alive = row(job_id)
    assert (alive["state"], alive["attempts"], alive["due_at"], alive["finished_at"]) == ("waiting", 0, now, None)
    assert run(jobs.take_due) == [job_id]
    assert held(job_id).attempt == 1


def test_only_the_dead_are_retried(database):
    dead, waiting, done, also_dead = add(), add(), add(), add()
    for job_id in (dead, also_dead):
        run(jobs.bury, held(job_id), "no")
    run(jobs.finish, held(done))

    for job_id in (waiting, done, 999):
        with pytest.raises(JobNotFound):
            run(jobs.retry_dead, job_id)
    assert sorted(run(jobs.retry_dead)) == [dead, also_dead]
    assert run(jobs.retry_dead) == []


def test_a_job_nobody_takes_is_handed_over_again_after_a_minute_then_two_then_four(database, clock):
    job_id = add()
    clock.forward(seconds=2)

    waits = []
    for _ in range(9):
        assert run(jobs.take_due) == [job_id]
        assert run(jobs.take_due) == []
        waits.append((row(job_id)["hand_over_at"] - clock.moment).total_seconds())
        clock.forward(seconds=waits[-1])

    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_job_whose_worker_died_is_handed_over_when_its_lease_runs_out(database, clock):
    job_id = add()
    clock.forward(seconds=2)
    run(jobs.take_due)
    held(job_id)

    clock.forward(minutes=1)
    assert run(jobs.take_due) == []
    clock.forward(microseconds=1)
    assert run(jobs.take_due) == [job_id]
    assert (row(job_id)["hand_overs"], state_of(job_id)) == (1, "leased")


def test_the_longest_waiting_are_handed_over_first(database, clock):
    late, early = add(due_at=NOON + timedelta(hours=2)), add(due_at=NOON + timedelta(hours=1))
    clock.forward(hours=3)

    assert run(jobs.take_due, 1) == [early]
    assert run(jobs.take_due) == [late]


def test_a_job_whose_worker_died_after_it_was_asked_for_again_is_done_and_then_done_once_more(database, clock):
    job_id = add(unique_key="again")
    held(job_id)
    run(jobs.add, Job("work", {}, NOON + timedelta(seconds=5), "again", again=True))
    clock.forward(minutes=2)

    run(jobs.finish, held(job_id, "two"))
    assert (state_of(job_id), row(job_id)["due_again_at"]) == ("waiting", None)

    run(jobs.finish, held(job_id, "two"))
    assert state_of(job_id) == "done"


def test_when_redis_was_emptied_what_was_handed_over_is_handed_over_again(database, clock):
    handed, leased, done, scheduled = add(), add(), add(), add(due_at=NOON + timedelta(hours=1))
    clock.forward(seconds=2)
    assert run(jobs.take_due) == [handed, leased, done]
    held(leased)
    run(jobs.finish, held(done))

    assert run(jobs.hand_over_again) == 1

    assert run(jobs.take_due) == [handed]
    assert (state_of(leased), state_of(done), state_of(scheduled)) == ("leased", "done", "waiting")


def test_of_two_relays_one_hands_a_job_over(database, clock):
    job_ids = [add() for _ in range(20)]
    clock.forward(seconds=2)

    taken = at_once(*[partial(run, jobs.take_due)] * 4)

    assert sorted(job_id for share in taken for job_id in share) == job_ids


def test_of_many_workers_one_gets_the_job(database):
    job_ids = [add() for _ in range(5)]

    leases = at_once(*[partial(lambda name: [lease(job_id, name) for job_id in job_ids], name) for name in "abcdefgh"])

    assert [sum(taken[place] is not None for taken in leases) for place in range(5)] == [1] * 5


def test_of_many_workers_one_gets_a_job_whose_worker_died(database, clock):
    job_id = add()
    held(job_id, "dead")
    clock.forward(minutes=2)

    leases = at_once(*[partial(lease, job_id, name) for name in "abcdefgh"])

    assert [taken.attempt for taken in leases if taken is not None] == [2]


def test_of_many_who_settle_a_job_one_does(database):
    lease_of_one = held(add())

    settled = at_once(*[partial(run, jobs.finish, lease_of_one), partial(run, jobs.bury, lease_of_one, "no")] * 3)

    assert settled.count(True) == 1


def test_of_two_who_add_a_job_with_one_unique_key_one_does(database):
    added = at_once(*[partial(run, jobs.add, Job("work", {}, unique_key="once"))] * 6)

    assert sum(job_id is not None for job_id in added) == 1


def test_operators_see_first_what_is_not_done_then_the_newest_and_how_many_there_are_of_each_state(database):
    first, second, third = add("a"), add("b"), add("c")
    run(jobs.finish, held(second))

    assert [job.id for job in run_reading(jobs.listing)] == [third, first, second]
    assert [job.id for job in run_reading(jobs.listing, "waiting")] == [third, first]
    assert [job.id for job in run_reading(jobs.listing, None, 1)] == [third]
    assert run_reading(jobs.counts) == {"waiting": 2, "done": 1}


def test_done_jobs_are_forgotten_after_a_while_and_dead_ones_are_kept(database, clock):
    done, dead, waiting, fresh = add(), add(), add(), add()
    run(jobs.finish, held(done))
    run(jobs.bury, held(dead), "no")
    later = clock.forward(days=2)
    run(jobs.finish, held(fresh))

    assert run(jobs.forget_done, later) == 1
    assert {job.id for job in run_reading(jobs.listing)} == {dead, waiting, fresh}
