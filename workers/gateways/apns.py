"""APNs: Apple's push service, over HTTP/2 with a provider token (ES256).

Accepted limitations:
- Each worker process has a provider token of its own. Apple bears that, but would rather have one for all.
- Apple's word that a token is bad is believed. A hub that speaks to the sandbox with devices of the App Store, or the
  other way round, therefore loses these devices until their next sign-in.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from pydantic import BaseModel

from hub import clock
from hub.provider_settings import p256_key
from hub.settings import Settings
from workers.gateways.connections import SEND_SECONDS, Answer, Connections
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push
from workers.gateways.reach import within

TOKEN_LASTS = timedelta(minutes=40)
"""Apple takes a provider token for an hour, and minds when it changes within twenty minutes."""
LARGEST_BODY = 4096
DEVICE_TOKEN = re.compile(r"[0-9a-fA-F]{1,200}")
"""What may become part of a path. Apple promises no length; it has been 64 until now."""
GONE = {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"}


class _Refusal(BaseModel):
    reason: str = ""
    timestamp: int | None = None
    """Milliseconds since 1970."""


class Apns:
    def __init__(self, settings: Settings, *, seconds: float = SEND_SECONDS) -> None:
        self._url = settings.apns_url
        self._topic = settings.apns_topic
        self._token = ProviderToken(settings)
        self._seconds = seconds
        self._connections = Connections()

    def send(self, push: Push) -> None:
        if not DEVICE_TOKEN.fullmatch(push.address):
            raise DeviceGone("this is no device token of Apple's")
        body = _body(push)
        with within(self._seconds):
            answer = self._post(push, body)
            if answer.status == 403 and answer.read(_Refusal).reason == "ExpiredProviderToken":
                self._token.renew()
                answer = self._post(push, body)
        if answer.status != 200:
            raise _refusal(answer)

    def _post(self, push: Push, body: bytes) -> Answer:
        headers = self._headers(push)
        return self._connections.post(f"{self._url}/3/device/{push.address}", headers=headers, content=body)

    def _headers(self, push: Push) -> dict[str, str]:
        return {
            "authorization": f"bearer {self._token}",
            "apns-topic": self._topic,
            "apns-push-type": "alert",
            # Ten wakes the device; with nothing to read, that can wait until it is awake.
            "apns-priority": "10" if push.text else "5",
            "apns-collapse-id": push.collapse_id,
            "apns-expiration": str(_seconds_of(clock.now()) + push.lasts_seconds),
        }

    def close(self) -> None:
        self._connections.close()


class ProviderToken:
    """Says that this hub may push to the app's devices; made anew before Apple finds it too old."""

    def __init__(self, settings: Settings) -> None:
        self._key = p256_key(settings.apns_key)
        self._key_id = settings.apns_key_id
        self._team_id = settings.apns_team_id
        self.renew()

    def renew(self) -> None:
        self._made_at = clock.now()
        claims = {"iss": self._team_id, "iat": _seconds_of(self._made_at)}
        self._text = jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._key_id})

    def __str__(self) -> str:
        # A token from the future, made before the clock was put right, is no good either.
        if not timedelta(0) <= clock.now() - self._made_at < TOKEN_LASTS:
            self.renew()
        return self._text


def _seconds_of(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _body(push: Push) -> bytes:
    aps: dict[str, Any] = {"badge": push.payload["count"], "content-available": 1}
    if push.text:
        aps |= {"alert": push.text, "sound": "default"}
    body = json.dumps({**push.payload, "aps": aps}, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > LARGEST_BODY:
        raise GatewayError(f"the push has {len(body)} bytes; APNs takes {LARGEST_BODY}", permanent=True)
    return body


def _refusal(answer: Answer) -> GatewayError:
    said = answer.read(_Refusal)
    if answer.status == 410:
        return DeviceGone(f"APNs: {said.reason or 'gone'}", since=_moment(said.timestamp))
    if answer.status == 400 and said.reason in GONE:
        return DeviceGone(f"APNs: {said.reason}")
    if answer.status == 403:
        what_to_do = f"{said.reason}; check HUB_APNS_KEY, its id, team and topic, and the clock"
        return answer.refusal("APNs", what_to_do)
    return answer.refusal("APNs", said.reason)


def _moment(milliseconds: int | None) -> datetime | None:
    """None too for what is no moment of the calendar."""
    try:
        return None if milliseconds is None else datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
