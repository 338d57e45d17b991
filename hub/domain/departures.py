"""Leaving: an account is deleted with everything that is personal in it. Rows that count for others stay, anonymous."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from hub import clock
from hub.domain import (
    accounts,
    counters,
    journal,
    mentor_tickets,
    once,
    pins,
    profiles,
    teams,
    tutoring_sessions,
    users,
)
from hub.domain.accounts import AccountNotFound
from hub.domain.actors import Actor, actor_of
from hub.domain.credentials import DeadCredential
from hub.domain.facts import record
from hub.domain.modes import MODES
from hub.domain.privileges import DELETE, USER, demand
from hub.domain.tutoring_sessions import OfferExpired
from models import Message, Offer


@dataclass(frozen=True)
class AccountDeleted:
    public_id: str


def leave(*, by: Actor) -> None:
    """Delete one's own account. Its credentials die and its sockets are ended, on every node. Raises DeadCredential.

    Others see at once that it is gone: a session ends, hands are held out no more, pins disappear, tickets are closed
    or wait again, their teams are gone and others get their seats, and nothing of it is unread any more.
    """
    partners = _partners(by.id)
    accounts.hold(by.id, *partners)
    if not accounts.exists(by.id):
        # They have left already, from another device.
        raise DeadCredential()
    _end_session(by)
    _take_back_hands(by.id)
    _take_up_pins(by)
    _leave_tickets(by.id)
    teams.leave_all(by.id)
    profiles.set_image(by.id, None)
    accounts.delete(by.id)
    once.forget_of(by.id, by.public_id, by.username)
    journal.forget_person(by.id)
    record(AccountDeleted(by.public_id))
    counters.moved(*partners)


def remove(username: str, *, by: Actor) -> None:
    """Delete another's account, by staff. It has the same effects as if they had left themselves."""
    demand(by, USER, DELETE)
    leaver_id = accounts.named(username).id
    # All at once, in one order; in the parts of it they would be taken again and again.
    accounts.hold(by.id, leaver_id, *_partners(leaver_id))
    leaver = actor_of(users.governed(username, DELETE, by=by))
    try:
        leave(by=leaver)
    except DeadCredential:
        raise AccountNotFound() from None


def _end_session(by: Actor) -> None:
    running = tutoring_sessions.current(by.id)
    if running is not None:
        tutoring_sessions.end((clock.now() - running.started_at).total_seconds(), by=by)


def _take_back_hands(account_id: int) -> None:
    """The hands that they held out, and those that were held out to them, are in the air no more."""
    theirs = (Offer.offered_by == account_id) | (Offer.offered_to == account_id)
    for offer in Offer.delete().where(theirs).returning(Offer).execute():
        record(OfferExpired(offer))


def _take_up_pins(by: Actor) -> None:
    for mode in MODES:
        pins.end_overdue(mode, by=by)
        with suppress(pins.NoPin):
            pins.take_up(mode, by=by)


def _leave_tickets(account_id: int) -> None:
    """Who waited for help waits no more and is not to be found by it; whom they helped wait again where they stood."""
    mentor_tickets.withdraw(account_id)
    mentor_tickets.give_back(account_id)


def _partners(account_id: int) -> set[int]:
    """Whom they wrote to and have not been read by, and who is in a session with them."""
    unread = Message.read_at.is_null()
    to_students = Message.select(Message.student).where(
        (Message.tutor == account_id) & ~Message.is_from_student & unread
    )
    to_tutors = Message.select(Message.tutor).where((Message.student == account_id) & Message.is_from_student & unread)
    people = {person for rows in (to_students, to_tutors) for (person,) in rows.distinct().tuples().execute()}
    running = tutoring_sessions.current(account_id)
    if running is not None:
        people |= {person for person in (running.student_id, running.tutor_id) if person is not None}
    return people - {account_id}
