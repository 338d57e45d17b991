"""`pin`, `pins`, `matches`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import pins
from hub.domain.modes import STUDENT
from hub.domain.pins import Box
from hub.domain.refusals import Invalid
from hub.http.bodies import json_object, query, validated
from hub.http.described import described
from hub.http.dialect import SETTINGS, act
from hub.http.halp import fields, taken
from hub.http.halp.auth import signed_in
from hub.http.halp.images import BODY_WITH_IMAGES, forget_copies, stored
from hub.http.halp.reply import ok, ok_listing
from hub.perform import look_up, perform
from hub.wire import halp
from hub.wire import halp_shapes as shapes
from hub.wire.strict_json import loads


@described("Drop a pin", body=taken.AnyPin, replies={200: shapes.Okay}, security="sessionId")
async def drop(request: web.Request) -> web.Response:
    by = await signed_in(request)
    value = await json_object(request, most=BODY_WITH_IMAGES)
    pin = validated(value, fields.NewPin)
    longest = request.config_dict[SETTINGS].pin_max_seconds
    students = validated(value, fields.StudentPin) if pin.pinMode == STUDENT else None
    texts = students.images if students else []
    if texts and "Idempotency-Key" not in request.headers:
        await look_up(pins.may_drop, pin.pinMode, pin.duration, longest=longest, by=by)
    async with stored(request, texts) as names:
        kept = await act(
            request,
            pins.drop,
            pin.pinMode,
            by=by,
            spell=_names,
            latitude=pin.latitude,
            longitude=pin.longitude,
            seconds=pin.duration,
            longest=longest,
            images=names,
            **_students(students),
        )
    if kept != names:
        await forget_copies(request, names)
    return ok()


def _students(pin: fields.StudentPin | None) -> dict[str, Any]:
    if pin is None:
        return {}
    return {"description": pin.description, "skills": pin.skills, "courses": pin.courses}


def _names(pin: Any) -> list[str]:
    """The pictures that the pin shows."""
    return loads(pin.images)


@described("Take one's pin up", query=fields.Whose, replies={200: shapes.Okay}, security="sessionId")
async def take_up(request: web.Request) -> web.Response:
    by = await signed_in(request)
    mode = fields.in_query(request, fields.Whose).pinMode
    await act(request, pins.take_up, mode, by=by, spell=_nothing)
    return ok()


def _nothing(_: None) -> None:
    return None


@described("Somebody's pin", query=fields.SomebodysPin, replies={200: shapes.PinThere}, security="sessionId")
async def somebodys(request: web.Request) -> web.Response:
    await signed_in(request)
    whose = fields.in_query(request, fields.SomebodysPin)
    return ok(pin=halp.pin_or_null(await look_up(pins.of, whose.userId, whose.pinMode)))


@described(
    "Others' pins in a box, or one's own",
    query=taken.BoxOrMine,
    replies={200: shapes.Pins | shapes.OwnPins},
    security="sessionId",
)
async def listing(request: web.Request) -> web.Response:
    by = await signed_in(request)
    if query(request, "pinMode") == "mine":
        mine = await look_up(pins.mine, by)
        return ok(**{mode: halp.pin_or_null(pin) for mode, pin in mine.items()})
    asked = fields.in_query(request, fields.BoxInQuery)
    if asked.lat1 < asked.lat2:
        raise Invalid("lat1", "lies south of lat2; the first corner is the top left one")
    box = Box(north=asked.lat1, west=asked.lng1, south=asked.lat2, east=asked.lng2)
    found, is_cut = await look_up(pins.in_box, asked.pinMode, box, viewer=by.id)
    return await ok_listing("pins", found, halp.pin, truncated=is_cut)


@described(
    "Pins that match one's own; none is new afterwards",
    query=fields.ModeOnly,
    replies={200: shapes.Matches},
    security="sessionId",
)
async def matches(request: web.Request) -> web.Response:
    by = await signed_in(request)
    mode = fields.in_query(request, fields.ModeOnly).mode
    found, is_cut = await perform(pins.matching, mode, by=by)
    return await ok_listing("matches", found, lambda one: halp.match(*one), truncated=is_cut)


ROUTES = [
    web.post("/pin", drop),
    web.delete("/pin", take_up),
    web.get("/pin", somebodys),
    web.get("/pins", listing),
    web.get("/matches", matches, allow_head=False),
]
