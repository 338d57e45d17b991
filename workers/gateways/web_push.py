"""Web Push: to browsers, encrypted (RFC 8291) and signed with the hub's own key (VAPID, RFC 8292).

An endpoint is chosen by a browser, that is by anybody. So it is spoken to by https only, at addresses of the Internet
only, and whatever it answers but a status is not looked at. In development the loopback is allowed, for stand-ins.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

import httpx2

from hub import clock
from hub.provider_settings import p256_key
from hub.settings import Settings
from workers.gateways.connections import SEND_SECONDS, Connections
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push
from workers.gateways.reach import MayReach, in_public, in_public_or_here, within

SIGNED_FOR = timedelta(hours=12)
"""Push services take a signature for a day at most."""
LARGEST_TEXT = 3993
"""Bytes that encrypt to the 4096 that every push service must take."""
ACCEPTED = {200, 201, 202, 204}
GONE = {404, 410}
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?")


class WebPush:
    def __init__(self, settings: Settings, *, seconds: float = SEND_SECONDS) -> None:
        self._key = p256_key(settings.vapid_private_key)
        self._subject = settings.vapid_subject
        self._may_reach: MayReach = in_public_or_here if settings.in_development else in_public
        self._seconds = seconds
        self._connections = Connections(self._may_reach)

    def send(self, push: Push) -> None:
        endpoint = endpoint_of(push.address, self._may_reach)
        content = _encrypted(push)
        headers = {**_headers(push), "authorization": self._signature(endpoint)}
        with within(self._seconds):
            answer = self._connections.post(push.address, headers=headers, content=content)
        if answer.status in GONE:
            raise DeviceGone(f"{endpoint.host}: the subscription has ended ({answer.status})")
        if answer.status not in ACCEPTED:
            raise answer.refusal(endpoint.host)

    def _signature(self, endpoint: httpx2.URL) -> str:
        from py_vapid import Vapid

        audience = f"https://{endpoint.raw_host.decode()}" + (f":{endpoint.port}" if endpoint.port else "")
        until = (clock.now() + SIGNED_FOR).replace(tzinfo=UTC)
        claims = {"aud": audience, "exp": int(until.timestamp()), "sub": self._subject}
        # Its own check of the subject refuses paths; the settings have checked it.
        return Vapid(self._key, conf={"no-strict": True}).sign(claims)["Authorization"]

    def close(self) -> None:
        self._connections.close()


def endpoint_of(address: str, may_reach: MayReach) -> httpx2.URL:
    """The endpoint, if it is one that a push service could have; raises DeviceGone."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        raise DeviceGone("the endpoint is no URL") from None
    is_plain = url.scheme == "https" and not url.userinfo and 0 < (url.port or 443) < 65536
    if not (is_plain and _may_be_host(url.raw_host.decode(), may_reach)):
        raise DeviceGone("the endpoint is none of a push service")
    return url


def _may_be_host(host: str, may_reach: MayReach) -> bool:
    """A name is judged when it is looked up, by what it means then."""
    try:
        return may_reach(ipaddress.IPv4Address(host))
    except ValueError:
        return HOST.fullmatch(host) is not None


def _headers(push: Push) -> dict[str, str]:
    return {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(push.lasts_seconds),
        "urgency": "high" if push.text else "low",
        "topic": _topic(push.collapse_id),
    }


def _topic(collapse_id: str) -> str:
    """Push services take 32 characters of base64url, and see no more of it than that."""
    return base64.urlsafe_b64encode(hashlib.sha256(collapse_id.encode()).digest()[:24]).decode()


def _encrypted(push: Push) -> bytes:
    # It imports aiohttp, which no worker loads without need.
    from pywebpush import WebPusher

    keys = _checked(push.keys)
    text = json.dumps({**push.payload, "message": push.text}, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > LARGEST_TEXT:
        raise GatewayError(f"the push has {len(text)} bytes; a browser's takes {LARGEST_TEXT}", permanent=True)
    encrypted: dict[str, Any] = WebPusher({"endpoint": push.address, "keys": keys}).encode(text)
    return encrypted["body"]


def _checked(keys: Mapping[str, str] | None) -> dict[str, str]:
    """A browser's keys, if one can encrypt for them; raises DeviceGone."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        point, secret = (_bytes_of((keys or {})[name]) for name in ("p256dh", "auth"))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (KeyError, TypeError, ValueError) as wrong:
        raise DeviceGone(f"the browser's keys are no use: {type(wrong).__name__}") from None
    if len(secret) != 16:
        raise DeviceGone("the browser's keys are no use: auth has not 16 bytes")
    return {"p256dh": _base64url(point), "auth": _base64url(secret)}


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
