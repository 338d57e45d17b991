"""Saying no in the console: `{"error": {"code", "message"}}`, with the field's name where one is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from aiohttp import web

from hub.domain.accounts import AccountNotFound
from hub.domain.actors import StaffOnly
from hub.domain.console_sessions import DeadLink
from hub.domain.events import EventNotFound
from hub.domain.help_tickets import HelpTicketAlreadySolved
from hub.domain.locations import LocationInUse, LocationNotFound
from hub.domain.logins import WrongPassword
from hub.domain.member_checks import CheckOfAnotherKind, CheckOver
from hub.domain.mentor_tickets import TicketAlreadyClaimed, TicketClosed, TicketStillOpen
from hub.domain.once import KeyUsedForAnother
from hub.domain.privileges import PrivilegeMissing, SuperusersOnly
from hub.domain.refusals import Conflict, EndsTooEarly, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany
from hub.domain.registrations import NothingDue, RegistrationNotFound
from hub.domain.roles import RoleNeeded
from hub.domain.users import OwnAccount
from hub.http.bodies import BadRequest
from hub.http.console.auth import FromAnotherSite
from hub.http.console.reply import HEADERS
from hub.http.dialect import RETRY_AFTER_SECONDS, Crash, Unavailable
from hub.http.images import NotAnImage
from hub.perform import DatabaseAway, Overloaded
from hub.wire import strict_json

STATUS: dict[type[Refusal], int] = {
    Invalid: 400,
    NotAnImage: 422,
    TicketStillOpen: 409,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
}

WORDS: dict[type[Refusal], str] = {
    WrongPassword: "Wrong username or password. Check both and try again.",
    StaffOnly: "The console is for staff. Ask an organiser to make you one of them.",
    SuperusersOnly: "Only superusers may do that.",
    PrivilegeMissing: "Your privileges do not include that. A superuser can give them to you.",
    FromAnotherSite: "This was not sent by a page of the hub. Load the console again.",
    KeyUsedForAnother: "This was sent before with another content. Load the page again.",
    EventNotFound: "This event is not on the schedule any more. Load it again.",
    LocationNotFound: "There is no such place any more. Load the places again.",
    LocationInUse: "Events take place there. Move or delete them first.",
    TicketAlreadyClaimed: "Another mentor got there first.",
    TicketClosed: "This ticket is closed. Reopen it first.",
    TicketStillOpen: "This ticket waits in the queue already, so there is nothing to reopen.",
    HelpTicketAlreadySolved: "Somebody answered this ticket already. Load it again.",
    AccountNotFound: "There is nobody of this name any more. Search again.",
    OwnAccount: "This is your own account. Another superuser has to do that.",
    RegistrationNotFound: "This registration was withdrawn already. Load the list again.",
    NothingDue: "There is nothing to pay for this registration any more. Load the list again.",
    RoleNeeded: "That is for superusers and for staff who have the role admin. A superuser can give it to you.",
    CheckOver: "This member was checked, handed out again or has changed their details. Take the next one.",
    CheckOfAnotherKind: "Report a second check as one, and no other. Take the next member.",
    NotAnImage: "Choose a PNG or JPEG of at most 10 MB and 25 megapixels.",
    # For what has no words of its own.
    DeadLink: "This link is no longer good: it signs in once, within an hour. Sign in below, or ask for a new one.",
    NotSignedIn: "You are not signed in any more. Sign in again.",
    NotAllowed: "You may not do that.",
    NotFound: "This is not there any more. Load the list again.",
    Conflict: "Things have changed meanwhile. Load them again.",
}
FIELDS = {"end_time": "end", "event_end_time": "event_end", "hacking_end_time": "hacking_end"}
"""Those that actions name by what the core calls them."""
REASONS: dict[type[Invalid], str] = {EndsTooEarly: "lies before the start"}
HTTP_WORDS = {404: "There is nothing at this address.", 405: "This address does not take that method."}


@dataclass(frozen=True)
class No:
    """A no in words, for a script or for a page."""

    status: int
    code: str
    message: str
    field: str | None = None
    headers: Mapping[str, str] = dataclass_field(default_factory=dict)


def refuse(no: Exception) -> web.Response:
    said = told(no)
    error = {"code": said.code, "message": said.message, **({"field": said.field} if said.field else {})}
    headers = {**HEADERS, **said.headers}
    return web.json_response({"error": error}, status=said.status, headers=headers, dumps=strict_json.dumps)


def told(no: Exception) -> No:
    if isinstance(no, Refusal):
        return _refusal(no)
    if isinstance(no, BadRequest):
        return No(no.status, "bad_request", no.reason)
    if isinstance(no, web.HTTPException):
        words = HTTP_WORDS.get(no.status, no.reason)
        return No(no.status, no.reason.lower().replace(" ", "_"), words, headers=_allowed(no))
    if isinstance(no, (Unavailable, DatabaseAway, Overloaded)):
        words = "The hub cannot answer just now. Try again in a moment."
        return No(503, "unavailable", words, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    assert isinstance(no, Crash)
    return No(500, "crash", "Something broke, and was noted in the log with its traceback.")


def _refusal(no: Refusal) -> No:
    if isinstance(no, Invalid):
        field = FIELDS.get(no.field, no.field)
        return No(400, no.code, f"{field} {REASONS.get(type(no), no.reason)}.", field)
    if isinstance(no, TooMany):
        words = f"Too many tries. The next one is welcome in {no.retry_after} seconds."
        return No(429, no.code, words, headers={"Retry-After": str(no.retry_after)})
    status = next(STATUS[kind] for kind in type(no).__mro__ if kind in STATUS)
    return No(status, no.code, next(WORDS[kind] for kind in type(no).__mro__ if kind in WORDS))


def _allowed(no: web.HTTPException) -> dict[str, str]:
    allowed = no.headers.get("Allow")
    return {"Allow": allowed} if allowed else {}
