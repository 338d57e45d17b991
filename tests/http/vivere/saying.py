"""Vivere's two envelopes, and the ticket that most tests open, as a stranger sees it at noon."""

from __future__ import annotations

from typing import Any

NOON = "2026-11-21T12:00:00"
UNKNOWN_ID = "0123456789abcdef01234567"


def yes(data: Any) -> dict[str, Any]:
    return {"data": data, "success": True}


def no(title: str, message: str) -> dict[str, Any]:
    return {"error": {"title": title, "message": message}, "success": False}


NOT_SIGNED_IN = (401, no("Not signed in", "Sign in and send the token in X-MenloHacks-Authorization."))
ORGANISERS_ONLY = (403, no("Organisers only", "Ask an organiser to make you staff."))
NO_SUCH_TICKET = (404, no("No such ticket", "It may have been removed. Load the queue again."))
NO_SUCH_LOCATION = (404, no("No such location", "It may have been removed."))
NO_SUCH_PAGE = (404, no("No such page", "There is nothing at this address."))
NOT_AN_ID = (400, no("Cannot be used", "id is not an id: 24 hex digits."))


def cannot_use(field: str, reason: str) -> tuple[int, dict[str, Any]]:
    return 400, no("Cannot be used", f"{field} {reason}.")


def ticket(ticket_id: str, **seen: Any) -> dict[str, Any]:
    """The ticket that `acting.open_ticket` opens, complete, with what is different about it."""
    return {
        "id": ticket_id,
        "description": "The admin site does not load its CSS",
        "location": "Table 4",
        "contact": "ada@example.org",
        "time_created": NOON,
        "time_complete": None,
        "claimed": False,
        "expired": False,
        "is_mine": False,
        "claimed_by_me": False,
        "claimed_by": None,
        "position": 1,
        **seen,
    }


def is_error(reply: Any) -> bool:
    """Whether a reply has exactly the shape of Vivere's errors, with words in it."""
    match reply:
        case {"error": {"title": str(title), "message": str(message)}, "success": False}:
            return bool(title and message) and len(reply) == 2 and len(reply["error"]) == 2
    return False
