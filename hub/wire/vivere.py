"""Vivere's spelling: the hackathon contract's objects, each in the order of its document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.domain import mentor_tickets
from hub.domain.attendance import Badge
from hub.wire.addresses import absolute
from hub.wire.moments import naive_iso
from models import Announcement, Event, Location, MentorTicket, Times

PREFIX = "/vivere"


def ticket(ticket: MentorTicket, *, viewer: int | None = None) -> dict[str, Any]:
    """Spell a mentor ticket as the account `viewer` should see it; a stranger owns nothing."""
    return {
        "id": ticket.public_id,
        "description": ticket.description,
        "location": ticket.location,
        "contact": ticket.contact,
        "time_created": naive_iso(ticket.created_at),
        # Null while open: old phones take a missing key for "closed".
        "time_complete": naive_iso(ticket.closed_at),
        "claimed": ticket.claimed_by_id is not None,
        # The bare clock test in every state, as the document's closed samples show it.
        "expired": mentor_tickets.is_overdue(ticket),
        "is_mine": viewer is not None and ticket.opened_by_id == viewer,
        "claimed_by_me": viewer is not None and ticket.claimed_by_id == viewer,
        "claimed_by": {"name": ticket.claimed_by_name} if ticket.claimed_by_name is not None else None,
        "position": ticket.position,
    }


def tickets(several: Iterable[MentorTicket], *, viewer: int | None = None) -> list[dict[str, Any]]:
    return [ticket(one, viewer=viewer) for one in several]


def tickets_by_category(found: dict[str, list[MentorTicket]], *, viewer: int) -> dict[str, Any]:
    """The four buckets; `categories` names them in the contract's constant order."""
    return {
        "categories": list(mentor_tickets.CATEGORIES),
        "tickets": {name: tickets(several, viewer=viewer) for name, several in found.items()},
    }


def location(location: Location) -> dict[str, Any]:
    """A place; `rank` only when it is on the list of maps (rank > -1), and `is_primary` always, also when embedded."""
    is_primary = location.rank >= 0
    return {
        "id": location.public_id,
        "map": absolute(f"{PREFIX}/location/image/{location.public_id}"),
        "name": location.name,
        **({"rank": location.rank} if is_primary else {}),
        "is_primary": is_primary,
    }


def event(event: Event) -> dict[str, Any]:
    return {
        "id": event.public_id,
        "short_description": event.short_description,
        "long_description": event.long_description,
        "location": location(event.location),
        "start_time": naive_iso(event.start_time),
        "end_time": naive_iso(event.end_time),
    }


def announcement(announcement: Announcement) -> dict[str, Any]:
    return {
        "id": announcement.public_id,
        "message": announcement.message,
        "time": naive_iso(announcement.time),
    }


def times(times: Times) -> dict[str, Any]:
    return {
        "event_start_time": naive_iso(times.event_start_time),
        "event_end_time": naive_iso(times.event_end_time),
        "hacking_start_time": naive_iso(times.hacking_start_time),
        "hacking_end_time": naive_iso(times.hacking_end_time),
    }


def badge(badge: Badge) -> dict[str, Any]:
    """What the volunteer at the door sees. A missing form is "": null crashes the scanner app."""
    return {
        "username": badge.username,
        "name": badge.name,
        "tshirt_size": badge.tshirt_size,
        "photo_form": badge.photo_form,
        "liability_form": badge.liability_form,
    }
