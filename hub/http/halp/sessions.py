"""`session/*`: the handshake, the end, and what each says of the other."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from hub.domain import ratings, tutoring_sessions
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import SETTINGS, act
from hub.http.halp import fields
from hub.http.halp.auth import signed_in
from hub.http.halp.reply import ok
from hub.perform import look_up
from hub.wire import halp
from hub.wire import halp_shapes as shapes


@described(
    "Hold out a hand, or take one", body=fields.Handshake, replies={200: shapes.SessionStart}, security="sessionId"
)
async def start(request: web.Request) -> web.Response:
    by = await signed_in(request)
    hand = await parse(request, fields.Handshake)
    settings = request.config_dict[SETTINGS]
    spell = partial(halp.pressed, poll_duration=settings.poll_duration_ms, poll_interval=settings.poll_interval_ms)
    begin = partial(tutoring_sessions.start, hand.otherUserId, mode=hand.mode, held_out_for=settings.hand_held_out_for)
    return ok(**await act(request, begin, by=by, spell=spell))


@described(
    "Whether the session has begun", query=fields.Parties, replies={200: shapes.SessionStarted}, security="sessionId"
)
async def started(request: web.Request) -> web.Response:
    by = await signed_in(request)
    hand = fields.in_query(request, fields.Parties)
    return ok(**halp.handshake(await look_up(tutoring_sessions.started, hand.otherUserId, mode=hand.mode, by=by)))


@described("End one's session", body=fields.SessionEnd, replies={200: shapes.SessionOver}, security="sessionId")
async def end(request: web.Request) -> web.Response:
    """The document shows `success` here and not `code`, against its own rule; both are sent."""
    by = await signed_in(request)
    body = await parse(request, fields.SessionEnd)
    await act(request, tutoring_sessions.end, body.duration, by=by, spell=_nothing)
    return ok(success=True)


def _nothing(_: Any) -> None:
    return None


@described("Whether one's session has ended", replies={200: shapes.SessionEnded}, security="sessionId")
async def ended(request: web.Request) -> web.Response:
    by = await signed_in(request)
    running = await look_up(tutoring_sessions.current, by.id)
    return ok(success=True, ended=running is None)


@described("Rate one's last session", body=fields.SessionRatings, replies={200: shapes.Okay}, security="sessionId")
async def rate(request: web.Request) -> web.Response:
    by = await signed_in(request)
    given = (await parse(request, fields.SessionRatings)).ratings or fields.Ratings()
    await act(request, ratings.rate, by=by, spell=_nothing, **dict(given))
    return ok()


ROUTES = [
    web.post("/session/start", start),
    web.get("/session/started", started),
    web.post("/session/end", end),
    web.get("/session/ended", ended),
    web.post("/session/rate", rate),
]
