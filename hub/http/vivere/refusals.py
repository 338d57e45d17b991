"""Saying no in Vivere: `{"error": {"title", "message"}, "success": false}`, and which status each reason has."""

from __future__ import annotations

from aiohttp import web

from hub.domain.accounts import AccountNotFound, UsernameTaken
from hub.domain.actors import StaffOnly
from hub.domain.announcements import AnnouncementNotFound
from hub.domain.attendance import AlreadyIn, NotIn
from hub.domain.events import EventNotFound
from hub.domain.locations import LocationInUse, LocationNotFound
from hub.domain.logins import WrongPassword
from hub.domain.mentor_tickets import (
    NotYourTicket,
    TicketAlreadyClaimed,
    TicketClosed,
    TicketNotFound,
    TicketStillOpen,
)
from hub.domain.once import KeyUsedForAnother
from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany
from hub.http.bodies import BadRequest
from hub.http.dialect import RETRY_AFTER_SECONDS, Crash, Unavailable
from hub.http.images import NotAnImage
from hub.http.twilio import NotTwilio
from hub.http.vivere.auth import WrongCheckinPassword
from hub.wire import strict_json

STATUS = {
    # The document answers a taken username and whatever is missing or blank with the same 400.
    UsernameTaken: 400,
    Invalid: 400,
    NotAnImage: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
}

WORDS = {
    UsernameTaken: ("Username taken", "An account with this username exists already. Sign in, or choose another."),
    WrongPassword: ("Wrong username or password", "Check both and try again."),
    WrongCheckinPassword: ("Not a volunteer", "Send the check-in password in X-MenloHacks-Admin."),
    StaffOnly: ("Organisers only", "Ask an organiser to make you staff."),
    TicketNotFound: ("No such ticket", "It may have been removed. Load the queue again."),
    TicketAlreadyClaimed: ("Already claimed", "Another mentor got there first."),
    TicketClosed: ("Already closed", "This ticket needs no mentor any more. Whoever opened it can reopen it."),
    TicketStillOpen: ("Still open", "The ticket is waiting in the queue, so there is nothing to reopen."),
    NotYourTicket: ("Not your ticket", "Only who opened a ticket and the mentor who claimed it can do that."),
    EventNotFound: ("No such event", "It may have been removed from the schedule."),
    LocationNotFound: ("No such location", "It may have been removed."),
    LocationInUse: ("Location in use", "Events take place there. Move or delete them first."),
    AnnouncementNotFound: ("No such announcement", "It may have been removed."),
    AccountNotFound: ("No such person", "Nobody has this username. Check the badge."),
    AlreadyIn: ("Already checked in", "This person was let in before and has not left."),
    NotIn: ("Not checked in", "This person is not inside."),
    KeyUsedForAnother: ("Key used before", "This Idempotency-Key came with another body. Use a new one."),
    NotAnImage: ("Not an image", "Send a PNG or JPEG of at most 10 MB and 25 megapixels."),
    NotTwilio: ("Not from Twilio", "The call is not signed with the account's token."),
    # For what has no words of its own.
    NotSignedIn: ("Not signed in", "Sign in and send the token in X-MenloHacks-Authorization."),
    NotAllowed: ("Not allowed", "You may not do that."),
    NotFound: ("Not found", "There is no such thing any more."),
    Conflict: ("Not possible now", "Things have changed meanwhile. Load them again."),
}

HTTP_WORDS = {
    404: ("No such page", "There is nothing at this address."),
    405: ("Wrong method", "This address does not take that method."),
}


def refuse(no: Exception) -> web.Response:
    if isinstance(no, Refusal):
        return _say(_status(no), *_words(no), headers=_headers(no))
    if isinstance(no, BadRequest):
        return _say(no.status, "Bad request", no.reason)
    if isinstance(no, web.HTTPException):
        return _say(no.status, *HTTP_WORDS.get(no.status, ("Request refused", no.reason)), headers=_allowed(no))
    if isinstance(no, Unavailable):
        retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return _say(503, "One moment", "The server cannot answer just now. Try again in a moment.", headers=retry)
    assert isinstance(no, Crash)
    return _say(500, "Something broke", "The error was noted. Try again, and tell an organiser if it stays.")


def _say(status: int, title: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    error = {"error": {"title": title, "message": message}, "success": False}
    return web.json_response(error, status=status, headers=headers, dumps=strict_json.dumps)


def _status(no: Refusal) -> int:
    return next(STATUS[family] for family in type(no).__mro__ if family in STATUS)


def _words(no: Refusal) -> tuple[str, str]:
    if isinstance(no, Invalid):
        return "Cannot be used", f"{no.field} {no.reason}."
    if isinstance(no, TooMany):
        return "Too many tries", f"Try again in {no.retry_after} seconds."
    return next(WORDS[kind] for kind in type(no).__mro__ if kind in WORDS)


def _headers(no: Refusal) -> dict[str, str]:
    return {"Retry-After": str(no.retry_after)} if isinstance(no, TooMany) else {}


def _allowed(no: web.HTTPException) -> dict[str, str]:
    allowed = no.headers.get("Allow")
    return {"Allow": allowed} if allowed else {}
