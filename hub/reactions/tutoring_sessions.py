"""Tutoring sessions: both people hear of every step. The end is also paid for, and pushed to both whoever looks."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain.tutoring_sessions import HandOffered, OfferExpired, OfferProlonged, SessionEnded, SessionStarted
from hub.reactions.streams import sessions_of
from hub.wire import halp
from models import Offer, TutoringSession

EXPIRE_OFFER = "sessions.expire_offer"
CHARGE = "payments.charge"
PUSH_END = "push.session_ended"


@deliveries.register
def _(fact: HandOffered) -> list[Delivery]:
    offer = fact.offer
    heard = Emit(sessions_of(offer.offered_to_id), "offered", halp.offer(offer, viewer=offer.offered_to_id))
    return [heard, look_when_it_is_over(offer)]


@deliveries.register
def _(fact: OfferProlonged) -> list[Delivery]:
    return [look_when_it_is_over(fact.offer)]


def look_when_it_is_over(offer: Offer) -> Job:
    """One job for an offer, however often somebody presses."""
    key = f"offer:{offer.id}"
    return Job(EXPIRE_OFFER, {"offer_id": offer.id}, due_at=offer.expires_at, unique_key=key, again=True)


@deliveries.register
def _(fact: OfferExpired) -> list[Delivery]:
    return [
        Emit(sessions_of(person), "expired", halp.offer(fact.offer, viewer=person)) for person in ends_of(fact.offer)
    ]


@deliveries.register
def _(fact: SessionStarted) -> list[Delivery]:
    session = fact.session
    return [Emit(sessions_of(one), "started", halp.session_of(session, viewer=one)) for one in people_in(session)]


@deliveries.register
def _(fact: SessionEnded) -> list[Delivery]:
    session = fact.session
    heard = [
        Emit(sessions_of(one), "ended", halp.ended(session, viewer=one, ended_by=fact.ended_by))
        for one in people_in(session)
    ]
    pushed = [
        Job(PUSH_END, {"account_id": one, "session_number": session.id}, unique_key=f"push-end:{session.id}:{one}")
        for one in people_in(session)
    ]
    return [*heard, *pushed, Job(CHARGE, {"session_number": session.id}, unique_key=f"charge:{session.id}")]


def ends_of(offer: Offer) -> list[int]:
    return [offer.offered_by_id, offer.offered_to_id]


def people_in(session: TutoringSession) -> list[int]:
    return [person for person in (session.student_id, session.tutor_id) if person is not None]
