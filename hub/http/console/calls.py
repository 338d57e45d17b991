"""`calls`: how the phone bank goes. For superusers, and for staff who have the role admin."""

from __future__ import annotations

from aiohttp import web

from hub.domain import call_desk
from hub.http.console.auth import staff
from hub.http.console.reply import ok
from hub.perform import look_up
from hub.wire import console_members as wire


async def overview(request: web.Request) -> web.Response:
    by = await staff(request)
    return ok(wire.calls(await look_up(call_desk.desk, by=by)))


ROUTES = [web.get("/api/calls", overview)]
