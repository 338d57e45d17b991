"""A seeded hub: everything a client can show, made by the actions themselves, all of it or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub import seed as seeding
from hub import seed_tutoring
from hub.domain import (
    accounts,
    announcements,
    catalogue,
    counters,
    events,
    locations,
    mentor_tickets,
    passwords,
    polls,
    times,
)
from hub.domain.actors import actor_of
from hub.perform import run_reading
from hub.seed import HubNotEmpty, seed
from models import (
    Account,
    Announcement,
    Event,
    HelpTicket,
    Invitation,
    JournalRow,
    Location,
    Member,
    MentorTicket,
    Registration,
    Role,
    Times,
)
from tests.build import settings

BEGINS = datetime(2026, 11, 22, 9)
TABLES = [Account, Role, Location, Event, Announcement, MentorTicket, Times]


@pytest.fixture
def given(tmp_path):
    return settings(tmp_path, "", "")


def counts() -> dict[str, int]:
    return run_reading(lambda: {table.__name__: table.select().count() for table in TABLES})


def test_an_empty_hub_is_filled(database, given):
    seed(given)

    assert counts() == {
        "Account": 11,
        "Role": 4,
        "Location": 5,
        "Event": 14,
        "Announcement": 6,
        "MentorTicket": 7,
        "Times": 1,
    }


def test_what_it_makes_is_told_like_everything_else(database, given):
    seed(given)

    public = JournalRow.select().where(~JournalRow.stream.startswith("user:"))
    told = run_reading(lambda: [(row.stream, row.event) for row in public])

    assert {(stream, event): told.count((stream, event)) for stream, event in told} == {
        ("announcements", "save"): 5,
        ("mentor", "save"): 13,
        ("schedule", "location_save"): 5,
        # Four of the fourteen were changed by the festival.
        ("schedule", "save"): 18,
        ("schedule", "times"): 1,
    }


def test_there_is_some_tutoring_with_new_matches_and_a_message_to_answer(database, given):
    seed(given)

    people = {name: run_reading(accounts.find, f"{name}@hackathon.example").id for name in ("grace", "tomas", "ada")}
    found = {name: run_reading(counters.of, person) for name, person in people.items()}
    assert {name: (new.tutor_new, new.tutor_unread, new.student_new) for name, new in found.items()} == {
        "grace": (1, 1, 0),
        "tomas": (2, 0, 0),
        "ada": (0, 0, 1),
    }
    assert seed_tutoring.UNIVERSITY in run_reading(catalogue.universities)


def test_there_is_a_festival_with_somebody_who_waits_for_a_seat_and_a_question_to_answer(database, given):
    seed(given)

    states = run_reading(lambda: sorted(row.state for row in Registration.select()))
    answered = run_reading(lambda: [ticket.solution for ticket in HelpTicket.select().order_by(HelpTicket.id)])
    assert states == ["confirmed", "confirmed", "confirmed", "waiting"]
    assert run_reading(lambda: [(row.team.name, row.state) for row in Invitation.select().order_by(Invitation.id)]) == [
        ("The Segfaults", "accepted"),
        ("Late Idea", "pending"),
    ]
    assert answered == ["Yes, under the red umbrella.", None]


def test_it_begins_tomorrow_at_nine_and_the_programme_fits_in(database, given):
    seed(given)

    now = run_reading(times.current)
    programme = run_reading(events.schedule)
    assert (now.event_start_time, now.hacking_end_time - now.hacking_start_time) == (BEGINS, timedelta(days=1))
    assert programme[0].start_time == now.event_start_time
    assert max(event.end_time for event in programme) == now.event_end_time
    assert run_reading(lambda: [place.name for place in locations.maps()]) == ["Main hall", "Workshop room", "Garden"]


def test_one_announcement_waits_for_the_beginning(database, given, clock):
    seed(given)

    assert len(run_reading(announcements.published)) == 5
    clock.moment = BEGINS
    assert run_reading(announcements.published)[0].message == seeding.SAID_AT_THE_BEGINNING


def test_there_is_a_mentor_ticket_in_every_state(database, given, clock):
    seed(given)
    clock.forward(seconds=2)

    asked = run_reading(lambda: [mentor_tickets.opened_by(actor_of(account)) for account in Account.select()])

    assert {name: sum(len(one[name]) for one in asked) for name in mentor_tickets.CATEGORIES} == {
        "open": 3,
        "in_progress": 1,
        "expired": 1,
        "closed": 2,
    }


def test_everybody_signs_in_with_the_password_that_it_tells(database, given):
    lines = dict(line.split(": ", 1) for line in seed(given).splitlines() if ": " in line)

    people = [name for what in ("organiser", "mentors", "hackers") for name in lines[what].split(", ")]
    found = run_reading(lambda: [accounts.find(name) for name in people])
    assert len({account.id for account in found}) == 11
    assert passwords.is_right(lines["everybody's password"], found[0].password_hash)
    assert found[0].is_staff is True


def test_each_hub_gets_a_password_of_its_own(database, given, monkeypatch):
    said = []
    monkeypatch.setattr(seeding, "run", lambda *_, **__: (None, [None], [None]))
    for _ in range(2):
        said.append(seed(given))

    assert said[0] != said[1]


def test_a_hub_with_events_is_left_as_it_is(database, given):
    seed(given)
    before = counts()

    with pytest.raises(HubNotEmpty, match="there are events already; only an empty hub can be seeded"):
        seed(given)

    assert counts() == before


def test_there_are_members_some_of_them_checked_and_some_votes(database, given):
    seed(given)

    members = run_reading(lambda: list(Member.select()))
    assert sorted((member.state, member.details_valid) for member in members) == [
        ("nsw", True),
        ("nt", False),
        ("tas", False),
        ("vic", True),
        ("wa", False),
    ]
    figures = run_reading(polls.figures, 1)
    assert {option: votes for option, votes in figures.items() if votes} == {"101": 1, "105": 2}
