"""Leaving: an account is deleted with everything that is personal in it. Rows that count for others stay, anonymous."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from hub import clock
from hub.domain import accounts, counters, journal, once, pins, profiles, tutoring_sessions
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.modes import MODES
from models import Message


@dataclass(frozen=True)
class AccountDeleted:
    public_id: str


def leave(*, by: Actor) -> None:
    """Delete one's own account. Its credentials die and its sockets are ended, on every node.

    Others see at once that it is gone: a session ends, pins disappear, and nothing of it is unread any more.
    """
    partners = _partners(by.id)
    accounts.hold(by.id, *partners)
    _end_session(by)
    for mode in MODES:
        with suppress(pins.NoPin):
            pins.take_up(mode, by=by)
    profiles.set_image(by.id, None)
    accounts.delete(by.id)
    once.forget_of(by.id)
    journal.forget_person(by.id)
    record(AccountDeleted(by.public_id))
    counters.moved(*partners)


def _end_session(by: Actor) -> None:
    running = tutoring_sessions.current(by.id)
    if running is not None:
        tutoring_sessions.end((clock.now() - running.started_at).total_seconds(), by=by)


def _partners(account_id: int) -> set[int]:
    """Whom they wrote to and have not been read by."""
    unread = Message.read_at.is_null()
    to_students = Message.select(Message.student).where(
        (Message.tutor == account_id) & ~Message.is_from_student & unread
    )
    to_tutors = Message.select(Message.tutor).where((Message.student == account_id) & Message.is_from_student & unread)
    return {person for rows in (to_students, to_tutors) for (person,) in rows.distinct().tuples().execute()}
