"""A real mail server on the loopback that keeps what it is given, and does wrong when it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from enum import Enum, auto
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.standins.certificate import Certificate

USER, PASSWORD = "hub", "p/ss:w@rd"
QUOTED_PASSWORD = "p%2Fss%3Aw%40rd"


class Fault(Enum):
    HANG = auto()
    """Taken, and never answered."""
    TRICKLE = auto()
    """A little every now and then, and never the end of an answer."""
    RESET_AFTER_TAKING = auto()
    """The mail is kept, and the answer gets lost."""


Answer = str | Fault


class SmtpStandIn:
    """`says` has an answer or a fault for a command (`MAIL`, `RCPT`, `DATA`, `AUTH`); else each is taken."""

    def __init__(self, certificate: Certificate, *, tls: str = "none", **how: Any) -> None:
        self.says: dict[str, Answer] = {}
        self.received: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.came_by: list[tuple[str, str | None]] = []
        """For each mail: TLS or plain, and who had signed in."""
        context = None if tls == "none" else certificate.context()
        self._immediate = context if tls == "immediate" else None
        self._how = {
            "enable_SMTPUTF8": True,
            "tls_context": context if tls == "starttls" else None,
            "require_starttls": tls == "starttls",
            **how,
        }
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"localhost:{self._socket.getsockname()[1]}"

    def __enter__(self) -> SmtpStandIn:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), name="mail server")
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self._talks: list[SMTP] = []
        server = await self._loop.create_server(self._talk, sock=self._socket, ssl=self._immediate)
        started.set()
        await self._stopped.wait()
        server.close()
        for talk in self._talks:
            if talk.transport is not None:
                talk.transport.abort()
        # The transports close in the loop's next turns.
        await asyncio.sleep(0.02)

    def _talk(self) -> SMTP:
        talk = SMTP(self, auth_require_tls=False, authenticator=self._sign_in, **self._how)
        self._talks.append(talk)
        return talk

    def _sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        answer = self.says.get("AUTH")
        if isinstance(answer, str):
            return AuthResult(success=False, handled=False, message=answer)
        return AuthResult(success=said == right, handled=False, auth_data=USER)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer(server, "MAIL")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server, "RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._answer(server, "DATA")
        if answer.startswith("250"):
            self._keep(session, envelope)
            if self.says.get("DATA") is Fault.RESET_AFTER_TAKING:
                _reset(server)
        return answer

    def _keep(self, session: Session, envelope: Envelope) -> None:
        assert isinstance(envelope.original_content, bytes)
        message = message_from_bytes(envelope.original_content, policy=SMTPUTF8)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.envelopes.append(envelope)
        # Only what follows STARTTLS is noted as encrypted by the server itself.
        is_encrypted = session.ssl is not None or self._immediate is not None
        self.came_by.append(("TLS" if is_encrypted else "plain", session.auth_data))

    async def _answer(self, server: SMTP, command: str) -> str:
        match self.says.get(command):
            case str(words):
                return words
            case Fault.HANG:
                await self._stopped.wait()
            case Fault.TRICKLE:
                while not self._stopped.is_set():
                    await server.push("250-a moment")
                    await asyncio.sleep(0.02)
        return "250 OK"


def _reset(server: SMTP) -> None:
    assert server.transport is not None
    linger = struct.pack("ii", 1, 0)
    server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    server.transport.abort()
