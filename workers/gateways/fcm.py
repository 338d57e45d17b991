"""FCM: Google's push service for Android, version 1, with an access token that the service account asks for (RS256)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from pydantic import BaseModel

from hub import clock
from hub.provider_settings import ServiceAccount, service_account
from hub.settings import Settings
from workers.gateways.connections import SEND_SECONDS, Answer, Connections
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push
from workers.gateways.reach import within

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LASTS = timedelta(hours=1)
SPARE = timedelta(minutes=5)
"""An access token is given up this long before its end, so that none ends on its way."""
LONGEST_TTL = 2_419_200
"""Seconds; Google refuses more."""
BAD_TOKEN = "The registration token is not a valid FCM registration token"
"""What Google says of one today. It used to name the field instead."""
WHAT_TO_DO = "check HUB_FCM_SERVICE_ACCOUNT and its rights"


class _Violation(BaseModel):
    field: str = ""


class _Detail(BaseModel):
    errorCode: str = ""
    fieldViolations: list[_Violation] = []


class _Error(BaseModel):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Refusal(BaseModel):
    error: _Error = _Error()

    @property
    def code(self) -> str:
        """FCM's own word for it, else Google's."""
        codes = [detail.errorCode for detail in self.error.details if detail.errorCode]
        return codes[0] if codes else self.error.status

    def is_about_the_token(self) -> bool:
        fields = [violation.field for detail in self.error.details for violation in detail.fieldViolations]
        return fields == ["message.token"] or (not fields and self.error.message == BAD_TOKEN)


class _Grant(BaseModel):
    access_token: str = ""
    expires_in: int = 0


class Fcm:
    def __init__(self, settings: Settings, *, seconds: float = SEND_SECONDS) -> None:
        account = service_account(settings.fcm_service_account)
        self._url = f"{settings.fcm_url}/v1/projects/{quote(account.project_id, safe='')}/messages:send"
        self._seconds = seconds
        self._connections = Connections()
        self._token = AccessToken(account, self._connections)

    def send(self, push: Push) -> None:
        body = json.dumps({"message": _message(push)}).encode()
        with within(self._seconds):
            answer = self._post(body)
            if answer.status == 401 and answer.read(_Refusal).code != "THIRD_PARTY_AUTH_ERROR":
                self._token.forget()
                answer = self._post(body)
        if answer.status != 200:
            raise _refusal(answer)

    def _post(self, body: bytes) -> Answer:
        headers = {"authorization": f"Bearer {self._token.current()}", "content-type": "application/json"}
        return self._connections.post(self._url, headers=headers, content=body)

    def close(self) -> None:
        self._connections.close()


class AccessToken:
    """Granted for an hour or so, and asked for again shortly before."""

    def __init__(self, account: ServiceAccount, connections: Connections) -> None:
        self._account = account
        self._connections = connections
        self.forget()

    def forget(self) -> None:
        self._text = ""
        self._good_until = datetime.min

    def current(self) -> str:
        if clock.now() >= self._good_until:
            self._ask()
        return self._text

    def _ask(self) -> None:
        form = urlencode({"grant_type": GRANT, "assertion": self._assertion()}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._connections.post(self._account.token_uri, headers=headers, content=form)
        if answer.status != 200:
            raise answer.refusal("Google's grant of access", WHAT_TO_DO)
        granted = answer.read(_Grant)
        if not (granted.access_token.isascii() and granted.access_token.isprintable() and granted.access_token):
            raise GatewayError("Google's grant of access holds no token")
        self._text = granted.access_token
        self._good_until = clock.now() + timedelta(seconds=min(granted.expires_in, 86400)) - SPARE

    def _assertion(self) -> str:
        now = clock.now().replace(tzinfo=UTC)
        claims = {
            "iss": self._account.client_email,
            "scope": SCOPE,
            "aud": self._account.token_uri,
            "iat": now,
            "exp": now + ASSERTION_LASTS,
        }
        return jwt.encode(
            claims, self._account.private_key, algorithm="RS256", headers={"kid": self._account.private_key_id}
        )


def _message(push: Push) -> dict[str, Any]:
    return {
        "token": push.address,
        "data": {name: _as_text(value) for name, value in push.payload.items()},
        "android": {
            "collapse_key": push.collapse_id,
            "priority": "HIGH" if push.text else "NORMAL",
            "ttl": f"{min(push.lasts_seconds, LONGEST_TTL)}s",
        },
    }


def _as_text(value: Any) -> str:
    """Google takes text only; whatever else it is becomes its JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _refusal(answer: Answer) -> GatewayError:
    said = answer.read(_Refusal)
    is_gone = {
        404: said.code == "UNREGISTERED",
        403: said.code == "SENDER_ID_MISMATCH",
        # Said of payloads too, and then of every device alike.
        400: said.is_about_the_token(),
    }
    if is_gone.get(answer.status):
        return DeviceGone(f"FCM: {said.code}")
    is_about_us = answer.status in (401, 403, 404)
    return answer.refusal("FCM", f"{said.code}; {WHAT_TO_DO}" if is_about_us else said.code)
