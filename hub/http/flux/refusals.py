"""Saying no in Flux: `{"status": "error", "error": "..."}`, whose words are shown to people as they stand.

An address that is taken is said in plain text, as the sign-up form shows it; `error_args` names the field at fault.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain.accounts import EmailTaken
from hub.domain.feedback import TooMuchFeedback
from hub.domain.member_checks import CheckOfAnotherKind, CheckOver
from hub.domain.once import KeyUsedForAnother
from hub.domain.phone_bank import CallOver
from hub.domain.phone_checks import WrongNonce
from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany
from hub.domain.roles import EmailNotFound, RoleNeeded
from hub.http.bodies import BadRequest
from hub.http.dialect import RETRY_AFTER_SECONDS, Crash, Unavailable
from hub.wire import flux, strict_json

TAKEN = "This e-mail address belongs to a member already. Ask for your sign-in link instead."
NOT_NOW = "the server cannot answer just now; try again in a moment"
WORDS = {
    NotSignedIn: "not signed in: the secret s is missing or no longer good",
    RoleNeeded: "your account has not the role that this needs",
    WrongNonce: "this phone number was not verified with this phone_verify_nonce",
    TooMuchFeedback: "You've submitted too much feedback!",
    CheckOver: "this member was checked or changed their details meanwhile; ask for the next one",
    CheckOfAnotherKind: "say doubleCheck exactly as when you asked for this member",
    CallOver: "this call is not yours to report, or its time is over; ask for the next member",
    KeyUsedForAnother: "this Idempotency-Key came with another body; use a new one",
}
STATUS = {NotSignedIn: 403, NotAllowed: 403, NotFound: 404, Conflict: 409, Invalid: 400, TooMuchFeedback: 200}
"""Too much feedback is documented with HTTP 200."""
HTTP_WORDS = {404: "there is nothing at this address", 405: "this address does not take that method"}


def refuse(no: Exception) -> web.Response:
    if isinstance(no, EmailTaken):
        return web.Response(status=409, text=TAKEN, content_type="text/html", charset="UTF-8")
    if isinstance(no, TooMany):
        return _say(429, f"too many requests; try again in {no.retry_after} seconds", _after(no.retry_after))
    if isinstance(no, Refusal):
        return _refusal(no)
    if isinstance(no, BadRequest):
        return _say(no.status, no.reason)
    if isinstance(no, web.HTTPException):
        allowed = no.headers.get("Allow")
        return _say(no.status, HTTP_WORDS.get(no.status, no.reason), {"Allow": allowed} if allowed else None)
    if isinstance(no, Unavailable):
        return _say(503, str(no) or NOT_NOW, _after(RETRY_AFTER_SECONDS))
    assert isinstance(no, Crash)
    return _say(500, "the error was noted")


def _refusal(no: Refusal) -> web.Response:
    if isinstance(no, EmailNotFound):
        # Documented with HTTP 200.
        return _say(200, "email not found")
    status = next(status for kind, status in STATUS.items() if isinstance(no, kind))
    if isinstance(no, Invalid):
        return _say(status, f"{no.field} {no.reason}", error_args={no.field: no.reason})
    words = next((words for kind, words in WORDS.items() if isinstance(no, kind)), no.code.replace("_", " "))
    return _say(status, words)


def _after(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}


def _say(status: int, reason: str, headers: dict[str, str] | None = None, **more: Any) -> web.Response:
    said = flux.error(reason, **more)
    return web.json_response(said, status=status, headers=headers, dumps=strict_json.dumps)
