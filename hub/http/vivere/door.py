"""`user/checkin`, `user/checkout`, `get_users`: the volunteers' scanner at the door."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from hub.domain import attendance
from hub.domain.attendance import Badge
from hub.domain.once import NOBODY
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import at_most_once
from hub.http.vivere.auth import volunteer
from hub.http.vivere.fields import Person
from hub.http.vivere.reply import ok
from hub.perform import look_up
from hub.wire import vivere
from hub.wire import vivere_shapes as shapes


@described("Let somebody in", body=Person, replies={200: shapes.Data[shapes.Badge]}, security="volunteer")
async def check_in(request: web.Request) -> web.Response:
    return await _scanned(request, attendance.check_in)


@described("Let somebody out", body=Person, replies={200: shapes.Data[shapes.Badge]}, security="volunteer")
async def check_out(request: web.Request) -> web.Response:
    return await _scanned(request, attendance.check_out)


async def _scanned(request: web.Request, action: Callable[[str], Badge]) -> web.Response:
    volunteer(request)
    scanned = await parse(request, Person)
    key = request.headers.get("Idempotency-Key")
    return ok(await at_most_once(request, NOBODY, key, lambda: vivere.badge(action(scanned.username))))


@described("Who is inside", replies={200: shapes.Data[list[str]]}, security="volunteer")
async def those_in(request: web.Request) -> web.Response:
    volunteer(request)
    return ok(await look_up(attendance.names_of_those_in))


ROUTES = [
    web.post("/user/checkin", check_in),
    web.post("/user/checkout", check_out),
    web.get("/get_users", those_in),
]
