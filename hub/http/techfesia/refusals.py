"""Saying no in Techfesia: 401, 403, 404 and 405 are `{detail}`, 400 is `{errors: {field: text}}`, 422 is `{error}`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain.accounts import EmailTaken, UsernameTaken
from hub.domain.actors import StaffOnly
from hub.domain.credentials import AccountDisabled, AccountGone, DeadCredential
from hub.domain.help_tickets import HelpTicketAlreadySolved
from hub.domain.identities import (
    IdentityMissing,
    NotVouched,
    ProviderNotOffered,
    ProvidersPictureMissing,
    SignInDeclined,
)
from hub.domain.logins import WrongPassword
from hub.domain.once import KeyUsedForAnother
from hub.domain.own_passwords import NoPassword, PasswordThere, WrongOldPassword
from hub.domain.pages import NoSuchPage
from hub.domain.password_resets import DeadResetToken
from hub.domain.privileges import PrivilegeMissing, SuperusersOnly
from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany
from hub.domain.registrations import AlreadyRegistered
from hub.domain.token_pairs import NotYourToken
from hub.domain.users import FixedForEver, OwnAccount
from hub.http.bodies import BadRequest
from hub.http.dialect import RETRY_AFTER_SECONDS, Crash, Unavailable
from hub.http.images import BadForm, NotAnImage
from hub.http.techfesia import event_refusals, team_refusals
from hub.wire import strict_json, techfesia_registrations

STATUS: dict[type[Refusal], int] = {
    Invalid: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 422,
    NotAnImage: 422,
}

WORDS: dict[type[Refusal], str] = {
    NotAnImage: "Only image type data allowed",
    WrongPassword: "No active account found with the given credentials",
    StaffOnly: "Only staff may do this.",
    PrivilegeMissing: "You are staff, but not for this. Ask a superuser for the privilege.",
    SuperusersOnly: "Only superusers may do this.",
    HelpTicketAlreadySolved: "This ticket is solved already.",
    FixedForEver: "A username and an id stay as they are.",
    OwnAccount: "This is your own account. Another superuser has to do that.",
    PasswordThere: "You have a password already. Change it with PUT.",
    NoPassword: "You have no password yet. Set one with POST.",
    WrongOldPassword: "The old password is wrong.",
    NotYourToken: "This is none of your refresh tokens.",
    KeyUsedForAnother: "This Idempotency-Key came with another body. Use a new one.",
    **event_refusals.WORDS,
    **team_refusals.WORDS,
    NotVouched: "This sign-in did not succeed, took too long or was used before. Begin it again.",
    SignInDeclined: "You did not allow it, so you are not signed in.",
    ProviderNotOffered: "This provider is not offered here.",
    IdentityMissing: "This user does not sign in by that provider.",
    ProvidersPictureMissing: "That provider has told of no picture. Sign in by it again.",
    # For what has no words of its own.
    NotSignedIn: "Authentication credentials were not provided.",
    NotAllowed: "You do not have permission to perform this action.",
    NotFound: "Not found.",
    Conflict: "This is not possible now. Load it again.",
}

TOKEN_CODES = {AccountGone: "user_not_found", AccountDisabled: "user_inactive", DeadCredential: "token_not_valid"}
TOKEN_WORDS = {
    "user_not_found": "User not found",
    "user_inactive": "User is inactive",
    "token_not_valid": "Given token not valid for any token type",
}
TAKEN: dict[type[Refusal], dict[str, str]] = {
    UsernameTaken: {"username": "This username already exists"},
    EmailTaken: {"email": "This email address already belongs to somebody"},
}
"""422 with `errors` in the plural, as the document has it for this call alone."""
DEAD_RESET_TOKEN = "token is invalid, expired or already used. Please get a new token"
"""Nested in `error` under the name of its field, as the document has it for this call alone."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}
HTTP_WORDS = {404: "Not found.", 405: "This address does not take that method."}


def refuse(no: Exception) -> web.Response:
    if isinstance(no, DeadCredential):
        return _dead_token(no)
    if isinstance(no, Refusal):
        return _refusal(no)
    if isinstance(no, BadForm):
        # The document prints its uploads without a form, and answers them so.
        return _refusal(NotAnImage())
    if isinstance(no, BadRequest):
        return _say(no.status, _in_shape(no.status, "body", no.reason))
    if isinstance(no, web.HTTPException):
        words = HTTP_WORDS.get(no.status, no.reason)
        return _say(no.status, _in_shape(no.status, "request", words), _allowed(no))
    if isinstance(no, Unavailable):
        retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return _say(503, {"detail": str(no) or "The server cannot answer just now. Try again in a moment."}, retry)
    assert isinstance(no, Crash)
    return _say(500, {"detail": "Something broke, and was noted. Try again, and tell the staff if it stays."})


def _dead_token(no: DeadCredential) -> web.Response:
    """As the library of the original says it: clients look at `code` to know when to refresh."""
    code = next(code for kind, code in TOKEN_CODES.items() if isinstance(no, kind))
    said: dict[str, Any] = {"detail": TOKEN_WORDS[code], "code": code}
    if code == "token_not_valid":
        message = "Token is invalid or expired"
        said["messages"] = [{"token_class": "AccessToken", "token_type": "access", "message": message}]
    return _say(401, said, CHALLENGE)


def _refusal(no: Refusal) -> web.Response:
    if isinstance(no, TooMany):
        words = {"detail": f"Too many tries. The next one is welcome in {no.retry_after} seconds."}
        return _say(429, words, {"Retry-After": str(no.retry_after)})
    if isinstance(no, NoSuchPage):
        said = {"message": "This page does not exist", "pageSize": no.size, "noOfPages": no.pages}
        return _say(400, said)
    if (taken := TAKEN.get(type(no))) is not None:
        return _say(422, {"errors": taken})
    if isinstance(no, AlreadyRegistered):
        return _say(422, techfesia_registrations.already_registered(no))
    if isinstance(no, DeadResetToken):
        return _say(422, {"error": {"resetToken": DEAD_RESET_TOKEN}})
    status = next(STATUS[kind] for kind in type(no).__mro__ if kind in STATUS)
    if isinstance(no, Invalid):
        return _say(status, _in_shape(status, no.field, _sentence(no)))
    return _say(status, _in_shape(status, "request", _words(no)), CHALLENGE if status == 401 else None)


def _sentence(no: Invalid) -> str:
    # The document's own words for what is not there.
    return "missing required field" if no.reason == "is missing" else no.reason


def _words(no: Refusal) -> str:
    return next(WORDS[kind] for kind in type(no).__mro__ if kind in WORDS).format(no=no)


def _in_shape(status: int, field: str, words: str) -> dict[str, Any]:
    if status == 400:
        return {"errors": {field: words}}
    return {"error": words} if status == 422 else {"detail": words}


def _allowed(no: web.HTTPException) -> dict[str, str] | None:
    allowed = no.headers.get("Allow")
    return {"Allow": allowed} if allowed else None


def _say(status: int, said: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(said, status=status, headers=headers, dumps=strict_json.dumps)
