"""Text messages: the code that shows a telephone number to be somebody's own.

A message is marked as taken when its provider has accepted it. A worker that dies in between sends once more, and the
code is the same. What is known only when it is its turn is asked at each try: a code that has run out, was shown or was
replaced is never sent late.
"""

from __future__ import annotations

import structlog

from hub import clock
from hub.domain import phone_checks, sent_messages
from hub.domain.credentials import Keys
from hub.domain.phone_checks import ToText
from hub.perform import run, run_reading
from hub.reactions.members import TEXT_CODE
from hub.wire.addresses import absolute
from workers.gateways.sms import NumberRefused, Sms, SmsGateway, gateway_for
from workers.jobs import NotYet, at_hand, job
from workers.noting import through
from workers.patience import LeftAlone, Patience
from workers.runtime import settings

log = structlog.get_logger(__name__)

PROVIDER = "twilio"
TRIES = 12
"""Over more than an hour, should codes last so long; the job ends when the code does."""
PURPOSE = "phone_code"
OFF = "text messages are off: set HUB_TWILIO_FROM"
REPORTS = "/hooks/twilio/status"

patience = Patience()


@job(TEXT_CODE, max_attempts=TRIES)
def phone_code(check_id: int, round: str) -> None:
    """Text somebody the code that they asked for, as long as it is good for anything."""
    due = run_reading(phone_checks.to_text, check_id, round, Keys(settings().secret_key))
    if due is None:
        log.info("phone_code_not_sent", check=check_id, reason="it has run out, was shown, or another took its place")
        return
    gateway = gateway_for(settings())
    if gateway is None:
        run(sent_messages.report, run(_begun, _key(check_id, round)), "failed", OFF)
        log.error("sms_is_off", check=check_id, what_to_do="set HUB_TWILIO_FROM; this code was not sent")
        return
    message = run(_begun, _key(check_id, round))
    if not run_reading(sent_messages.is_taken, message):
        _send(gateway, message, due)


def _key(check_id: int, round: str) -> str:
    return f"{TEXT_CODE} {check_id} {round}"


def _begun(key: str) -> str:
    # A code is for a number: whose that is, it is to show.
    return sent_messages.begin(channel=sent_messages.SMS, purpose=PURPOSE, account_id=None, key=key, job_id=at_hand())


def _send(gateway: SmsGateway, message: str, due: ToText) -> None:
    # What the provider keeps for later must not come once the code is good for nothing.
    left = max(1, int((due.expires_at - clock.now()).total_seconds()))
    text = text_of(due.code, settings().phone_code_seconds)
    sms = Sms(due.number, text, left, absolute(f"{REPORTS}?id={message}"))
    try:
        # There is one account, so whom it is to leave alone is the provider, whatever number it was about.
        with patience.asking(PROVIDER, PROVIDER):
            reference = gateway.send(sms)
    except LeftAlone as early:
        raise NotYet(early.retry_after or 0.0) from None
    except NumberRefused as no:
        # Anybody may mistype a number: nothing that an operator has to mend.
        log.warning("sms_refused", message=message, reason=str(no))
        run(sent_messages.report, message, "failed", str(no))
        return
    run(sent_messages.accepted, message, reference, through(gateway, PROVIDER))
    log.info("texted", message=message, reference=reference)


def text_of(code: str, seconds: int) -> str:
    """One segment of GSM-7. It counts from the asking, so that it is true however late it comes."""
    return f"Your code is {code}. It is good for {_span(seconds)} after you asked for it. Nobody else needs it."


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if not minutes or (rest and minutes < 2):
        return f"{seconds} seconds"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
