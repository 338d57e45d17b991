"""Announcements: the clock says who may read them, `announced_at` who was told."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from hub.domain import announcements, privileges
from hub.domain.actors import OPERATOR, Actor, StaffOnly, actor_of
from hub.domain.announcements import (
    Announced,
    AnnouncementNotFound,
    AnnouncementScheduled,
    AnnouncementWithdrawn,
)
from hub.domain.privileges import ANNOUNCEMENT, CREATE, READ, PrivilegeMissing
from hub.perform import run, run_reading
from models import Account, Announcement
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def said(olga) -> Announcement:
    return run(announcements.announce, message="Lunch", by=olga)


@pytest.fixture
def scheduled(olga) -> Announcement:
    return run(announcements.announce, message="Dinner", time=LATER, by=olga)


def readable() -> list[str]:
    return run_reading(lambda: [one.message for one in announcements.published()])


def every(by: Actor) -> list[str]:
    return run_reading(lambda: [one.message for one in announcements.every(by=by)])


def told_at(announcement: Announcement) -> datetime | None:
    return run_reading(lambda: Announcement.get_by_id(announcement.id).announced_at)


def test_what_is_said_now_is_heard_now(database, olga):
    assert facts_of(announcements.announce, message="Lunch", by=olga) == [Announced(Announcement(id=1))]

    (lunch,) = run_reading(announcements.published)
    assert (lunch.message, lunch.time, lunch.announced_at) == ("Lunch", NOON, NOON)


def test_what_is_said_for_a_moment_long_past_is_heard_now(database, olga):
    long_ago = NOON - timedelta(days=1)

    facts = facts_of(announcements.announce, message="Lunch", time=long_ago, by=olga)

    assert [type(fact) for fact in facts] == [Announced]
    assert told_at(facts[0].announcement) == NOON


def test_what_is_scheduled_is_heard_when_its_time_comes(database, olga, clock):
    (fact,) = facts_of(announcements.announce, message="Dinner", time=LATER, by=olga)
    dinner = fact.announcement
    assert (type(fact), readable(), told_at(dinner)) == (AnnouncementScheduled, [], None)

    clock.forward(hours=2, microseconds=-1)
    assert (readable(), facts_of(announcements.announce_due, dinner.id)) == ([], [])
    now = clock.forward(microseconds=1)
    assert readable() == ["Dinner"]
    assert facts_of(announcements.announce_due, dinner.id) == [Announced(dinner)]
    assert told_at(dinner) == now


def test_it_is_told_once_however_often_it_is_due(database, scheduled, clock):
    clock.forward(hours=3)

    told = at_once(*[partial(facts_of, announcements.announce_due, scheduled.id)] * 4)

    assert [fact for facts in told for fact in facts] == [Announced(scheduled)]
    assert facts_of(announcements.announce_due, scheduled.id) == []


def test_changing_what_was_heard_is_heard(database, olga, said, clock):
    clock.forward(minutes=1)

    assert facts_of(announcements.change, said.public_id, message="Late lunch", by=olga) == [Announced(said)]

    assert (readable(), told_at(said)) == (["Late lunch"], NOON)


def test_changing_what_is_scheduled_is_heard_at_its_time(database, olga, scheduled):
    facts = facts_of(announcements.change, scheduled.public_id, message="Supper", by=olga)

    assert facts == [AnnouncementScheduled(scheduled)]
    assert readable() == []


def test_what_is_brought_forward_is_heard_now_and_not_again(database, olga, scheduled, clock):
    assert facts_of(announcements.change, scheduled.public_id, time=NOON, by=olga) == [Announced(scheduled)]

    clock.forward(hours=3)
    assert facts_of(announcements.announce_due, scheduled.id) == []


def test_what_was_heard_and_is_put_off_must_be_forgotten_until_then(database, olga, said, clock):
    facts = facts_of(announcements.change, said.public_id, time=LATER, by=olga)

    assert facts == [AnnouncementScheduled(said), AnnouncementWithdrawn(said.public_id)]
    assert (readable(), told_at(said)) == ([], None)
    clock.forward(hours=2)
    assert facts_of(announcements.announce_due, said.id) == [Announced(said)]


def test_what_is_put_off_again_is_heard_at_the_last_of_its_times(database, olga, scheduled, clock):
    run(announcements.change, scheduled.public_id, time=LATER + timedelta(hours=1), by=olga)

    clock.forward(hours=2)
    assert (facts_of(announcements.announce_due, scheduled.id), readable()) == ([], [])
    clock.forward(hours=1)
    assert facts_of(announcements.announce_due, scheduled.id) == [Announced(scheduled)]


def test_deleting_is_told_only_to_those_who_heard_it(database, olga, said, scheduled):
    assert facts_of(announcements.delete, said.public_id, by=olga) == [AnnouncementWithdrawn(said.public_id)]
    assert facts_of(announcements.delete, scheduled.public_id, by=olga) == []

    assert every(olga) == []
    assert facts_of(announcements.announce_due, scheduled.id) == []


def test_what_does_not_exist_cannot_be_changed_or_deleted(database, olga):
    for action in (announcements.change, announcements.delete):
        with pytest.raises(AnnouncementNotFound):
            run(action, "0" * 24, by=olga)


def test_of_many_who_delete_it_at_once_one_does(database, olga):
    for _ in range(10):
        said = run(announcements.announce, message="Lunch", by=olga)

        outcomes = at_once(*[partial(run, announcements.delete, said.public_id, by=olga)] * 4)

        assert codes(outcomes) == ["announcement_not_found"] * 3


def test_only_organisers_announce(database, ada, grace, said):
    before = run_reading(lambda: list(Announcement.select().dicts()))

    for attempt in (
        partial(announcements.announce, message="Free beer", by=ada),
        partial(announcements.change, said.public_id, message="Free beer", by=ada),
        partial(announcements.delete, said.public_id, by=ada),
    ):
        with pytest.raises(StaffOnly):
            run(attempt)

    assert run_reading(lambda: list(Announcement.select().dicts())) == before


def test_staff_read_what_is_to_come_if_that_is_among_their_privileges(database, ada, olga, scheduled):
    given = partial(privileges.change, "olga", state=None, by=OPERATOR)

    with pytest.raises(StaffOnly):
        every(ada)
    run(given, privileges={ANNOUNCEMENT: [CREATE]})
    with pytest.raises(PrivilegeMissing):
        every(as_now(olga))
    run(given, privileges={ANNOUNCEMENT: [READ]})
    assert every(as_now(olga)) == ["Dinner"]


def as_now(who: Actor) -> Actor:
    return run_reading(lambda: actor_of(Account.get_by_id(who.id)))


def test_a_stranger_leaves_nothing(database, ada):
    with pytest.raises(StaffOnly):
        run(announcements.announce, message="Free beer", by=ada)

    assert nothing_is_left()


def test_they_are_read_newest_first_and_organisers_see_the_future(database, olga, clock):
    for message, hours in (("early", -2), ("now", 0), ("also now", 0), ("future", 1)):
        run(announcements.announce, message=message, time=NOON + timedelta(hours=hours), by=olga)

    assert readable() == ["also now", "now", "early"]
    assert every(olga) == ["future", "also now", "now", "early"]


def test_since_a_moment_means_strictly_later(database, olga):
    for message, minutes in (("before", -2), ("at", -1), ("after", 0), ("future", 5)):
        run(announcements.announce, message=message, time=NOON + timedelta(minutes=minutes), by=olga)

    since = run_reading(announcements.published, NOON - timedelta(minutes=1))

    assert [one.message for one in since] == ["after"]
