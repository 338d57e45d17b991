"""The mentor queue.

A hacker opens a ticket, a mentor claims it, either of them may reopen or close it, and one that nobody claims within
half an hour expires. Vivere's contract speaks of it; `mentor_desk` is how staff see and move all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.refusals import Conflict, NotAllowed, NotFound
from models import Account, MentorTicket

CATEGORIES = ("open", "in_progress", "expired", "closed")


@dataclass(frozen=True)
class MentorTicketOpened:
    ticket: MentorTicket


@dataclass(frozen=True)
class MentorTicketClaimed:
    ticket: MentorTicket


@dataclass(frozen=True)
class MentorTicketReopened:
    ticket: MentorTicket


@dataclass(frozen=True)
class MentorTicketClosed:
    ticket: MentorTicket


@dataclass(frozen=True)
class MentorTicketsExpired:
    tickets: list[MentorTicket]


class TicketNotFound(NotFound):
    code = "ticket_not_found"


class TicketAlreadyClaimed(Conflict):
    code = "ticket_already_claimed"


class TicketClosed(Conflict):
    code = "ticket_closed"


class NotYourTicket(NotAllowed):
    """Only who opened a ticket and who claimed it may move it."""

    code = "not_your_ticket"


class TicketStillOpen(NotAllowed):
    code = "ticket_still_open"


def create(*, description: str, location: str, contact: str, lasts: timedelta, by: Actor) -> MentorTicket:
    """Put a new ticket at the end of the queue, where it waits for `lasts`."""
    now = clock.now()
    ticket = MentorTicket.create(
        description=description,
        location=location,
        contact=contact,
        opened_by=by.id,
        created_at=now,
        expires_at=now + lasts,
    )
    (ticket,) = as_seen_at(now, [ticket])
    record(MentorTicketOpened(ticket))
    return ticket


def claim(public_id: str, *, by: Actor) -> MentorTicket:
    """Take a ticket off the queue; of any number of mentors racing for it, exactly one gets it."""
    free = (MentorTicket.public_id == public_id) & MentorTicket.claimed_by.is_null() & MentorTicket.closed_at.is_null()
    ticket = _move(free, claimed_by=by.id, claimed_at=clock.now())
    if ticket is None:
        raise _why_not_claimable(get(public_id))
    record(MentorTicketClaimed(ticket))
    return ticket


def _why_not_claimable(ticket: MentorTicket) -> Conflict:
    return TicketAlreadyClaimed() if ticket.claimed_by_id is not None else TicketClosed()


def close(public_id: str, *, by: Actor) -> MentorTicket:
    """End a ticket; closing it again changes nothing, not even the time."""
    return end((MentorTicket.public_id == public_id) & _involves(by)) or _of_mine(public_id, by)


def end(which) -> MentorTicket | None:
    """Close the ticket that `which` means, for callers that know who may; None where nothing was to be closed."""
    ticket = _move(which & MentorTicket.closed_at.is_null(), closed_at=clock.now())
    if ticket is not None:
        record(MentorTicketClosed(ticket))
    return ticket


def reopen(public_id: str, *, lasts: timedelta, by: Actor) -> MentorTicket:
    """Put a claimed, expired or closed ticket back at its old place, with the whole time to wait again."""
    _of_mine(public_id, by)
    return put_back((MentorTicket.public_id == public_id) & _involves(by), lasts=lasts)


def put_back(which, *, lasts: timedelta) -> MentorTicket:
    """Have the ticket that `which` means wait again, for callers that know who may; refuses one that waits already."""
    now = clock.now()
    waiting_again = {"claimed_by": None, "claimed_at": None, "closed_at": None, "expiry_told_at": None}
    ticket = _move(which & ~is_waiting(now), expires_at=now + lasts, **waiting_again)
    if ticket is None:
        raise TicketStillOpen()
    record(MentorTicketReopened(ticket))
    return ticket


def _of_mine(public_id: str, by: Actor) -> MentorTicket:
    ticket = get(public_id)
    if by.id not in (ticket.opened_by_id, ticket.claimed_by_id):
        raise NotYourTicket()
    return ticket


def expire_overdue(now: datetime) -> None:
    """Tell once of every waiting ticket whose time has run out. Safe to run twice, or in two workers."""
    overdue = unclaimed_and_open() & (MentorTicket.expires_at < now) & MentorTicket.expiry_told_at.is_null()
    told = MentorTicket.update(expiry_told_at=now).where(overdue).returning(MentorTicket).execute()
    tickets = as_seen_at(now, sorted(told, key=lambda ticket: (ticket.created_at, ticket.id)))
    if tickets:
        record(MentorTicketsExpired(tickets))


def withdraw(account_id: int) -> None:
    """Close what somebody who leaves has opened, and forget where they could be found."""
    theirs = MentorTicket.opened_by == account_id
    MentorTicket.update(contact="").where(theirs).execute()
    waiting = MentorTicket.update(closed_at=clock.now()).where(theirs & MentorTicket.closed_at.is_null())
    for ticket in as_seen_at(clock.now(), waiting.returning(MentorTicket).execute()):
        record(MentorTicketClosed(ticket))


def give_back(account_id: int) -> None:
    """Have others claim what a mentor who leaves was at work on, for as long as it was to wait."""
    at_work = (MentorTicket.claimed_by == account_id) & MentorTicket.closed_at.is_null()
    given = MentorTicket.update(claimed_by=None, claimed_at=None).where(at_work).returning(MentorTicket)
    for ticket in as_seen_at(clock.now(), given.execute()):
        record(MentorTicketReopened(ticket))


def queue() -> list[MentorTicket]:
    """The tickets that wait, the longest waiting first."""
    now = clock.now()
    return as_seen_at(now, MentorTicket.select().where(is_waiting(now)).order_by(*OLDEST_FIRST))


def opened_by(actor: Actor) -> dict[str, list[MentorTicket]]:
    """All tickets of one person by category, newest first."""
    mine = MentorTicket.select().where(MentorTicket.opened_by == actor.id)
    tickets = as_seen_at(clock.now(), mine.order_by(MentorTicket.created_at.desc(), MentorTicket.id.desc()))
    return {name: [ticket for ticket in tickets if category(ticket) == name] for name in CATEGORIES}


def claimed_by(actor: Actor) -> list[MentorTicket]:
    """The tickets that one mentor is at work on, oldest first."""
    mine = (MentorTicket.claimed_by == actor.id) & MentorTicket.closed_at.is_null()
    return as_seen_at(clock.now(), MentorTicket.select().where(mine).order_by(*OLDEST_FIRST))


def positions() -> dict[str, int]:
    """The place in the queue, from 1, of every ticket that waits, by public id."""
    return _positions(clock.now())


def next_expiry() -> datetime | None:
    """When fewer wait though nobody does anything; None where nobody waits."""
    first = MentorTicket.select(MentorTicket.expires_at).where(is_waiting(clock.now()))
    ticket = first.order_by(MentorTicket.expires_at).first()
    return None if ticket is None else ticket.expires_at


def _positions(now: datetime) -> dict[str, int]:
    waiting = MentorTicket.select(MentorTicket.public_id).where(is_waiting(now)).order_by(*OLDEST_FIRST)
    return {ticket.public_id: place for place, ticket in enumerate(waiting, 1)}


def category(ticket: MentorTicket) -> str:
    """Closed before in progress before expired before open, as the contract's clients sort them too."""
    if ticket.closed_at is not None:
        return "closed"
    if ticket.claimed_by_id is not None:
        return "in_progress"
    return "expired" if is_overdue(ticket) else "open"


