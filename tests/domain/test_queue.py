"""How deep the queue is: what waits, what is due and since when, what is being done and what is dead."""

from __future__ import annotations

from datetime import timedelta

from hub.delivery import Job
from hub.domain import jobs, queue
from hub.domain.queue import Depth
from hub.perform import run, run_reading


def test_an_empty_queue_is_not_deep(database):
    assert run_reading(queue.depth) == Depth(waiting=0, due=0, leased=0, dead=0, oldest_due_seconds=0.0)


def test_what_is_done_is_not_counted_and_what_is_due_later_only_waits(database, clock):
    done, dead, leased, _ = (run(jobs.add, Job("work", {})) for _ in range(4))
    run(jobs.add, Job("work", {}, due_at=clock() + timedelta(hours=1)))
    run(lambda: jobs.finish(jobs.lease(done, holder="w", seconds=60)))
    run(lambda: jobs.bury(jobs.lease(dead, holder="w", seconds=60), "no use"))
    run(jobs.lease, leased, holder="w", seconds=60)
    clock.forward(seconds=7)

    assert run_reading(queue.depth) == Depth(waiting=2, due=1, leased=1, dead=1, oldest_due_seconds=7.0)


def test_the_one_that_is_due_for_longest_counts_also_after_it_was_handed_over(database, clock):
    run(jobs.add, Job("work", {}))
    clock.forward(seconds=10)
    run(jobs.take_due)
    run(jobs.add, Job("work", {}))
    clock.forward(seconds=5)

    assert run_reading(queue.depth) == Depth(waiting=2, due=2, leased=0, dead=0, oldest_due_seconds=15.0)
