"""Mail to members: a welcome, the link with their secret, and the magic link that signs them in.

A mail is marked as taken when its server has accepted it. A worker that dies in between sends once more, under the same
Message-ID. What a mail is to say is asked at each try: a link that was used, was replaced or has run out is never sent
late, and neither is a secret that was taken back.
"""

from __future__ import annotations

import structlog

from hub.domain import hops, magic_links, member_secrets, members, sent_messages
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.reactions.members import MAIL_LINK, MAIL_SECRET, MAIL_WELCOME
from workers import jobs, letters
from workers.gateways.errors import GatewayError
from workers.gateways.mail import Mail, MailGateway, RecipientRefused, gateway_for
from workers.jobs import job
from workers.noting import note, note_and_raise, through
from workers.patience import Patience
from workers.runtime import settings

log = structlog.get_logger(__name__)

PROVIDER = "smtp"
TRIES = 30
"""Over about five hours: mail servers are mended, and many first say "later" to whoever they do not know."""

OFF = "mail is off: set HUB_SMTP_URL and HUB_MAIL_FROM"

patience = Patience()


@job(MAIL_WELCOME, max_attempts=TRIES)
def mail_welcome(secret_id: int) -> None:
    _mail_secret("welcome", secret_id)


@job(MAIL_SECRET, max_attempts=TRIES)
def mail_secret(secret_id: int) -> None:
    _mail_secret("member_secret", secret_id)


def _mail_secret(kind: str, secret_id: int) -> None:
    due = run_reading(member_secrets.mailed, secret_id, keys())
    if due is None:
        reason = "it was taken back, or used already"
        note_left_out(reason)
        log.info("secret_not_mailed", secret=secret_id, reason=reason)
        return
    account_id, secret = due
    link = letters.member_link(settings().member_page_address, secret)
    # The same secret may be asked for again, which is another mail.
    send_letter(kind, account_id, f"{kind} {secret_id} {jobs.at_hand()}", link=link, secret=secret)


@job(MAIL_LINK, max_attempts=TRIES)
def mail_link(link_id: int, round: str) -> None:
    due = run_reading(magic_links.to_mail, link_id, round, keys())
    if due is None:
        reason = "it was used, has run out, or another took its place"
        note_left_out(reason)
        log.info("magic_link_not_mailed", link=link_id, reason=reason)
        return
    account_id, token, expires_at = due
    link, until = letters.magic_link(token), letters.moment(expires_at)
    send_letter("magic_link", account_id, f"magic_link {link_id} {round}", link=link, until=until)


def keys() -> Keys:
    return Keys(settings().secret_key)


def is_on() -> bool:
    return gateway_for(settings()) is not None


def note_left_out(reason: str, account_id: int | None = None) -> None:
    note(account_id, hops.EMAIL, hops.LEFT_OUT, detail=reason)


def send_letter(kind: str, account_id: int, key: str, **said: str) -> None:
    gateway = gateway_for(settings())
    if gateway is None:
        note_left_out(OFF, account_id)
        what_to_do = "set HUB_SMTP_URL and HUB_MAIL_FROM; this mail was not sent"
        log.error("mail_is_off", kind=kind, account=account_id, what_to_do=what_to_do)
        return
    address = run_reading(members.address_of, account_id)
    if address is None:
        note_left_out("they have no e-mail address", account_id)
        log.info("nobody_to_mail", kind=kind, account=account_id)
        return
    message = run(_begun, kind, account_id, key)
    if not run_reading(sent_messages.is_taken, message):
        to, name = address
        subject, text, html = letters.written(kind, name=letters.greeting(name), **said)
        _send_or_note(gateway, Mail(message, to, subject, text, html), kind, account_id)


def _begun(kind: str, account_id: int, key: str) -> str:
    return sent_messages.begin(
        channel=sent_messages.EMAIL, purpose=kind, account_id=account_id, key=key, job_id=jobs.at_hand()
    )


def _send_or_note(gateway: MailGateway, mail: Mail, kind: str, account_id: int) -> None:
    try:
        _send(gateway, mail, kind)
    except GatewayError as wrong:
        note_and_raise(account_id, hops.EMAIL, wrong, via=through(gateway, PROVIDER))


def _send(gateway: MailGateway, mail: Mail, kind: str) -> None:
    try:
        # There is one server, so whom it is to leave alone is the provider, whoever the mail was for.
        with patience.asking(PROVIDER, PROVIDER):
            reference = gateway.send(mail)
    except RecipientRefused as no:
        # Anybody may mistype an address: nothing that an operator has to mend.
        log.warning("mail_refused", kind=kind, message=mail.key, reason=str(no))
        run(sent_messages.report, mail.key, "failed", str(no))
        return
    run(sent_messages.accepted, mail.key, reference, through(gateway, PROVIDER))
    log.info("mail_sent", kind=kind, message=mail.key)
