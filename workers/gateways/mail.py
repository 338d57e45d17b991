"""Mail: what is written to somebody, and which gateway takes it there.

`HUB_SMTP_URL` decides: set, that server is spoken to; `console`, or unset in development, mail is shown in the terminal
and put into the outbox; unset in production, mail is off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from hub import clock
from hub.provider_settings import CONSOLE
from hub.settings import Settings
from hub.smtp_address import address_in, sender_in
from workers.gateways.errors import GatewayError


@dataclass(frozen=True)
class Mail:
    key: str
    """Letters and digits. The same mail has the same one however often it is sent."""
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class RecipientRefused(GatewayError):
    """Nobody will ever deliver to this address; others get theirs."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class MailGateway(Protocol):
    def send(self, mail: Mail) -> str:
        """Return the mail's name once it was accepted; raise GatewayError or RecipientRefused otherwise.

        A send that failed may have arrived all the same; under one key a mail has one Message-ID.
        """


def message_id(mail: Mail, sender: Address) -> str:
    return f"<{mail.key}@{sender.domain}>"


def message_of(mail: Mail, sender: Address) -> EmailMessage:
    """The mail as it travels; raises GatewayError where it can be written to nobody."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _recipient(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now().replace(tzinfo=UTC))
    message["Message-ID"] = message_id(mail, sender)
    # Nobody's "I am on holiday" should answer it.
    message["Auto-Submitted"] = "auto-generated"
    # Every server takes quoted-printable, however long the lines are.
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def _recipient(to: str) -> Address:
    try:
        return address_in(to)
    except ValueError:
        raise RecipientRefused("the recipient's address is none that mail can go to") from None


def gateway_for(settings: Settings) -> MailGateway | None:
    """This process's gateway; None while mail is off."""
    if _in_use:
        return _in_use[0]
    if not _made or _made[0][0] is not settings:
        _made[:] = [(settings, _make(settings))]
    return _made[0][1]


def use(*gateway: MailGateway | None) -> None:
    """From now on and whatever the settings say, in this process: `use(MemoryMail())`. `use()` takes it back."""
    _in_use[:] = gateway


_in_use: list[MailGateway | None] = []
_made: list[tuple[Settings, MailGateway | None]] = []


def _make(settings: Settings) -> MailGateway | None:
    if not settings.mail_is_on:
        return None
    # Each is loaded by the process that uses it.
    if settings.smtp_url in ("", CONSOLE):
        from workers.gateways.console import ConsoleMail

        return ConsoleMail(settings.data_dir)
    from workers.gateways.smtp import Smtp

    return Smtp(settings.smtp_url, sender_in(settings.mail_sender))
