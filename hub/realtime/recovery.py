"""Recovery: what a client brings back from its last connection, and the signed name under which it comes again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from hub.realtime.connection import parse_offset

LONGEST_PID = 100


@dataclass(frozen=True)
class Handshake:
    """What a client said when it connected to a namespace. `wants` is whether it asked for recovery at all."""

    token: str | None = None
    wants: bool = False
    pid: str | None = None
    offset: tuple[str, int] | None = None
    ticket: str | None = None


class BadHandshake(ValueError):
    """The handshake is not an object of the expected kind; `code` goes to the client."""

    code = "bad_handshake"


def parse_handshake(auth: Any) -> Handshake:
    if auth is None:
        return Handshake()
    if not isinstance(auth, dict):
        raise BadHandshake("auth is not an object")
    token, pid = auth.get("token"), auth.get("pid")
    if token is not None and not isinstance(token, str):
        raise BadHandshake("auth.token is not a text")
    pid = pid if isinstance(pid, str) and len(pid) <= LONGEST_PID else None
    ticket = auth.get("ticket")
    ticket = ticket if isinstance(ticket, str) else None
    return Handshake(token or None, auth.get("recover") is True, pid, parse_offset(auth.get("offset")), ticket)


@dataclass(frozen=True)
class Pids:
    """Makes and knows the names under which connections come back: unguessable, signed for one account and stream."""

    secret: str

    def new(self, viewer: str | None, stream: str) -> str:
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._signature(nonce, viewer, stream)}"

    def is_genuine(self, pid: str, viewer: str | None, stream: str) -> bool:
        nonce, _, signature = pid.partition(".")
        return hmac.compare_digest(signature.encode(), self._signature(nonce, viewer, stream).encode())

    def _signature(self, nonce: str, viewer: str | None, stream: str) -> str:
        said = "\0".join(("pid", nonce, viewer or "", stream)).encode()
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()[:32]
