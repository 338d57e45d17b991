"""`events`: the schedule, as staff write it. Fees, photos and crew of the festival's events stay as they are."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import StringConstraints

from hub.domain import events
from hub.http.bodies import Body, Filled, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Moment, given, id_in_path, public_id
from hub.http.console.reply import created, ok
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_day as wire

Title = Annotated[Filled, StringConstraints(max_length=400)]
Description = Annotated[str, StringConstraints(max_length=10_000)]


class NewEvent(Body):
    name: Title
    description: Description = ""
    start: Moment
    end: Moment
    place: Filled


class ChangedEvent(Body):
    name: Title | None = None
    description: Description | None = None
    start: Moment | None = None
    end: Moment | None = None
    place: Filled | None = None


async def every(request: web.Request) -> web.Response:
    """By start. Anybody may read the schedule, and so may all staff."""
    await staff(request)
    return ok({"events": [wire.event(event) for event in await look_up(events.schedule)]})


async def add(request: web.Request) -> web.Response:
    by = await staff(request)
    wanted = _in_words_of_the_core(await parse(request, NewEvent))
    return created(await act(request, events.add, **wanted, by=by, spell=_one))


async def change(request: web.Request) -> web.Response:
    by, event_id = await staff(request), id_in_path(request)
    wanted = _in_words_of_the_core(await parse(request, ChangedEvent))
    return ok(await act(request, events.change, event_id, **wanted, by=by, spell=_one))


async def delete(request: web.Request) -> web.Response:
    """With its registrations; who is registered is told."""
    by, event_id = await staff(request), id_in_path(request)
    return ok(await act(request, events.delete, event_id, by=by, spell=wire.nothing))


def _in_words_of_the_core(body: NewEvent | ChangedEvent) -> dict[str, Any]:
    found = {wire.COLUMNS_OF_EVENT[name]: value for name, value in given(body).items()}
    return found if body.place is None else {**found, "location": public_id(body.place, "place")}


def _one(event: Any) -> dict[str, Any]:
    return {"event": wire.event(event)}


ROUTES = [
    web.get("/api/events", every),
    web.post("/api/events", add),
    web.put("/api/events/{id}", change),
    web.delete("/api/events/{id}", delete),
]
