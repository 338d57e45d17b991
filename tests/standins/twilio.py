"""A stand-in for Twilio's REST: it checks who sends and what, and can tell the hub what became of a message."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import aiohttp

from tests.standins.certificate import Certificate
from tests.standins.saying import Heard, Reply
from tests.standins.server import StandIn

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
AUTH_TOKEN = "a token that Twilio gave"
FROM = "+61480000000"
LOGIN = "Basic " + base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@dataclass(frozen=True)
class Callback:
    """A call of Twilio's to the hub."""

    address: str
    fields: dict[str, str]
    headers: dict[str, str]


class TwilioStandIn(StandIn):
    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self.messages: list[dict[str, str]] = []
        """The forms of those that it accepted, with their `sid`."""
        self.refused: dict[str, int] = {}
        """Numbers that it does not text to, and the code that it says of each."""
        self.unreachable: set[str] = set()
        """Beginnings of callbacks' addresses that it does not take."""

    @property
    def settings(self) -> dict[str, str]:
        account = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": AUTH_TOKEN, "twilio_from": FROM}
        return {"twilio_url": self.address, **account}

    def answer(self, request: Heard) -> Reply:
        if request.headers.get("authorization") != LOGIN:
            return refusal(401, 20003, "Authenticate")
        if (request.method, request.path) != ("POST", MESSAGES):
            return refusal(404, 20404, "The requested resource was not found")
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        return self._refusal_of(form) or self._accept(form)

    def _refusal_of(self, form: dict[str, str]) -> Reply | None:
        for name, code in {"To": 21604, "From": 21603, "Body": 21602}.items():
            if not form.get(name):
                return refusal(400, code, f"A '{name}' is required.")
        if form["From"] != FROM:
            return refusal(400, 21606, f"The 'From' number {form['From']} is not yours")
        if any(form.get("StatusCallback", "").startswith(beginning) for beginning in self.unreachable):
            return refusal(400, 21609, f"The 'StatusCallback' URL {form['StatusCallback']} is not a valid URL.")
        if not 1 <= int(form.get("ValidityPeriod", "14400")) <= 14400:
            return refusal(400, 21667, "Invalid validity period")
        code = self.refused.get(form["To"])
        return refusal(400, code, f"The 'To' number {form['To']} is not valid.") if code else None

    def _accept(self, form: dict[str, str]) -> Reply:
        sid = f"SM{len(self.messages) + 1:032x}"
        self.messages.append({**form, "sid": sid})
        return Reply(201, {"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"], "error_code": None})

    def callback(self, message: dict[str, str], status: str, **more: str) -> Callback:
        """How it tells what became of a message: signed as its documents say."""
        fields = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": FROM,
            "MessageSid": message["sid"],
            "MessageStatus": status,
            "SmsSid": message["sid"],
            "SmsStatus": status,
            "To": message["To"],
            **more,
        }
        return signed(message["StatusCallback"], fields)

    async def tell(self, message: dict[str, str], status: str, **more: str) -> int:
        """Call the hub at the address that came with the message; answers the hub's status."""
        call = self.callback(message, status, **more)
        session = aiohttp.ClientSession()
        async with session as http, http.post(call.address, data=call.fields, headers=call.headers) as reply:
            return reply.status


def signed(address: str, fields: dict[str, str], token: str = AUTH_TOKEN) -> Callback:
    said = address
    for name in sorted(fields):
        said += name + fields[name]
    signature = base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()
    return Callback(address, fields, {"X-Twilio-Signature": signature})


def refusal(status: int, code: int, message: str, **headers: str) -> Reply:
    body: dict[str, Any] = {"code": code, "message": message, "more_info": f"…/docs/errors/{code}", "status": status}
    return Reply(status, body, headers)
