"""What is forgotten and what is kept; and the canary, whose song the readiness page tells of."""

from __future__ import annotations

from datetime import timedelta

from hub.delivery import Emit, Job
from hub.domain import canary, credentials, jobs, journal, logins, once, tidying
from hub.domain.canary import CanarySang, CanarySent
from hub.domain.credentials import Claims
from hub.perform import run, run_reading
from models import JobRow, JournalRow, OnceOnly, RevokedCredential, Tally
from tests.conftest import NOON
from tests.domain.doing import facts_of

TABLES = [JournalRow, JobRow, RevokedCredential, Tally, OnceOnly]


def leave_traces() -> None:
    journal.append([Emit("a", "said", 1)])
    job_id = jobs.add(Job("work", {}))
    jobs.finish(jobs.lease(job_id, holder="one", seconds=60))
    credentials.revoke(Claims("a", "jti", NOON + timedelta(hours=1)))
    logins.begin("ada", address="192.0.2.1", limited=True)
    once.once(once.Key(1, "call", "key", "hash"), lambda: None)


def kept() -> dict[str, int]:
    return run_reading(lambda: {table.__name__: table.select().count() for table in TABLES})


def test_everything_is_kept_while_it_may_be_asked_for_and_forgotten_in_the_end(database, clock):
    run(leave_traces)
    everything = kept()

    run(
        tidying.tidy,
        clock.forward(minutes=14),
        journal_kept_for=timedelta(days=1),
        sessions_idle_for=timedelta(days=90),
    )
    assert kept() == everything

    run(tidying.tidy, clock.forward(hours=23), journal_kept_for=timedelta(days=1), sessions_idle_for=timedelta(days=90))
    assert kept() == everything | {"RevokedCredential": 0, "Tally": 0}

    run(tidying.tidy, clock.forward(days=2), journal_kept_for=timedelta(days=1), sessions_idle_for=timedelta(days=90))
    assert kept() == dict.fromkeys(everything, 0)


def test_the_canary_goes_the_whole_way_round(database, clock):
    assert run_reading(canary.last_job_done) is None
    assert facts_of(canary.send) == [CanarySent(NOON)]
    (job,) = run_reading(lambda: list(JobRow.select()))
    assert job.name == canary.JOB

    now = clock.forward(seconds=3)
    assert facts_of(canary.sing) == [CanarySang(now)]
    run(lambda: jobs.finish(jobs.lease(job.id, holder="one", seconds=60)))

    assert run_reading(canary.last_job_done) == now
