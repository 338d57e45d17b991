"""`events`: the programme. PUT changes what is given and keeps the rest."""

from __future__ import annotations

from aiohttp import web

from hub.domain import events as schedule
from hub.domain import festival_events
from hub.domain.privileges import CREATE, DELETE, EVENT, UPDATE
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import event_fields as fields
from hub.http.techfesia.auth import staff_for
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import created, nothing, ok
from hub.perform import look_up
from hub.wire import techfesia_events as wire
from hub.wire import techfesia_events_shapes as shapes


@described("The programme, or a part of it", query=fields.Listed, replies={200: shapes.Events})
async def programme(request: web.Request) -> web.Response:
    found = await look_up(festival_events.programme, **fields.listed(request))
    return ok({"events": [wire.listed(one) for one in found]})


@described("Add an event", body=fields.NewEvent, replies={201: shapes.Event}, security="bearer")
async def add(request: web.Request) -> web.Response:
    by = await staff_for(request, EVENT, CREATE)
    given = fields.known(await parse(request, fields.NewEvent))
    return created(await act(request, festival_events.add, given, by=by, spell=wire.event))


@described("One event", replies={200: shapes.Event})
async def show(request: web.Request) -> web.Response:
    return ok(wire.event(await look_up(festival_events.get, part_of_path(request, "id"))))


@described("Change an event", body=fields.ChangedEvent, replies={202: shapes.Event}, security="bearer")
async def change(request: web.Request) -> web.Response:
    by = await staff_for(request, EVENT, UPDATE)
    public_id = part_of_path(request, "id")
    given = fields.known(await parse(request, fields.ChangedEvent))
    return ok(await act(request, festival_events.change, public_id, given, by=by, spell=wire.event), 202)


@described("Delete an event", security="bearer")
async def delete(request: web.Request) -> web.Response:
    by = await staff_for(request, EVENT, DELETE)
    await act(request, schedule.delete, part_of_path(request, "id"), by=by, spell=nothing)
    return web.Response()


ROUTES = [
    web.get("/events", programme),
    web.post("/events", add),
    web.get("/events/{id}", show),
    web.put("/events/{id}", change),
    web.delete("/events/{id}", delete),
]
