"""Sweeps: they tell of deadlines that passed and tidy up. Reads wait for none: they compare with the clock."""

from datetime import timedelta

from hub import clock
from hub.domain import mentor_tickets, tidying
from hub.perform import run
from workers.jobs import sweep
from workers.runtime import settings


@sweep(every=2)
def expire_mentor_tickets() -> None:
    run(mentor_tickets.expire_overdue, clock.now())


@sweep(every=600)
def tidy() -> None:
    kept = timedelta(seconds=settings().journal_seconds)
    while run(tidying.tidy_hops, clock.now(), journal_kept_for=kept):
        pass
    run(
        tidying.tidy,
        clock.now(),
        journal_kept_for=kept,
        # They are of two kinds; which one is over by now is asked whenever it is used.
        sessions_idle_for=timedelta(seconds=max(settings().halp_session_seconds, settings().console_session_seconds)),
    )
