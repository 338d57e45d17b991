"""Many who move up at once: a job goes on where one unit of work has to stop."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from hub.domain import events, seating
from hub.perform import run, run_reading
from hub.reactions.seating import TELL_OF_ENDS
from models import Event, JournalRow
from tests.domain.entering import enter, event, staff, states, student
from tests.workers.working import states_of
from workers import seating as work


@pytest.fixture
def many(worker, monkeypatch):
    """Five who owe a fee, where two can move in one unit of work."""
    place = event(seats=4, fee="Rs 300")
    for number in range(5):
        enter(place, student(f"student{number}"))
    monkeypatch.setattr(seating, "AT_ONCE", 2)
    monkeypatch.setattr(work, "PAUSE_SECONDS", 0.0)
    return place


def drop_the_fee(place: str) -> None:
    event = events.get_locked(place)
    event.fees = '"free"'
    event.save()
    seating.event_changed(event)


def test_a_fee_that_falls_away_moves_some_now_and_the_others_by_a_job(many, worker):
    run(drop_the_fee, many)
    at_first = Counter(states(many).values())

    worker.work()

    assert at_first == {"confirmed": 2, "payment pending": 3}
    assert list(states(many).values()) == ["confirmed"] * 4 + ["waiting"]
    # Registering is the first thing that each hears, and where they came to the only other.
    assert set(Counter(run_reading(lambda: [row.stream for row in JournalRow.select()])).values()) == {2}


@pytest.mark.parametrize(("seconds", "last"), [(20.0, "waiting"), (0.0, "payment pending")])
def test_one_turn_of_the_job_moves_all_it_has_time_for(many, monkeypatch, seconds, last):
    monkeypatch.setattr(work, "LONGEST_SECONDS", seconds)
    run(drop_the_fee, many)

    work.go_on(run_reading(lambda: Event.get().id))

    assert Counter(states(many).values()) == {"confirmed": 4, last: 1}


def test_many_who_lose_their_event_hear_of_it_by_jobs_each_once(many, worker):
    was = len(heard())
    run(events.delete, many, by=staff("olga"))
    at_first = heard()[was:]

    worker.work()

    told = [json.loads(said)["status"] for _, said in heard()[was + 1 :]]
    assert [stream for stream, _ in at_first] == ["schedule"]
    assert (states_of(TELL_OF_ENDS), told) == (["done"] * 3, ["withdrawn"] * 5)


def heard() -> list[tuple[str, str]]:
    """On which streams what was said, in the order in which it was."""
    return run_reading(lambda: [(row.stream, row.payload) for row in JournalRow.select().order_by(JournalRow.at)])


def test_going_on_with_an_event_that_is_no_more_does_nothing(many, worker):
    number = run_reading(lambda: Event.get().id)
    run(lambda: Event.delete().execute())

    work.go_on(number)

    assert states(many) == {}
