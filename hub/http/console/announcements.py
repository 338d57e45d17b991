"""`announcements`: what was said, what will be, and saying it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub import clock
from hub.domain import announcements
from hub.http.bodies import Body, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Moment, Text, given, id_in_path
from hub.http.console.reply import created, ok
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_day as wire


class NewAnnouncement(Body):
    message: Text
    time: Moment | None = None
    """Now, where there is none."""


class ChangedAnnouncement(Body):
    message: Text | None = None
    time: Moment | None = None


async def every(request: web.Request) -> web.Response:
    """Newest first, also those whose time has not come."""
    by = await staff(request)
    return ok({"announcements": [_spelled(one) for one in await look_up(announcements.every, by=by)]})


async def announce(request: web.Request) -> web.Response:
    by = await staff(request)
    said = given(await parse(request, NewAnnouncement))
    return created(await act(request, announcements.announce, **said, by=by, spell=_one))


async def change(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    said = given(await parse(request, ChangedAnnouncement))
    return ok(await act(request, announcements.change, public_id, **said, by=by, spell=_one))


async def delete(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    return ok(await act(request, announcements.delete, public_id, by=by, spell=wire.nothing))


def _one(announcement: Any) -> dict[str, Any]:
    return {"announcement": _spelled(announcement)}


def _spelled(announcement: Any) -> dict[str, Any]:
    return wire.announcement(announcement, now=clock.now())


ROUTES = [
    web.get("/api/announcements", every),
    web.post("/api/announcements", announce),
    web.put("/api/announcements/{id}", change),
    web.delete("/api/announcements/{id}", delete),
]
