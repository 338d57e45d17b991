"""Counters: what is new for a person, as their devices and sockets are told whenever it changes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from peewee import fn

from hub import clock
from hub.domain import accounts, devices, matches
from hub.domain.facts import record
from hub.domain.modes import MODES, STUDENT, TUTOR
from models import Account, InSession, Message, Pin, TutoringSession


@dataclass(frozen=True)
class Running:
    """The session that a person is in, from their side."""

    other_id: int
    mode: str
    started_at: datetime
    rate: float


@dataclass(frozen=True)
class Counters:
    student_unread: int
    tutor_unread: int
    student_new: int
    tutor_new: int
    """Matches of one's pin in that mode that were not looked at yet."""
    session: Running | None
    events: tuple[str, ...]
    """What else happened that the person was not shown yet: `student_pin_removed`, `tutor_pin_removed`."""
    newest: tuple[int, ...] = field(default=(), compare=False)
    """The newest of what is counted, by number: one unread message is not the same as another one later."""

    @property
    def count(self) -> int:
        return self.student_unread + self.tutor_unread + self.student_new + self.tutor_new

    def as_text(self) -> str:
        """The same text for the same counters, by which it is known what a device shows."""
        return json.dumps(asdict(self), default=str, sort_keys=True)


@dataclass(frozen=True)
class CountersMoved:
    """`counters` are a person's as of the end of this unit of work."""

    account_id: int
    counters: Counters
    has_devices: bool


def of(account_id: int) -> Counters:
    """In few queries, for it is asked whenever anything moves."""
    (student_unread, to_student), (tutor_unread, to_tutor), session_number = _unread_and_session(account_id)
    live, expired = _pins_by_mode(account_id)
    student_new, for_student = matches.new_for(live.get(STUDENT))
    tutor_new, for_tutor = matches.new_for(live.get(TUTOR))
    return Counters(
        student_unread=student_unread,
        tutor_unread=tutor_unread,
        student_new=student_new,
        tutor_new=tutor_new,
        newest=(to_student, to_tutor, for_student, for_tutor),
        session=None if session_number is None else side_of(TutoringSession.get_by_id(session_number), account_id),
        events=tuple(f"{mode}_pin_removed" for mode in MODES if mode in expired),
    )


def _unread_and_session(account_id: int) -> tuple[tuple[int, int], tuple[int, int], int | None]:
    """How much came and was not read on the student's side and on the tutor's, each with the newest message's number.

    And the session that runs.
    """
    as_student = (Message.student == account_id) & ~Message.is_from_student & Message.read_at.is_null()
    as_tutor = (Message.tutor == account_id) & Message.is_from_student & Message.read_at.is_null()
    count, newest = fn.COUNT(Message.id), fn.COALESCE(fn.MAX(Message.id), 0)
    asked = [Message.select(what).where(side) for side in (as_student, as_tutor) for what in (count, newest)]
    running = InSession.select(InSession.session).where(InSession.account == account_id)
    rows = Account.select(*asked, running).where(Account.id == account_id).tuples().execute()
    # A job may come after the account has gone.
    row = next(iter(rows), (0, 0, 0, 0, None))
    return row[:2], row[2:4], row[4]


def _pins_by_mode(account_id: int) -> tuple[dict[str, Pin], set[str]]:
    """The pins that lie there, and the modes in which one ran out that the person was not shown."""
    now = clock.now()
    lies, ran_out = matches.lies_at(now), (Pin.ends_at <= now) & Pin.expiry_shown_at.is_null()
    pins = list(Pin.select().where((Pin.account == account_id) & (lies | ran_out)))
    return {pin.mode: pin for pin in pins if pin.ends_at > now}, {pin.mode for pin in pins if pin.ends_at <= now}


def side_of(session: TutoringSession, account_id: int) -> Running:
    is_student = session.student_id == account_id
    other = session.tutor_id if is_student else session.student_id
    # Both are there while it runs: an account that goes away takes the row in InSession along.
    return Running(other or 0, STUDENT if is_student else TUTOR, session.started_at, session.rate)


def show(account_id: int, login_session_id: int | None) -> Counters:
    """What a person is told who asks; the device that they ask from shows it then, and an expired pin is told once."""
    accounts.hold(account_id)
    counters = of(account_id)
    ran_out = (Pin.account == account_id) & (Pin.ends_at <= clock.now()) & Pin.expiry_shown_at.is_null()
    if counters.events:
        Pin.update(expiry_shown_at=clock.now()).where(ran_out).execute()
        moved(account_id, seen_on=login_session_id)
    else:
        devices.note_shown(login_session_id, counters.as_text())
    return counters


def moved(*account_ids: int, seen_on: int | None = None, before: Counters | None = None) -> None:
    """Say that these people's counters may be others now; `seen_on` is the login session of who did it themselves.

    Where they saw only some of what was new, `before` is how it was: a device that did not show that is still to be
    told of the rest. For exact figures under concurrent writers the people have to be held (`accounts.hold`).
    """
    for account_id in sorted(set(account_ids)):
        counters = of(account_id)
        devices.note_shown(seen_on, counters.as_text(), instead_of=None if before is None else before.as_text())
        record(CountersMoved(account_id, counters, devices.are_there(account_id)))
