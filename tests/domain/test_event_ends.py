"""Events that are deleted: who was registered hears of it once, a few of them at once and many by jobs."""

from __future__ import annotations

import pytest

from hub.delivery import Job
from hub.domain import event_ends, events, jobs, registrations, seating
from hub.domain.event_ends import Ended, EndsUntold
from hub.domain.events import EventDeleted
from hub.domain.seating import RegistrationEnded
from hub.perform import run, run_reading
from models import Entrant, Event, JobRow, Registration
from tests.domain.doing import facts_of
from tests.domain.entering import enter, event, staff, student, team


@pytest.fixture
def people(database):
    return [student(name) for name in ("ada", "grace", "linus")]


@pytest.fixture
def olga(database):
    return staff("olga")


@pytest.fixture
def few(monkeypatch):
    """Two can be told in one unit of work."""
    monkeypatch.setattr(seating, "AT_ONCE", 2)


def test_a_few_are_told_at_once(people, olga):
    place = event(seats=1)
    for person in people:
        enter(place, person)

    *ended, deleted = facts_of(events.delete, place, by=olga)

    assert [(type(fact), fact.people) for fact in ended] == [(RegistrationEnded, (person.id,)) for person in people]
    assert deleted == EventDeleted(place)


def test_many_are_left_to_jobs_and_their_event_is_gone_at_once(people, olga, clock, few):
    ada, grace, linus = people
    place, gingers = event(sizes=(1, 2), fee="300"), team("Gingers", ada, grace)
    first, second = enter(place, ada, gingers), enter(place, linus, rookies := team("Rookies", linus))
    run(registrations.paid, first, "p1")

    facts = facts_of(events.delete, place, by=olga)

    paid_at = clock.moment.isoformat()
    assert facts == [
        EndsUntold(place, "Elektra", (Ended(first, gingers, None, paid_at, "p1", [ada.id, grace.id]),)),
        EndsUntold(place, "Elektra", (Ended(second, rookies, None, None, None, [linus.id]),)),
        EventDeleted(place),
    ]
    assert [run_reading(table.select().count) for table in (Event, Registration, Entrant)] == [0, 0, 0]


def test_what_a_job_tells_is_what_was_so_and_is_told_once(people, olga, few):
    place = event()
    entered = [enter(place, person) for person in people]
    before = run_reading(lambda: list(seating.whole().order_by(Registration.id)))
    first, _, _ = facts_of(events.delete, place, by=olga)
    job_id = run_reading(lambda: JobRow.select().order_by(JobRow.id).first().id)
    given = job_id, first.event_id, first.event_name, [vars(one) for one in first.ended]

    told, again = [facts_of(event_ends.tell_some, *given) for _ in range(2)]

    assert [(fact.registration.public_id, fact.people) for fact in told] == [
        (one, (person.id,)) for one, person in zip(entered[:2], people, strict=False)
    ]
    for fact, row in zip(told, before, strict=False):
        assert (fact.registration.event.public_id, fact.registration.account.username, fact.registration.team) == (
            row.event.public_id,
            row.account.username,
            None,
        )
    assert again == []


def test_whoever_has_left_meanwhile_is_told_nothing(people, olga):
    ended = [vars(Ended("f" * 24, None, "ada", None, None, [people[0].id, 10**6]))]
    job_id = run(jobs.add, Job("work", {}))

    (told,) = facts_of(event_ends.tell_some, job_id, "e" * 24, "Elektra", ended)

    assert told.people == (people[0].id,)
