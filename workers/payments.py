"""Payment for a session that has ended, and of the fee for taking part in an event."""

from decimal import Decimal

import structlog

from hub.domain import registrations, tutoring_sessions
from hub.perform import run, run_reading
from hub.reactions.teams import CHARGE_FEE, REFUND_DUE, REFUNDS_DUE
from hub.reactions.tutoring_sessions import CHARGE
from workers.gateways.payments import REGISTRATION, ConsolePayments, Payment, PaymentGateway
from workers.jobs import job
from workers.runtime import settings

log = structlog.get_logger(__name__)


def _gateway() -> PaymentGateway | None:
    """None while payments are off."""
    return ConsolePayments(settings().data_dir) if settings().payments_are_on else None


@job(CHARGE)
def charge(session_number: int) -> None:
    """Have one session paid. Killed before it is marked, it asks once more under the same key."""
    due = run_reading(tutoring_sessions.payment_due, session_number)
    if due is None:
        return
    gateway = _gateway()
    if gateway is None:
        log.warning("payment_due", session=due.public_id, what_to_do="set HUB_PAYMENTS; nobody was charged")
        return
    reference = gateway.charge(Payment(due.public_id, due.student_id, due.tutor_id, due.amount))
    run(tutoring_sessions.paid, session_number, reference)


@job(CHARGE_FEE)
def charge_fee(registration_id: str, amount: str) -> None:
    """Have the fee for one registration paid. Killed before it is noted, it asks once more under the same key."""
    due = run_reading(registrations.payment_due, registration_id)
    if due is None:
        return
    gateway = _gateway()
    if gateway is None:
        log.warning("fee_due", registration=registration_id, what_to_do="set HUB_PAYMENTS; nobody was charged")
        return
    reference = gateway.charge(Payment(due.public_id, due.payer, None, Decimal(amount), REGISTRATION))
    if not run(registrations.paid, registration_id, reference):
        # While the provider was asked, the registration was withdrawn or paid for in another way.
        what_to_do = "pay it back: nothing was due any more"
        log.error("fee_charged_in_vain", registration=registration_id, reference=reference, what_to_do=what_to_do)


@job(REFUND_DUE)
def refund_due(registration_id: str, reference: str | None) -> None:
    """Say that somebody has paid who takes part no more. What staff have received has no reference."""
    _refund("paid_registration_withdrawn", registration_id, reference)


@job(REFUNDS_DUE)
def refunds_due(event_id: str) -> None:
    """Say who has paid for an event that costs nothing any more."""
    for registration_id, reference in run_reading(registrations.paid_for, event_id):
        _refund("paid_fee_fell_away", registration_id, reference)


def _refund(why: str, registration_id: str, reference: str | None) -> None:
    what_to_do = "pay the fee back, or keep it; the hub does neither"
    log.warning(why, registration=registration_id, reference=reference, what_to_do=what_to_do)
