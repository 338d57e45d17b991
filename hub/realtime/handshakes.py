"""Who may open an Engine.IO session, and how a WebSocket's handshake is answered."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from dataclasses import dataclass, field

from hub.realtime.opening import Opening
from hub.wire import strict_json

POLLING, WEBSOCKET = "polling", "websocket"
PROTOCOL = "4"
_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What RFC 6455, section 4.2.2, has the server add to the client's key."""


@dataclass(frozen=True)
class Refused:
    """An HTTP answer that says no, with the code and the words of Engine.IO's own errors."""

    status: int
    code: int
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        return strict_json.dumps({"code": self.code, "message": self.message})

    @property
    def raw(self) -> bytes:
        """The whole answer, after which the connection is closed."""
        body = self.body.encode()
        said = {"Content-Type": "application/json", "Content-Length": str(len(body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in said.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


_REASONS = {400: "Bad Request", 403: "Forbidden", 413: "Content Too Large", 503: "Service Unavailable"}

UNKNOWN_TRANSPORT = Refused(400, 0, "Transport unknown")
UNKNOWN_SESSION = Refused(400, 1, "Session ID unknown")
BAD_METHOD = Refused(400, 2, "Bad handshake method")
BAD_REQUEST = Refused(400, 3, "Bad request")
FORBIDDEN = Refused(403, 4, "Forbidden")
BAD_PROTOCOL = Refused(400, 5, "Unsupported protocol version")
TOO_LARGE = Refused(413, 3, "Payload too large")


def busy(retry_after: float) -> Refused:
    """Come back in so many seconds."""
    return Refused(503, 3, "Try again later", {"Retry-After": str(math.ceil(retry_after))})


def wants_websocket(opening: Opening) -> bool:
    return opening.headers.get("upgrade", "").lower() == WEBSOCKET


def refusal_of(opening: Opening, origins: tuple[str, ...]) -> Refused | None:
    """Why this request is none of the protocol's, or of an origin that is not let in; None if all is well."""
    query = opening.query
    if query.get("transport") not in (POLLING, WEBSOCKET):
        return UNKNOWN_TRANSPORT
    if query.get("EIO") != PROTOCOL:
        return BAD_PROTOCOL
    if (query["transport"] == WEBSOCKET) != wants_websocket(opening):
        return BAD_REQUEST
    origin = opening.headers.get("origin")
    if origin is not None and "*" not in origins and origin not in origins:
        return FORBIDDEN
    return None if "sid" in query or opening.method == "GET" else BAD_METHOD


def accepted(opening: Opening) -> bytes | None:
    """The answer that makes the connection a WebSocket; None where the client has not asked as it must.

    Extensions are declined: a compression context costs more memory than the client itself.
    """
    headers = opening.headers
    key = headers.get("sec-websocket-key", "")
    asks_to_upgrade = "upgrade" in (word.strip() for word in headers.get("connection", "").lower().split(","))
    if opening.method != "GET" or not asks_to_upgrade or headers.get("sec-websocket-version") != "13":
        return None
    try:
        if len(base64.b64decode(key, validate=True)) != 16:
            return None
    except (binascii.Error, ValueError):
        return None
    proof = base64.b64encode(hashlib.sha1(key.encode() + _ACCEPT, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n"
    )
