"""The mentor queue as staff see it: every ticket, with who asked and who helps.

Whoever is staff may see and move all of them, whatever they were given one by one: every hacker may read the queue
anyway, and a ticket that its people forgot is in everybody's way. Contracts keep to who is involved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hub import clock
from hub.domain import mentor_tickets
from hub.domain.actors import Actor, organisers_only
from hub.domain.mentor_tickets import CATEGORIES, is_waiting, unclaimed_and_open
from models import Account, MentorTicket

OPEN, IN_PROGRESS, EXPIRED, CLOSED = CATEGORIES


class Mark(NamedTuple):
    """The last ticket of a page: the moment that it is ordered by, and its number."""

    moment: datetime
    number: int


@dataclass(frozen=True)
class Desk:
    """How many tickets there are by category, and a page of one; `last` is where the next page goes on, if any."""

    counts: dict[str, int]
    tickets: list[MentorTicket]
    last: Mark | None


def desk(category: str, *, after: Mark | None = None, size: int, by: Actor) -> Desk:
    """Who waits or is helped, the longest first; what expired or was closed, the latest first."""
    organisers_only(by)
    now = clock.now()
    counts = {name: MentorTicket.select().where(_is_in(name, now)).count() for name in CATEGORIES}
    found = list(_ordered(category, after).where(_is_in(category, now)).limit(size + 1))
    tickets = _with_people(mentor_tickets.as_seen_at(now, found[:size]))
    return Desk(counts, tickets, _mark(category, tickets[-1]) if len(found) > size else None)


def claim(public_id: str, *, by: Actor) -> MentorTicket:
    """As any mentor would."""
    organisers_only(by)
    return _shown(mentor_tickets.claim(public_id, by=by))


def close(public_id: str, *, by: Actor) -> MentorTicket:
    """End anybody's ticket; closing it again changes nothing, not even the time."""
    organisers_only(by)
    return _shown(mentor_tickets.end(MentorTicket.public_id == public_id) or mentor_tickets.get(public_id))


def reopen(public_id: str, *, lasts: timedelta, by: Actor) -> MentorTicket:
    """Put anybody's claimed, expired or closed ticket back at its old place, with the whole time to wait again."""
    organisers_only(by)
    mentor_tickets.get(public_id)
    return _shown(mentor_tickets.put_back(MentorTicket.public_id == public_id, lasts=lasts))


_ORDERED_BY: dict[str, Any] = {
    OPEN: MentorTicket.created_at,
    IN_PROGRESS: MentorTicket.created_at,
    EXPIRED: MentorTicket.expires_at,
    CLOSED: MentorTicket.closed_at,
}
_LATEST_FIRST = (EXPIRED, CLOSED)


def _is_in(category: str, now: datetime):
    """As `mentor_tickets.category` sorts one ticket."""
    is_open = MentorTicket.closed_at.is_null()
    return {
        OPEN: is_waiting(now),
        IN_PROGRESS: is_open & MentorTicket.claimed_by.is_null(False),
        EXPIRED: unclaimed_and_open() & (MentorTicket.expires_at < now),
        CLOSED: MentorTicket.closed_at.is_null(False),
    }[category]


def _ordered(category: str, after: Mark | None):
    """The tickets in the order of a category; with `after`, those that come behind it.

    The bare bound on the moment is what databases use an index for.
    """
    field, tickets = _ORDERED_BY[category], MentorTicket.select()
    if category in _LATEST_FIRST:
        tickets = tickets.order_by(field.desc(), MentorTicket.id.desc())
        behind = after and (field <= after.moment) & ((field < after.moment) | (MentorTicket.id < after.number))
    else:
        tickets = tickets.order_by(field, MentorTicket.id)
        behind = after and (field >= after.moment) & ((field > after.moment) | (MentorTicket.id > after.number))
    return tickets if behind is None else tickets.where(behind)


def _mark(category: str, ticket: MentorTicket) -> Mark:
    return Mark(getattr(ticket, _ORDERED_BY[category].name), ticket.id)


def _shown(ticket: MentorTicket) -> MentorTicket:
    return _with_people([ticket])[0]


def _with_people(tickets: Iterable[MentorTicket]) -> list[MentorTicket]:
    """Tickets with who asked and who helps; either may be gone."""
    tickets = list(tickets)
    ids = {person for ticket in tickets for person in (ticket.opened_by_id, ticket.claimed_by_id)}
    rows = Account.select(Account.id, Account.name, Account.username).where(Account.id.in_(ids - {None}))
    people: dict[int | None, Account] = {account.id: account for account in rows}
    for ticket in tickets:
        ticket.opened_by, ticket.claimed_by = people.get(ticket.opened_by_id), people.get(ticket.claimed_by_id)
    return tickets
