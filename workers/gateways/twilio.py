"""Twilio: text messages by its REST of 2010, with the account's auth token.

Limits that are accepted:
- Twilio knows no key under which a repeat is the same message. Where the answer gets lost after a message was accepted,
  be it on a kept connection that `Connections` replaces or until the job's next try, a person may be texted the same
  twice. A code that does not come is worse than one that comes twice.
- Of a refusal only its number is kept: Twilio's words repeat the telephone number.
"""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote, urlencode

import structlog
from pydantic import BaseModel, Field

from hub.settings import Settings
from workers.gateways.connections import SEND_SECONDS, Answer, Connections
from workers.gateways.errors import GatewayError
from workers.gateways.reach import within
from workers.gateways.sms import NumberRefused, Sms

log = structlog.get_logger(__name__)

LONGEST_VALIDITY = 14_400
"""Seconds that every version of Twilio takes."""
NUMBER_REFUSED = {
    21211: "it is no telephone number",
    21214: "it cannot be reached",
    21217: "it is no telephone number",
    21610: "its owner has unsubscribed",
    21612: "it cannot be reached from HUB_TWILIO_FROM",
    21614: "it is no mobile number",
    21635: "it is a landline",
}
BAD_CALLBACK = 21609
HINTS = {
    20003: "check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_AUTH_TOKEN",
    20404: "check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_URL",
    21408: "allow the country in Twilio's console, or take it out of HUB_SMS_COUNTRIES",
    21603: "check HUB_TWILIO_FROM",
    21606: "HUB_TWILIO_FROM is no number of this account that can text",
    21608: "a trial account texts to verified numbers only",
    21659: "HUB_TWILIO_FROM is no number of this account",
}
WHAT_TO_DO = {
    401: "check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_AUTH_TOKEN",
    403: "check in Twilio's console that the account may send",
    404: "check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_URL",
}


class _Accepted(BaseModel):
    sid: str = Field("", pattern="^[A-Za-z0-9]{1,100}$")


class _Refusal(BaseModel):
    code: int = 0


class Twilio:
    def __init__(self, settings: Settings, *, seconds: float = SEND_SECONDS) -> None:
        account = settings.twilio_account_sid
        self._url = f"{settings.twilio_url}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
        login = b64encode(f"{account}:{settings.twilio_auth_token}".encode()).decode()
        self._headers = {"authorization": f"Basic {login}", "content-type": "application/x-www-form-urlencoded"}
        self._from = settings.twilio_from
        self._seconds = seconds
        self._connections = Connections()

    def send(self, sms: Sms) -> str:
        form = {"To": sms.number, "From": self._from, "Body": sms.text, "ValidityPeriod": str(_validity(sms))}
        with within(self._seconds):
            answer = self._post({**form, "StatusCallback": sms.report_to})
            if answer.status == 400 and answer.read(_Refusal).code == BAD_CALLBACK:
                log.warning("sms_without_report", what_to_do="set HUB_PUBLIC_URL to an address that Twilio can reach")
                answer = self._post(form)
        if answer.status != 201:
            raise _refusal(answer)
        return answer.read(_Accepted).sid

    def _post(self, form: dict[str, str]) -> Answer:
        return self._connections.post(self._url, headers=self._headers, content=urlencode(form).encode())

    def close(self) -> None:
        self._connections.close()


def _validity(sms: Sms) -> int:
    return max(1, min(sms.lasts_seconds, LONGEST_VALIDITY))


def _refusal(answer: Answer) -> GatewayError:
    code = answer.read(_Refusal).code
    if answer.status == 400 and code in NUMBER_REFUSED:
        return NumberRefused(f"Twilio refused the number with code {code}: {NUMBER_REFUSED[code]}")
    hint = HINTS.get(code) or WHAT_TO_DO.get(answer.status)
    words = [f"with code {code}"] if code else []
    return answer.refusal("Twilio", "; ".join([*words, *([hint] if hint else [])]))
