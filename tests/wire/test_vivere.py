"""Vivere's spelling, whole objects at a time and in the contract's order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from hub.domain.attendance import Badge
from hub.wire import addresses, vivere
from models import Announcement, Event, Location, MentorTicket, Times

NOON = datetime(2017, 2, 25, 12)
ADA, GRACE, LINUS = 1, 2, 3
A_TICKET = {
    "id": "58b2357f7a2f2e2e723e130e",
    "description": "CSS",
    "location": "T4",
    "contact": "red hat",
    "time_created": "2017-02-25T12:00:00",
    "time_complete": None,
    "claimed": False,
    "expired": False,
    "is_mine": False,
    "claimed_by_me": False,
    "claimed_by": None,
    "position": 3,
}
CLAIMED = {"claimed": True, "claimed_by": {"name": "Grace"}, "position": None}
A_PLACE = {
    "id": "000000000000000000000001",
    "map": "https://hub.example/vivere/location/image/000000000000000000000001",
    "name": "Hall",
    "rank": 0,
    "is_primary": True,
}


@pytest.fixture(autouse=True)
def _public_address() -> Iterator[None]:
    before = addresses.absolute("")
    addresses.speak_as("https://hub.example/")
    yield
    addresses.speak_as(before)


def a_ticket(**more: object) -> MentorTicket:
    ticket = MentorTicket(
        public_id=A_TICKET["id"],
        description="CSS",
        location="T4",
        contact="red hat",
        opened_by=ADA,
        created_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
    )
    ticket.as_of, ticket.position = NOON, 3
    for name, value in more.items():
        setattr(ticket, name, value)
    return ticket


def a_claimed_ticket(**more: object) -> MentorTicket:
    return a_ticket(claimed_by=GRACE, claimed_by_name="Grace", position=None, **more)


def a_place(rank: int = 0) -> Location:
    return Location(public_id=A_PLACE["id"], name="Hall", rank=rank)


def test_a_ticket_as_a_stranger_sees_it():
    assert list(vivere.ticket(a_ticket()).items()) == list(A_TICKET.items())


def test_a_ticket_as_whoever_asked_and_whoever_helps_see_it():
    assert vivere.ticket(a_ticket(), viewer=ADA) == A_TICKET | {"is_mine": True}
    assert vivere.ticket(a_claimed_ticket(), viewer=ADA) == A_TICKET | CLAIMED | {"is_mine": True}
    assert vivere.ticket(a_claimed_ticket(), viewer=GRACE) == A_TICKET | CLAIMED | {"claimed_by_me": True}
    assert vivere.ticket(a_claimed_ticket(), viewer=LINUS) == A_TICKET | CLAIMED


def test_a_ticket_whose_people_are_gone_belongs_to_nobody():
    assert vivere.ticket(a_ticket(opened_by=None)) == A_TICKET
    assert vivere.ticket(a_ticket(opened_by=None), viewer=ADA) == A_TICKET


def test_expired_is_the_bare_clock_test_in_every_state():
    late = NOON + timedelta(minutes=30, microseconds=1)

    assert vivere.ticket(a_ticket(as_of=NOON + timedelta(minutes=30))) == A_TICKET
    assert vivere.ticket(a_ticket(as_of=late)) == A_TICKET | {"expired": True}
    assert vivere.ticket(a_claimed_ticket(as_of=late, closed_at=late)) == A_TICKET | CLAIMED | {
        "expired": True,
        "time_complete": "2017-02-25T12:30:00.000001",
    }


def test_tickets_by_category_name_the_categories_in_a_constant_order():
    found = {"open": [a_ticket()], "in_progress": [], "expired": [], "closed": []}

    assert vivere.tickets_by_category(found, viewer=ADA) == {
        "categories": ["open", "in_progress", "expired", "closed"],
        "tickets": {"open": [A_TICKET | {"is_mine": True}], "in_progress": [], "expired": [], "closed": []},
    }


def test_a_place_has_a_rank_only_on_the_list_of_maps():
    assert list(vivere.location(a_place()).items()) == list(A_PLACE.items())
    for rank in (-1, -7):
        assert list(vivere.location(a_place(rank))) == ["id", "map", "name", "is_primary"]
        assert vivere.location(a_place(rank))["is_primary"] is False


def test_an_event_embeds_its_place():
    event = Event(
        public_id="e" * 24,
        short_description="Opening",
        long_description="",
        location=a_place(),
        start_time=NOON,
        end_time=NOON + timedelta(hours=1, milliseconds=5),
    )

    assert list(vivere.event(event).items()) == [
        ("id", "e" * 24),
        ("short_description", "Opening"),
        ("long_description", ""),
        ("location", A_PLACE),
        ("start_time", "2017-02-25T12:00:00"),
        ("end_time", "2017-02-25T13:00:00.005000"),
    ]


def test_an_announcement():
    announcement = Announcement(public_id="a" * 24, message="Lunch", time=NOON, announced_at=None)

    assert vivere.announcement(announcement) == {"id": "a" * 24, "message": "Lunch", "time": "2017-02-25T12:00:00"}


def test_the_four_times():
    moments = {
        "event_start_time": NOON,
        "event_end_time": NOON + timedelta(days=1),
        "hacking_start_time": NOON + timedelta(hours=1),
        "hacking_end_time": NOON + timedelta(hours=23),
    }

    assert vivere.times(Times(**moments)) == {
        "event_start_time": "2017-02-25T12:00:00",
        "event_end_time": "2017-02-26T12:00:00",
        "hacking_start_time": "2017-02-25T13:00:00",
        "hacking_end_time": "2017-02-26T11:00:00",
    }


def test_a_badge_says_a_missing_form_as_an_empty_text():
    assert vivere.badge(Badge("ada@example.org", "Ada", "M", "", "signed")) == {
        "username": "ada@example.org",
        "name": "Ada",
        "tshirt_size": "M",
        "photo_form": "",
        "liability_form": "signed",
    }
