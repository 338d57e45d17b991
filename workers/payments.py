"""Payment for a session that has ended, and of the fee for taking part in an event."""

import structlog

from hub.domain import registrations, tutoring_sessions
from hub.perform import run, run_reading
from hub.reactions.teams import CHARGE_FEE
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
def charge_fee(registration_id: str) -> None:
    """Have the fee for one registration paid. Killed before it is noted, it asks once more under the same key."""
    due = run_reading(registrations.payment_due, registration_id)
    if due is None:
        return
    gateway = _gateway()
    if gateway is None:
        log.warning("fee_due", registration=registration_id, what_to_do="set HUB_PAYMENTS; nobody was charged")
        return
    reference = gateway.charge(Payment(due.public_id, due.payer, None, due.amount, REGISTRATION))
    if not run(registrations.paid, registration_id, reference):
        # While the provider was asked, the registration was withdrawn or paid for in another way.
        what_to_do = "pay it back: nothing was due any more"
        log.error("fee_charged_in_vain", registration=registration_id, reference=reference, what_to_do=what_to_do)
