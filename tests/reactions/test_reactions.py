"""What happens when ...? The exact list of deliveries that follows from each fact."""

from __future__ import annotations

import inspect
import pkgutil
from datetime import datetime, timedelta
from importlib import import_module

import pytest

import hub.reactions  # noqa: F401  (they register themselves)
from hub import domain
from hub.delivery import Emit, Job, deliveries
from hub.domain.announcements import Announced, AnnouncementScheduled, AnnouncementWithdrawn
from hub.domain.canary import CanarySang, CanarySent
from hub.domain.credentials import CredentialRevoked
from hub.domain.events import EventDeleted, EventSaved
from hub.domain.locations import LocationDeleted, LocationSaved
from hub.domain.mentor_tickets import (
    MentorTicketClaimed,
    MentorTicketClosed,
    MentorTicketOpened,
    MentorTicketReopened,
    MentorTicketsExpired,
)
from hub.domain.times import TimesSet
from hub.wire import vivere
from models import Announcement, Event, Location, MentorTicket, Times

NOON = datetime(2026, 11, 21, 12)
ADA, GRACE = 1, 2
MOVES = [MentorTicketOpened, MentorTicketClaimed, MentorTicketReopened, MentorTicketClosed]


def a_ticket(opened_by: int | None = None, claimed_by: int | None = None) -> MentorTicket:
    ticket = MentorTicket(
        description="CSS",
        location="T4",
        contact="",
        opened_by=opened_by,
        claimed_by=claimed_by,
        created_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
    )
    ticket.as_of = NOON
    return ticket


def spelled(ticket: MentorTicket, **as_seen: bool) -> dict[str, object]:
    return vivere.ticket(ticket) | as_seen


@pytest.mark.parametrize("fact", MOVES)
def test_everyone_hears_of_every_move_of_a_ticket_in_their_own_view(fact):
    ticket = a_ticket(opened_by=ADA, claimed_by=GRACE)

    assert deliveries(fact(ticket)) == [
        Emit(
            "mentor",
            "save",
            spelled(ticket),
            views={ADA: spelled(ticket, is_mine=True), GRACE: spelled(ticket, claimed_by_me=True)},
        )
    ]


def test_who_helps_themselves_sees_both_flags():
    ticket = a_ticket(opened_by=ADA, claimed_by=ADA)

    (emit,) = deliveries(MentorTicketClaimed(ticket))

    assert emit.views == {ADA: spelled(ticket, is_mine=True, claimed_by_me=True)}


def test_a_ticket_of_nobody_is_heard_by_all_alike():
    ticket = a_ticket()

    assert deliveries(MentorTicketClosed(ticket)) == [Emit("mentor", "save", spelled(ticket), views={})]


def test_tickets_that_expired_are_heard_together_each_in_the_view_of_whoever_asked():
    hers, theirs = a_ticket(opened_by=ADA), a_ticket(opened_by=GRACE)

    assert deliveries(MentorTicketsExpired([hers, theirs])) == [
        Emit(
            "mentor",
            "expire",
            [spelled(hers), spelled(theirs)],
            views={
                ADA: [spelled(hers, is_mine=True), spelled(theirs)],
                GRACE: [spelled(hers), spelled(theirs, is_mine=True)],
            },
        )
    ]


ANNOUNCEMENT = Announcement(id=7, public_id="a" * 24, message="Lunch", time=NOON)


def test_an_announcement_is_heard_when_it_is_announced():
    payload = {"id": "a" * 24, "message": "Lunch", "time": "2026-11-21T12:00:00"}

    assert deliveries(Announced(ANNOUNCEMENT)) == [Emit("announcements", "save", payload)]


def test_a_scheduled_announcement_is_a_job_for_its_time():
    assert deliveries(AnnouncementScheduled(ANNOUNCEMENT)) == [
        Job("announcements.announce_due", {"announcement_id": 7}, due_at=NOON)
    ]


def test_a_withdrawn_announcement_is_forgotten():
    assert deliveries(AnnouncementWithdrawn("a" * 24)) == [Emit("announcements", "delete", {"id": "a" * 24})]


HALL = Location(public_id="1" * 24, name="Hall", rank=0)
OPENING = Event(
    public_id="e" * 24, short_description="Opening", location=HALL, start_time=NOON, end_time=NOON + timedelta(hours=1)
)
TIMES = Times(
    event_start_time=NOON, event_end_time=NOON, hacking_start_time=NOON, hacking_end_time=NOON + timedelta(days=1)
)


@pytest.mark.parametrize(
    ("fact", "event", "spell", "what"),
    [
        (EventSaved(OPENING), "save", vivere.event, OPENING),
        (EventDeleted("e" * 24), "delete", dict, {"id": "e" * 24}),
        (LocationSaved(HALL), "location_save", vivere.location, HALL),
        (LocationDeleted("1" * 24), "location_delete", dict, {"id": "1" * 24}),
        (TimesSet(TIMES), "times", vivere.times, TIMES),
    ],
    ids=["event saved", "event deleted", "location saved", "location deleted", "times set"],
)
def test_every_change_of_the_schedule_is_heard(fact, event, spell, what):
    assert deliveries(fact) == [Emit("schedule", event, spell(what))]


def test_a_revoked_credential_is_told_to_every_node():
    assert deliveries(CredentialRevoked("jti")) == [Emit("credentials", "revoked", {"jti": "jti"})]


def test_a_canary_flies_to_a_worker_and_then_to_every_node():
    assert deliveries(CanarySent(NOON)) == [Job("canary.sing", {})]
    assert deliveries(CanarySang(NOON)) == [Emit("canary", "sang", {"at": "2026-11-21T12:00:00"})]


def test_something_follows_from_every_fact_that_an_action_records():
    subjects = [import_module(f"hub.domain.{found.name}") for found in pkgutil.iter_modules(domain.__path__)]
    facts = [
        kind
        for subject in subjects
        for name, kind in inspect.getmembers(subject, inspect.isclass)
        if f"record({name}(" in inspect.getsource(subject)
    ]

    assert [kind.__name__ for kind in facts if deliveries.dispatch(kind) is deliveries.dispatch(object)] == []
    assert len(facts) >= 25
