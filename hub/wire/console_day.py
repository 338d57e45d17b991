"""The console's spelling of the day: announcements, schedule, places, times, and both kinds of tickets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hub.domain import mentor_tickets
from hub.domain.mentor_desk import CLOSED, EXPIRED, IN_PROGRESS, OPEN, Desk, Mark
from hub.domain.pages import Page
from hub.domain.times import NOT_SET
from hub.wire import vivere
from hub.wire.console import moment
from models import Account, Announcement, Event, HelpTicket, Location, MentorTicket, Times

COLUMNS_OF_EVENT = {
    "name": "short_description",
    "description": "long_description",
    "start": "start_time",
    "end": "end_time",
    "place": "location",
}
"""What an event has, each with what the core calls it."""
MOMENTS = {
    "event_start": "event_start_time",
    "event_end": "event_end_time",
    "hacking_start": "hacking_start_time",
    "hacking_end": "hacking_end_time",
}
"""The four times, each with what the core calls it."""
CATEGORY_OF_STATE = {"open": OPEN, "claimed": IN_PROGRESS, "expired": EXPIRED, "closed": CLOSED}
STATE_OF_CATEGORY = {category: state for state, category in CATEGORY_OF_STATE.items()}


def nothing(_: object) -> dict[str, Any]:
    """What is left of a thing that was deleted."""
    return {}


def announcement(announcement: Announcement, *, now: datetime) -> dict[str, Any]:
    return {
        "id": announcement.public_id,
        "message": announcement.message,
        "time": moment(announcement.time),
        "is_public": announcement.time <= now,
    }


def event(event: Event) -> dict[str, Any]:
    return {
        "id": event.public_id,
        "name": event.short_description,
        "description": event.long_description,
        "start": moment(event.start_time),
        "end": moment(event.end_time),
        "place": {"id": event.location.public_id, "name": event.location.name},
        "is_for_teams": event.is_for_teams,
        "seats": event.seats,
    }


def place(place: Location) -> dict[str, Any]:
    return {
        "id": place.public_id,
        "name": place.name,
        "rank": place.rank,
        "map": f"{vivere.PREFIX}/location/image/{place.public_id}?v={_version(place.image_key)}",
        "has_map": place.image_key is not None,
    }


def _version(key: str | None) -> str:
    """Another one for each picture, so that browsers show a new one at once. The key itself is nobody's business."""
    return "0" if key is None else hashlib.sha256(key.encode()).hexdigest()[:8]


def times(times: Times) -> dict[str, Any]:
    return {name: _unless_unset(getattr(times, column)) for name, column in MOMENTS.items()}


def _unless_unset(at: datetime) -> str | None:
    return None if at == NOT_SET else moment(at)


def desk(desk: Desk) -> dict[str, Any]:
    return {
        "counts": {state: desk.counts[category] for state, category in CATEGORY_OF_STATE.items()},
        "tickets": [mentor_ticket(ticket) for ticket in desk.tickets],
        "next": None if desk.last is None else mark(desk.last),
    }


def mentor_ticket(ticket: MentorTicket) -> dict[str, Any]:
    """A ticket with its people, as `mentor_desk` gives it."""
    return {
        "id": ticket.public_id,
        "description": ticket.description,
        "location": ticket.location,
        "contact": ticket.contact,
        "state": STATE_OF_CATEGORY[mentor_tickets.category(ticket)],
        "position": ticket.position,
        "asked_by": _person(ticket.opened_by),
        "claimed_by": _person(ticket.claimed_by),
        "asked_at": moment(ticket.created_at),
        "expires_at": moment(ticket.expires_at),
        "closed_at": moment(ticket.closed_at),
    }


def help_tickets(found: Page[HelpTicket]) -> dict[str, Any]:
    tickets = [help_ticket(ticket) for ticket in found.rows]
    return {"tickets": tickets, "page": found.number, "pages": found.pages, "total": found.total}


def help_ticket(ticket: HelpTicket) -> dict[str, Any]:
    """A ticket with its people, as `help_tickets` gives it."""
    return {
        "id": ticket.public_id,
        "title": ticket.title,
        "description": ticket.description,
        "is_public": ticket.is_public,
        "opened_by": _person(ticket.opened_by),
        "opened_at": moment(ticket.opened_at),
        "solution": ticket.solution,
        "solved_by": _person(ticket.solved_by),
        "solved_at": moment(ticket.solved_at),
    }


def _person(account: Account | None) -> Mapping[str, str] | None:
    """Null for whoever is gone, and where there is nobody."""
    return None if account is None else {"name": account.name, "username": account.username}


_EPOCH = datetime(1970, 1, 1)
_MARK = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)


def mark(mark: Mark) -> str:
    """Where a page ended, as clients hand it back: microseconds and a number."""
    return f"{(mark.moment - _EPOCH) // timedelta(microseconds=1)}-{mark.number}"


def mark_in(text: str) -> Mark:
    """Raises ValueError for what no page ended with."""
    found = _MARK.fullmatch(text)
    if found is None:
        raise ValueError("is not where a page ended")
    return Mark(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
