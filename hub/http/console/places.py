"""`places`: where things take place, and the maps that show where that is."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from hub.domain import locations
from hub.http import images, place_maps
from hub.http.bodies import Body, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Name, given, id_in_path
from hub.http.console.reply import created, ok
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_day as wire

Rank = Annotated[int, Field(ge=-1, le=1_000_000)]
"""Its place on the list of maps; -1 keeps it off."""


class NewPlace(Body):
    name: Name
    rank: Rank = -1


class ChangedPlace(Body):
    name: Name | None = None
    rank: Rank | None = None


async def every(request: web.Request) -> web.Response:
    """By name. Whoever may write the schedule has to know them, and there is nothing secret about a place."""
    await staff(request)
    return ok({"places": [wire.place(place) for place in await look_up(locations.every)]})


async def add(request: web.Request) -> web.Response:
    by = await staff(request)
    wanted = given(await parse(request, NewPlace))
    return created(await act(request, locations.add, **wanted, by=by, spell=_one))


async def change(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    wanted = given(await parse(request, ChangedPlace))
    return ok(await act(request, locations.change, public_id, **wanted, by=by, spell=_one))


async def put_map(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    return ok(await place_maps.show_another(request, public_id, by=by, spell=_one))


async def delete(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    key = await act(request, locations.delete, public_id, by=by, spell=attrgetter("image_key"))
    await images.forget(request.config_dict[images.STORE], key)
    return ok({})


def _one(place: Any) -> dict[str, Any]:
    return {"place": wire.place(place)}


ROUTES = [
    web.get("/api/places", every),
    web.post("/api/places", add),
    web.put("/api/places/{id}", change),
    web.put("/api/places/{id}/map", put_map),
    web.delete("/api/places/{id}", delete),
]