def is_overdue(ticket: MentorTicket) -> bool:
    """The bare clock test, whatever else became of the ticket; the last moment still counts as open."""
    return ticket.as_of > ticket.expires_at


OLDEST_FIRST = (MentorTicket.created_at, MentorTicket.id)


def unclaimed_and_open():
    return MentorTicket.claimed_by.is_null() & MentorTicket.closed_at.is_null()


def is_waiting(now: datetime):
    return unclaimed_and_open() & (MentorTicket.expires_at >= now)


def _involves(actor: Actor):
    # A null claimer makes the comparison null, and "not null" is not "true": so each side is asked by itself.
    return (MentorTicket.opened_by == actor.id) | (MentorTicket.claimed_by == actor.id)


def get(public_id: str) -> MentorTicket:
    ticket = MentorTicket.get_or_none(MentorTicket.public_id == public_id)
    if ticket is None:
        raise TicketNotFound()
    (ticket,) = as_seen_at(clock.now(), [ticket])
    return ticket


def _move(which, **changes: object) -> MentorTicket | None:
    """Change the ticket if it still is as `which` demands: the write is the check."""
    moved = list(MentorTicket.update(**changes).where(which).returning(MentorTicket).execute())
    return as_seen_at(clock.now(), moved)[0] if moved else None


def as_seen_at(now: datetime, tickets: Iterable[MentorTicket]) -> list[MentorTicket]:
    """Complete tickets with what does not stand in their row: the moment, the place in the queue, the mentor's name."""
    tickets = list(tickets)
    places = _places([ticket for ticket in tickets if _may_wait(ticket, now)], now)
    names = _names({ticket.claimed_by_id for ticket in tickets if ticket.claimed_by_id is not None})
    for ticket in tickets:
        ticket.as_of = now
        ticket.position = places.get(ticket.public_id)
        ticket.claimed_by_name = names.get(ticket.claimed_by_id)
    return tickets


def _places(waiting: list[MentorTicket], now: datetime) -> dict[str, int]:
    """Where each of these stands: counted for one, so that a move does not read the whole queue."""
    if len(waiting) == 1:
        (ticket,) = waiting
        before = MentorTicket.created_at < ticket.created_at
        together = (MentorTicket.created_at == ticket.created_at) & (MentorTicket.id <= ticket.id)
        return {ticket.public_id: MentorTicket.select().where(is_waiting(now) & (before | together)).count()}
    return _positions(now) if waiting else {}


def _may_wait(ticket: MentorTicket, now: datetime) -> bool:
    return ticket.claimed_by_id is None and ticket.closed_at is None and ticket.expires_at >= now


def _names(account_ids: set[int]) -> dict[int | None, str]:
    if not account_ids:
        return {}
    rows = Account.select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {account.id: account.name for account in rows}
