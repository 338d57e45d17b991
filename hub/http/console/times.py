"""`times`: the four times of a hackathon. Null is unset, both ways."""

from __future__ import annotations

from aiohttp import web

from hub.domain import times
from hub.http.bodies import Body, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Moment
from hub.http.console.reply import ok
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_day as wire


class ChangedTimes(Body):
    event_start: Moment | None = None
    event_end: Moment | None = None
    hacking_start: Moment | None = None
    hacking_end: Moment | None = None


async def current(request: web.Request) -> web.Response:
    """Anybody may read the times, and so may all staff."""
    await staff(request)
    return ok(wire.times(await look_up(times.current)))


async def change(request: web.Request) -> web.Response:
    by = await staff(request)
    body = await parse(request, ChangedTimes)
    said = {wire.MOMENTS[name]: getattr(body, name) or times.NOT_SET for name in body.model_fields_set}
    return ok(await act(request, times.change, **said, by=by, spell=wire.times))


ROUTES = [
    web.get("/api/times", current),
    web.put("/api/times", change),
]
