"""A stand-in for APNs. It checks the provider token, the topic, the path and the payload, as Apple does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import jwt

from hub import clock
from tests.standins.certificate import Certificate, new_key, pem_of
from tests.standins.saying import Heard, Reply
from tests.standins.server import StandIn

KEY_ID = "ABC123DEFG"
TEAM_ID = "DEF123GHIJ"
TOPIC = "org.example.halp"
LARGEST_BODY = 4096


@dataclass(frozen=True)
class Pushed:
    token: str
    headers: dict[str, str]
    """Those that are Apple's own."""
    body: Any


class ApnsStandIn(StandIn):
    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self._key = new_key()
        self.pushes: list[Pushed] = []
        self.gone: dict[str, int] = {}
        """Tokens that are no longer registered, since when in milliseconds."""

    @property
    def settings(self) -> dict[str, str]:
        return {
            "apns_url": self.address,
            "apns_key": pem_of(self._key),
            "apns_key_id": KEY_ID,
            "apns_team_id": TEAM_ID,
            "apns_topic": TOPIC,
        }

    def answer(self, request: Heard) -> Reply:
        refused = self._no_provider(request) or self._no_device(request) or self._no_push(request)
        if refused:
            return refused
        own = {name: value for name, value in request.headers.items() if name.startswith("apns-")}
        self.pushes.append(Pushed(request.path.rpartition("/")[2], own, request.json))
        return Reply(200, headers={"apns-id": "EC1BF194-B3B2-424A-89E5-4A3F9D3AF3D2"})

    def _no_provider(self, request: Heard) -> Reply | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "bearer":
            return _refusal(403, "MissingProviderToken")
        try:
            claims = jwt.decode(token, self._key.public_key(), algorithms=["ES256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return _refusal(403, "InvalidProviderToken")
        if (jwt.get_unverified_header(token).get("kid"), claims.get("iss")) != (KEY_ID, TEAM_ID):
            return _refusal(403, "InvalidProviderToken")
        age = clock.now().replace(tzinfo=UTC).timestamp() - claims["iat"]
        if not 0 <= age <= timedelta(hours=1).total_seconds():
            return _refusal(403, "ExpiredProviderToken")
        return None

    def _no_device(self, request: Heard) -> Reply | None:
        if request.method != "POST" or not request.path.startswith("/3/device/"):
            return _refusal(404, "BadPath")
        token = request.path.removeprefix("/3/device/")
        if not re.fullmatch("[0-9a-fA-F]{4,}", token):
            return _refusal(400, "BadDeviceToken")
        if token in self.gone:
            return _refusal(410, "Unregistered", timestamp=self.gone[token])
        return None

    def _no_push(self, request: Heard) -> Reply | None:
        headers = request.headers
        if headers.get("apns-topic") != TOPIC:
            return _refusal(400, "TopicDisallowed")
        if headers.get("apns-push-type") not in ("alert", "background"):
            return _refusal(400, "InvalidPushType")
        if headers.get("apns-priority") not in ("10", "5") or not headers.get("apns-expiration", "").isdecimal():
            return _refusal(400, "BadPriority")
        if len(headers.get("apns-collapse-id", "").encode()) > 64:
            return _refusal(400, "BadCollapseId")
        if len(request.body) > LARGEST_BODY:
            return _refusal(413, "PayloadTooLarge")
        return None if "aps" in request.json else _refusal(400, "PayloadEmpty")


def _refusal(status: int, reason: str, **more: Any) -> Reply:
    return Reply(status, {"reason": reason, **more})
