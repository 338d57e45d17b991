"""What tests of the day's calls arrange in the console, and how it says no."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from tests.http.console.browser import Browser
from tests.running import Reply

UNKNOWN_ID = "0123456789abcdef01234567"
NINE, TEN = "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z"


def no(status: int, code: str, message: str, field: str | None = None) -> Reply:
    return status, {"error": {"code": code, "message": message, **({"field": field} if field else {})}}


def cannot_use(field: str, reason: str) -> Reply:
    return no(400, "invalid", f"{field} {reason}.", field)


NOT_AN_ID = cannot_use("id", "is not an id: 24 hex digits")
PRIVILEGE_MISSING = no(
    403, "privilege_missing", "Your privileges do not include that. A superuser can give them to you."
)
KEY_REUSED = no(409, "idempotency_key_reused", "This was sent before with another content. Load the page again.")
NO_SUCH_PLACE = no(404, "location_not_found", "There is no such place any more. Load the places again.")
SAME_KEY = {"Idempotency-Key": "k"}


async def done(call: Awaitable[Reply]) -> Any:
    """The one thing in a reply that says yes."""
    status, reply = await call
    assert status in (200, 201), reply
    (said,) = reply.values()
    return said


async def announce(console: Browser, message: str = "Lunch", **fields: str) -> dict[str, Any]:
    return await done(console.post("announcements", {"message": message, **fields}))


async def add_place(console: Browser, name: str = "Gym", **fields: Any) -> dict[str, Any]:
    return await done(console.post("places", {"name": name, **fields}))


async def add_event(console: Browser, place: dict[str, Any], **fields: str) -> dict[str, Any]:
    body = {"name": "Opening", "start": NINE, "end": TEN, "place": place["id"], **fields}
    return await done(console.post("events", body))
