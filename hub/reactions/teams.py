"""Teams, registrations and help tickets: whom they concern hears of them on `/teams`.

What must reach people who are not looking is a job besides. It is due after a grace, because who is connected has heard
it by then, and it asks itself whether it is still true and whether anybody was there.
"""

from __future__ import annotations

from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain import notices
from hub.domain.help_tickets import HelpTicketSolved
from hub.domain.invitations import InvitationWithdrawn
from hub.domain.notices import Notice, NoticeUntold, PushesDue
from hub.domain.registrations import PaymentAsked
from hub.domain.seating import (
    CONFIRMED,
    PAYMENT_PENDING,
    WAITING,
    PaidForNothing,
    RegistrationEnded,
    RegistrationMoved,
)
from hub.domain.teams import InvitationAnswered, Invited
from hub.reactions.counters import after_grace
from hub.reactions.streams import teams_of
from hub.wire import techfesia_news, techfesia_teams, techfesia_tickets
from models import Registration

TELL = "notices.tell"
PUSH_NOTICE = "notices.push"
CHARGE_FEE = "payments.registration"
REFUND_DUE = "payments.refund_due"
REFUNDS_DUE = "payments.refunds_due"

NEWS = {(WAITING, CONFIRMED), (PAYMENT_PENDING, CONFIRMED), (PAYMENT_PENDING, WAITING)}
"""The moves of a registration that nobody made themselves who takes part by it."""


@deliveries.register
def _(fact: Invited) -> list[Delivery]:
    invitation = fact.invitation
    heard = Emit(teams_of(invitation.account_id), "invitation", techfesia_teams.invitation(invitation))
    return [heard, tell(notices.of_invitation(invitation))]


@deliveries.register
def _(fact: InvitationWithdrawn) -> list[Delivery]:
    invitation = fact.invitation
    return [Emit(teams_of(invitation.account_id), "invitation", techfesia_news.no_invitation(invitation))]


@deliveries.register
def _(fact: InvitationAnswered) -> list[Delivery]:
    invitation = fact.invitation
    heard = Emit(teams_of(invitation.team.leader_id), "answer", techfesia_news.answer(invitation))
    return [heard, tell(notices.of_answer(invitation))]


@deliveries.register
def _(fact: RegistrationMoved) -> list[Delivery]:
    registration = fact.registration
    said = techfesia_news.registration(registration)
    heard: list[Delivery] = [Emit(teams_of(person), "registration", said) for person in fact.people]
    if (fact.was, registration.state) not in NEWS:
        return heard
    return [*heard, *(tell(notices.of_registration(registration, person)) for person in fact.people)]


@deliveries.register
def _(fact: RegistrationEnded) -> list[Delivery]:
    said = techfesia_news.registration(fact.registration, techfesia_news.WITHDRAWN)
    heard: list[Delivery] = [Emit(teams_of(person), "registration", said) for person in fact.people]
    return heard if fact.registration.paid_at is None else [*heard, refund_due(fact.registration)]


@deliveries.register
def _(fact: PaidForNothing) -> list[Delivery]:
    # One for all that have paid so far, however often such an event is changed.
    key = f"refunds:{fact.event_id}:{fact.last_paid_at.isoformat()}"
    return [Job(REFUNDS_DUE, {"event_id": fact.event_id}, unique_key=key)]


def refund_due(registration: Registration) -> Job:
    """For the operator, who finds it among the jobs, too."""
    arguments = {"registration_id": registration.public_id, "reference": registration.payment_reference}
    return Job(REFUND_DUE, arguments, unique_key=f"refund:{registration.public_id}")


@deliveries.register
def _(fact: HelpTicketSolved) -> list[Delivery]:
    ticket = fact.ticket
    if ticket.opened_by_id is None:
        return []
    heard = Emit(teams_of(ticket.opened_by_id), "ticket", techfesia_tickets.ticket(ticket))
    return [heard, tell(notices.of_ticket(ticket, ticket.opened_by_id))]


@deliveries.register
def _(fact: NoticeUntold) -> list[Delivery]:
    return [tell(fact.notice)]


def tell(notice: Notice) -> Job:
    return Job(TELL, notice.arguments, due_at=after_grace(), unique_key=notice.key, again=True)


@deliveries.register
def _(fact: PushesDue) -> list[Delivery]:
    return [
        Job(PUSH_NOTICE, {**fact.notice.arguments, "device_id": one}, unique_key=f"{fact.notice.key}:{one}")
        for one in fact.device_ids
    ]


@deliveries.register
def _(fact: PaymentAsked) -> list[Delivery]:
    key = f"charge:registration:{fact.registration_id}"
    arguments = {"registration_id": fact.registration_id, "amount": fact.amount}
    return [Job(CHARGE_FEE, arguments, unique_key=key, again=True)]
