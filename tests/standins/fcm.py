"""A stand-in for FCM and for the place where Google grants access. It checks the assertion (RS256) and the message."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from hub import clock
from tests.standins.certificate import Certificate, pem_of
from tests.standins.saying import Heard, Reply
from tests.standins.server import StandIn

PROJECT = "halp-example"
EMAIL = "hub@halp-example.iam.example"
KEY_ID = "0123456789abcdef"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


@cache
def _key() -> rsa.RSAPrivateKey:
    """Made once: it takes long."""
    return rsa.generate_private_key(65537, 2048)


class FcmStandIn(StandIn):
    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self.messages: list[dict[str, Any]] = []
        self.granted: list[str] = []
        """Access tokens that are good."""
        self.grants = 0
        self.unregistered: set[str] = set()
        self.malformed: set[str] = set()
        self.of_another_sender: set[str] = set()

    @property
    def account(self) -> dict[str, str]:
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": KEY_ID,
            "private_key": pem_of(_key()),
            "client_email": EMAIL,
            "token_uri": f"{self.address}/token",
        }

    @property
    def settings(self) -> dict[str, str]:
        return {"fcm_url": self.address, "fcm_service_account": json.dumps(self.account)}

    def answer(self, request: Heard) -> Reply:
        if (request.method, request.path) == ("POST", "/token"):
            return self._grant(request)
        if (request.method, request.path) == ("POST", f"/v1/projects/{PROJECT}/messages:send"):
            return self._send(request)
        return _refusal(404, "NOT_FOUND")

    def _grant(self, request: Heard) -> Reply:
        form = parse_qs(request.body.decode())
        now = (clock.now() - datetime(1970, 1, 1)).total_seconds()
        try:
            (assertion,) = form["assertion"]
            claims = jwt.decode(
                assertion,
                _key().public_key(),
                algorithms=["RS256"],
                audience=f"{self.address}/token",
                options={"verify_iat": False, "verify_exp": False},
            )
        except (KeyError, jwt.InvalidTokenError) as wrong:
            return Reply(400, {"error": "invalid_grant", "error_description": str(wrong)})
        is_fresh = claims["iat"] <= now < claims["exp"] <= claims["iat"] + 3600
        is_ours = (claims["iss"], claims["scope"], form["grant_type"]) == (EMAIL, SCOPE, [GRANT])
        if not (is_fresh and is_ours):
            return Reply(400, {"error": "invalid_grant"})
        self.grants += 1
        self.granted.append(f"access-{self.grants}")
        return Reply(200, {"access_token": self.granted[-1], "expires_in": 3599, "token_type": "Bearer"})

    def _send(self, request: Heard) -> Reply:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.granted:
            return _refusal(401, "UNAUTHENTICATED")
        message = request.json["message"]
        odd = [name for name, value in message["data"].items() if not isinstance(value, str)]
        if odd or not message["android"]["ttl"].endswith("s"):
            return _refusal(400, "INVALID_ARGUMENT", fields=["message.data[0].value"])
        if message["token"] in self.malformed:
            return _refusal(400, "INVALID_ARGUMENT", fields=["message.token"], code="INVALID_ARGUMENT")
        if message["token"] in self.unregistered:
            return _refusal(404, "NOT_FOUND", code="UNREGISTERED")
        if message["token"] in self.of_another_sender:
            return _refusal(403, "PERMISSION_DENIED", code="SENDER_ID_MISMATCH")
        self.messages.append(message)
        return Reply(200, {"name": f"projects/{PROJECT}/messages/{len(self.messages)}"})


def _refusal(status: int, word: str, *, fields: list[str] | None = None, code: str = "") -> Reply:
    details: list[dict[str, Any]] = [{"@type": FCM_ERROR, "errorCode": code}] if code else []
    if fields:
        violations = [{"field": field, "description": "Invalid"} for field in fields]
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations})
    return Reply(status, {"error": {"code": status, "message": word, "status": word, "details": details}})
