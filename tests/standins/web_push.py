"""A stand-in for a push service and its browser: it checks the signature (VAPID) and decrypts what it gets."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub import clock
from tests.standins.certificate import Certificate, Key, new_key, pem_of
from tests.standins.saying import Heard, Reply
from tests.standins.server import StandIn

SUBJECT = "mailto:olga@example.org"
AUTH = b"sixteen bytes ok"
LARGEST_BODY = 4096


@dataclass(frozen=True)
class Shown:
    endpoint: str
    headers: dict[str, str]
    """Those that say how to deliver it."""
    body: Any


class WebPushStandIn(StandIn):
    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self._vapid = new_key()
        self._browser = new_key()
        self.pushes: list[Shown] = []
        self.gone: set[str] = set()
        """Endpoints whose subscription has ended."""

    @property
    def settings(self) -> dict[str, str]:
        return {"vapid_private_key": pem_of(self._vapid), "vapid_subject": SUBJECT}

    def subscription(self, name: str) -> dict[str, Any]:
        """What a browser hands to its page: an endpoint of this stand-in, and keys."""
        keys = {"p256dh": _base64url(_point(self._browser)), "auth": _base64url(AUTH)}
        return {"endpoint": f"{self.address}/push/{name}", "keys": keys}

    def answer(self, request: Heard) -> Reply:
        endpoint = f"{self.address}{request.path}"
        if request.method != "POST" or not request.path.startswith("/push/"):
            return Reply(404)
        if endpoint in self.gone:
            return Reply(410)
        if not self._is_signed(request):
            return Reply(403)
        how = {name: request.headers.get(name, "") for name in ("ttl", "topic", "urgency")}
        if not how["ttl"].isdecimal() or not re.fullmatch("[A-Za-z0-9_-]{1,32}", how["topic"]):
            return Reply(400)
        if len(request.body) > LARGEST_BODY:
            return Reply(413)
        self.pushes.append(Shown(endpoint, how, self._decrypted(request)))
        return Reply(201, headers={"location": f"{self.address}/message/{len(self.pushes)}"})

    def _is_signed(self, request: Heard) -> bool:
        found = re.fullmatch("vapid t=([^,]+),k=(.+)", request.headers.get("authorization", ""))
        if not found or _bytes_of(found[2]) != _point(self._vapid):
            return False
        options = {"verify_exp": False, "require": ["exp", "sub"]}
        try:
            claims = jwt.decode(
                found[1], self._vapid.public_key(), algorithms=["ES256"], audience=self.address, options=options
            )
        except jwt.InvalidTokenError:
            return False
        now = (clock.now() - datetime(1970, 1, 1)).total_seconds()
        return claims["sub"] == SUBJECT and now < claims["exp"] <= now + 86400

    def _decrypted(self, request: Heard) -> Any:
        assert request.headers["content-encoding"] == "aes128gcm"
        text = http_ece.decrypt(request.body, private_key=self._browser, auth_secret=AUTH, version="aes128gcm")
        return json.loads(text)


def _point(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
