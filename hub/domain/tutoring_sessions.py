"""Tutoring sessions: two people shake hands, one learns and one teaches, and either of them ends it.

A hand is held out for a few seconds. When the other takes it in time, as the opposite side, exactly one session starts,
whoever presses first, at once, or again. A person is in one session at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hub import clock
from hub.domain import accounts, counters, profiles
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.modes import STUDENT, TUTOR, opposite
from hub.domain.refusals import Conflict, Invalid, NotFound
from models import InSession, Offer, TutoringSession, TutorProfile, locked

CENT = Decimal("0.01")


@dataclass(frozen=True)
class HandOffered:
    offer: Offer


@dataclass(frozen=True)
class OfferProlonged:
    """The hand was out already, and stays out for longer."""

    offer: Offer


@dataclass(frozen=True)
class OfferExpired:
    """A hand was held out in vain: its time ran out, or its owner began a session with somebody else."""

    offer: Offer


@dataclass(frozen=True)
class SessionStarted:
    session: TutoringSession


@dataclass(frozen=True)
class SessionEnded:
    session: TutoringSession
    ended_by: int


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class ActiveSession(Conflict):
    """One session at a time."""

    code = "active_session"


class NoSession(Conflict):
    code = "no_session"


class DurationTooLong(Invalid):
    code = "duration_too_long"


def start(other: int, *, mode: str, held_out_for: timedelta, by: Actor) -> TutoringSession | None:
    """Hold one's hand out to `other`, or take theirs; the session if it runs now, None while the hand is held out.

    Pressed again while the session with the same person runs, it answers that session.
    """
    if other == by.id or not accounts.exists(other):
        raise PartnerNotFound()
    if mode == TUTOR:
        profiles.tutors_only(by)
    # Of two who press at the same moment the second must see the first one's hand.
    accounts.hold(by.id, other)
    running = current(by.id)
    if running is not None:
        if other not in (running.student_id, running.tutor_id):
            raise ActiveSession()
        return running
    if _their_hand_is_out(other, mode, by):
        return _begin(other, mode, by)
    _hold_out(other, mode, held_out_for, by)
    return None


def _their_hand_is_out(other: int, mode: str, by: Actor) -> bool:
    theirs = (Offer.offered_by == other) & (Offer.offered_to == by.id) & (Offer.mode == opposite(mode))
    is_out = Offer.select().where(theirs & (Offer.expires_at > clock.now())).exists()
    # While they are in a session with somebody else they have no hand free.
    return is_out and current(other) is None


def _begin(other: int, mode: str, by: Actor) -> TutoringSession:
    student, tutor = (by.id, other) if mode == STUDENT else (other, by.id)
    session = TutoringSession.create(
        student=student,
        tutor=tutor,
        rate=TutorProfile.get_by_id(tutor).rate,
        # In whole seconds, so that nobody reckons from another start than the one they were told.
        started_at=clock.now().replace(microsecond=0),
    )
    InSession.insert_many({"account": person, "session": session.id} for person in (student, tutor)).execute()
    _take_back_hands(student, tutor)
    record(SessionStarted(session))
    counters.moved(student, tutor)
    return session


def _take_back_hands(*people: int) -> None:
    """The hands of who is in a session now are held out no more; third persons, who heard of one, are told."""
    for offer in Offer.delete().where(Offer.offered_by.in_(people)).returning(Offer).execute():
        if offer.offered_to_id not in people:
            record(OfferExpired(offer))


def _hold_out(other: int, mode: str, held_out_for: timedelta, by: Actor) -> None:
    now = clock.now()
    same = (Offer.offered_by == by.id) & (Offer.offered_to == other) & (Offer.mode == mode)
    was_out = Offer.select().where(same & (Offer.expires_at > now)).exists()
    until = {"expires_at": now + held_out_for}
    kept = Offer.insert(offered_by=by.id, offered_to=other, mode=mode, **until)
    kept.on_conflict(conflict_target=[Offer.offered_by, Offer.offered_to, Offer.mode], update=until).execute()
    offer = Offer.get(same)
    record(OfferProlonged(offer) if was_out else HandOffered(offer))


def expire_offer(offer_id: int) -> None:
    """Tell once that a hand was held out in vain; one that was held out again meanwhile is looked at again."""
    over = (Offer.id == offer_id) & (Offer.expires_at <= clock.now())
    for offer in Offer.delete().where(over).returning(Offer).execute():
        record(OfferExpired(offer))
    still_out = Offer.get_or_none(id=offer_id)
    if still_out is not None:
        record(OfferProlonged(still_out))


def current(account_id: int) -> TutoringSession | None:
    """The session that a person is in."""
    return TutoringSession.select().join(InSession).where(InSession.account == account_id).get_or_none()


def started(other: int, *, mode: str, by: Actor) -> TutoringSession | None:
    """The session with this person in which one is on this side, while it runs."""
    running = current(by.id)
    if running is None:
        return None
    sides = (by.id, other) if mode == STUDENT else (other, by.id)
    return running if (running.student_id, running.tutor_id) == sides else None


def end(seconds: float, *, by: Actor) -> TutoringSession:
    """End one's session, having lasted `seconds`; both are free again. Of two who end it at once, one does."""
    # Also refuses what is no number at all, which is not less than anything.
    if not seconds >= 0:
        raise Invalid("duration", "is negative")
    running = _locked(by.id)
    now = clock.now()
    if seconds > (now - running.started_at).total_seconds():
        raise DurationTooLong("duration", "is longer than the session has lasted")
    running.ended_at, running.duration = now, seconds
    running.amount = amount_of(running.rate, seconds)
    running.save()
    InSession.delete().where(InSession.session == running.id).execute()
    record(SessionEnded(running, by.id))
    people = [person for person in (running.student_id, running.tutor_id) if person is not None]
    counters.moved(*people)
    return running


def _locked(account_id: int) -> TutoringSession:
    """The running session of a person, which nobody else may end until this unit is over."""
    found = current(account_id)
    if found is not None:
        accounts.hold(*(person for person in (found.student_id, found.tutor_id) if person is not None))
        # Somebody may have ended it while this one waited.
        found = locked(
            TutoringSession.select().where((TutoringSession.id == found.id) & TutoringSession.ended_at.is_null())
        ).get_or_none()
    if found is None:
        raise NoSession()
    return found


def amount_of(rate: float, seconds: float) -> Decimal:
    """What a session costs, in the currency's hundredths."""
    exact = Decimal(str(rate)) * Decimal(str(seconds)) / 3600
    return exact.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Due:
    """A payment that is to be made for a session, by the id that makes it the same payment whenever it is asked for."""

    public_id: str
    student_id: int | None
    tutor_id: int | None
    amount: Decimal
    ended_at: datetime


def payment_due(session_number: int) -> Due | None:
    """What is to be paid for an ended session; None where it was."""
    unpaid = (TutoringSession.id == session_number) & TutoringSession.paid_at.is_null()
    session = TutoringSession.get_or_none(unpaid & TutoringSession.ended_at.is_null(False))
    if session is None or session.amount is None or session.ended_at is None:
        return None
    amount = session.amount.quantize(CENT)
    return Due(session.public_id, session.student_id, session.tutor_id, amount, session.ended_at)


def paid(session_number: int, reference: str) -> None:
    """Note that the payment was made, under the provider's name for it."""
    unpaid = (TutoringSession.id == session_number) & TutoringSession.paid_at.is_null()
    TutoringSession.update(paid_at=clock.now(), payment_reference=reference).where(unpaid).execute()
