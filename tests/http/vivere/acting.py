"""What tests arrange over HTTP before they begin. Each call must work; it answers the reply's data."""

from __future__ import annotations

import io
from collections.abc import Awaitable
from typing import Any

from PIL import Image

from tests.http.vivere.saying import ticket
from tests.people import Person
from tests.running import Reply, RunningHub

TICKET = {name: ticket("")[name] for name in ("description", "location", "contact")}
EVENT = {"short_description": "Opening", "start_time": "2026-11-21T09:00:00", "end_time": "2026-11-21T10:00:00"}
DOOR = {"X-MenloHacks-Admin": "let me in"}


async def done(call: Awaitable[Reply]) -> Any:
    status, reply = await call
    assert status in (200, 201), reply
    return reply["data"]


async def open_ticket(hub: RunningHub, *, by: Person, **fields: str) -> dict[str, Any]:
    return await done(hub.post("/vivere/mentorship/create", {**TICKET, **fields}, by=by))


async def claim(hub: RunningHub, ticket: dict[str, Any], *, by: Person) -> dict[str, Any]:
    return await done(hub.post("/vivere/mentorship/claim", {"id": ticket["id"]}, by=by))


async def reopen(hub: RunningHub, ticket: dict[str, Any], *, by: Person) -> dict[str, Any]:
    return await done(hub.post("/vivere/mentorship/reopen", {"id": ticket["id"]}, by=by))


async def close(hub: RunningHub, ticket: dict[str, Any], *, by: Person) -> dict[str, Any]:
    return await done(hub.post("/vivere/mentorship/close", {"id": ticket["id"]}, by=by))


async def add_location(hub: RunningHub, *, by: Person, **fields: Any) -> dict[str, Any]:
    return await done(hub.post("/vivere/organiser/locations", {"name": "Gym", **fields}, by=by))


async def add_event(hub: RunningHub, *, by: Person, location: dict[str, Any], **fields: str) -> dict[str, Any]:
    body = {**EVENT, **fields, "location": location["id"]}
    return await done(hub.post("/vivere/organiser/events", body, by=by))


async def announce(hub: RunningHub, *, by: Person, **fields: str) -> dict[str, Any]:
    return await done(hub.post("/vivere/organiser/announcements", {"message": "Lunch", **fields}, by=by))


async def put_image(hub: RunningHub, location: dict[str, Any], content: bytes, *, by: Person) -> Reply:
    path = f"/vivere/organiser/locations/{location['id']}/image"
    return await hub.call("PUT", path, by=by, data=content, headers={"Content-Type": "image/png"})


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    """A red picture in a file."""
    file = io.BytesIO()
    Image.new("RGB", size, (255, 0, 0)).save(file, kind, **how)
    return file.getvalue()


async def fetched(hub: RunningHub, path: str) -> tuple[int, str, bytes]:
    """Status, type and bytes."""
    async with hub.http.get(path) as reply:
        return reply.status, reply.content_type, await reply.read()
