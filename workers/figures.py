"""The figures about all members, counted anew as soon as they are older than the setting allows."""

from datetime import timedelta

from hub.domain import figures
from hub.perform import run, run_reading
from hub.wire import flux_figures
from workers.jobs import sweep
from workers.runtime import settings


@sweep(every=5)
def recount_figures() -> None:
    """Looks often and counts seldom, so that a hub that is new soon has figures.

    Counting only reads, and what is large is spelled between two units of work: nobody waits for either.
    """
    if run_reading(figures.are_due, timedelta(seconds=settings().figures_seconds)):
        counted = run_reading(figures.count, smallest=settings().small_group)
        run(figures.store, flux_figures.texts(counted), counted.counted_at)
