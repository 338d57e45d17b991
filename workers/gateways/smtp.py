"""Mail by SMTP: one connection for each mail, TLS verified, and all of it within ten seconds.

What a server says in words is left out of errors, because it likes to repeat the recipient's address.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from threading import Timer
from typing import Any

import httpcore2

from hub.smtp_address import MailServer, server_at
from workers.gateways.errors import GatewayError
from workers.gateways.mail import Mail, RecipientRefused, message_id, message_of
from workers.gateways.reach import CONNECT_SECONDS, Network, anywhere, within

SEND_SECONDS = 10.0
"""For a whole mail, with everything that is asked of the server."""
NO_SUCH_MAILBOX = {550, 551, 553}
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


class _Talk(smtplib.SMTP):
    """smtplib's own, but connected by our network, and with a second hold on the connection to end it by."""

    line: socket.socket | None = None

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        connection = Network(anywhere).connect_tcp(host, port, CONNECT_SECONDS).get_extra_info("socket")
        connection.settimeout(timeout)
        self.line = connection.dup()
        return connection

    def end(self) -> None:
        """Whoever waits for the server, wherever that is, waits no longer."""
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)

    def leave(self) -> None:
        """Say goodbye and wait for no answer: what was accepted is accepted."""
        with suppress(smtplib.SMTPException, OSError):
            self.putcmd("quit")
        self.close()
        if self.line is not None:
            self.line.close()


class _TlsTalk(smtplib.SMTP_SSL, _Talk):
    """Encrypted from the beginning."""


class Smtp:
    def __init__(self, address: str, sender: Address) -> None:
        self._server = server_at(address)
        self._sender = sender
        self._trusted = ssl.create_default_context()

    def send(self, mail: Mail) -> str:
        message = message_of(mail, self._sender)
        with _failing_as_gateway(), self._talking() as talk:
            self._greet(talk, self._server)
            to = message["To"].addresses[0].addr_spec
            _give(talk, message, self._sender.addr_spec, to)
        return message_id(mail, self._sender)

    @contextmanager
    def _talking(self) -> Iterator[_Talk]:
        """A connection whose time is limited in all: a server that says a little every second is never late."""
        talk = self._talk()
        late = Timer(SEND_SECONDS, talk.end)
        late.daemon = True
        late.start()
        try:
            with within(SEND_SECONDS):
                yield talk
        finally:
            late.cancel()
            talk.leave()

    def _talk(self) -> _Talk:
        # Without a name smtplib would ask for this machine's, for as long as that takes.
        how: dict[str, Any] = {"local_hostname": self._sender.domain, "timeout": SEND_SECONDS}
        return _TlsTalk(context=self._trusted, **how) if self._server.tls == "immediate" else _Talk(**how)

    def _greet(self, talk: _Talk, server: MailServer) -> None:
        # smtplib verifies the certificate for the host that it was made for, and connects in here, not when it is made.
        talk._host = server.host  # type: ignore[attr-defined]
        code, words = talk.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if server.tls == "starttls":
            talk.starttls(context=self._trusted)
        if server.user:
            talk.login(server.user, server.password)


def _give(talk: _Talk, message: EmailMessage, sender: str, to: str) -> None:
    try:
        talk.send_message(message, sender, [to])
    except smtplib.SMTPNotSupportedError:
        raise RecipientRefused("the mail server takes no addresses with letters like this one's") from None


@contextmanager
def _failing_as_gateway() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as wrong:
        raise _refusal_of_recipient(*next(iter(wrong.recipients.values()))) from None
    except smtplib.SMTPAuthenticationError as wrong:
        raise _refusal(wrong.smtp_code, wrong.smtp_error, "to HUB_SMTP_URL's user and password") from None
    except smtplib.SMTPResponseException as wrong:
        raise _refusal(wrong.smtp_code, wrong.smtp_error, _moment_of(wrong)) from None
    except smtplib.SMTPNotSupportedError as wrong:
        raise GatewayError(f"the mail server cannot do what HUB_SMTP_URL asks for: {wrong}") from None
    except ssl.SSLCertVerificationError as wrong:
        raise GatewayError(f"the mail server's certificate is not trusted: {wrong.verify_message}") from None
    except (smtplib.SMTPException, OSError, httpcore2.NetworkError, httpcore2.TimeoutException) as wrong:
        raise GatewayError(f"the mail server gave no answer to go by: {type(wrong).__name__}") from None


def _moment_of(wrong: smtplib.SMTPResponseException) -> str:
    if isinstance(wrong, smtplib.SMTPSenderRefused):
        return "to HUB_MAIL_FROM's address"
    return "to the mail itself" if isinstance(wrong, smtplib.SMTPDataError) else "to the greeting"


def _refusal_of_recipient(code: int, words: bytes | str) -> GatewayError:
    """A mistyped address is nothing that an operator could mend; a server that relays for nobody is."""
    refusal = _refusal(code, words, "to the recipient")
    enhanced = _enhanced(words)
    is_about_them = enhanced.startswith(("5.1.", "5.2.")) if enhanced else code in NO_SUCH_MAILBOX
    return RecipientRefused(str(refusal)) if is_about_them else refusal


def _refusal(code: int, words: bytes | str, moment: str) -> GatewayError:
    """Codes from 500 on are for good; what is none, such as -1 for nonsense, passes."""
    said = f"{code} {_enhanced(words)}".strip()
    return GatewayError(f"the mail server answered {said} {moment}", permanent=500 <= code < 600)


def _enhanced(words: bytes | str) -> str:
    """The code of three numbers that many servers begin their words with."""
    found = _ENHANCED.match(words if isinstance(words, bytes) else words.encode())
    return found[0].decode() if found else ""
