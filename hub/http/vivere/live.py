"""What everybody may read: times, maps, announcements, events and the maps' images."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from hub.domain import announcements, events, locations, times
from hub.domain.refusals import Invalid
from hub.http import images
from hub.http.described import described
from hub.http.hot import Query, Reading, the_same_for_all
from hub.http.vivere.fields import Since, id_in_path
from hub.http.vivere.reply import ok
from hub.perform import look_up
from hub.wire import vivere
from hub.wire import vivere_shapes as shapes
from hub.wire.moments import from_iso


@described("A greeting", replies={200: "text/plain"})
async def greeting(request: web.Request) -> web.Response:
    return web.Response(text="This is the hackathon's day-of server. Try /vivere/times.\n")


@described("When the event and the hacking begin and end", replies={200: shapes.Data[shapes.Times]})
@the_same_for_all
def the_times(query: Query) -> Reading:
    return Reading(partial(_one, vivere.times, times.current))


@described("Places with a map, by rank", replies={200: shapes.Data[list[shapes.Location]]})
@the_same_for_all
def maps(query: Query) -> Reading:
    return Reading(partial(_all, vivere.location, locations.maps))


@described("Announcements, newest first", query=Since, replies={200: shapes.Data[list[shapes.Announcement]]})
@the_same_for_all
def the_announcements(query: Query) -> Reading:
    """All, or with `since_date` only what came strictly later: a client may hand back the newest `time` it has."""
    said = partial(_all, vivere.announcement, announcements.published, _since(query))
    return Reading(said, changes_by_itself_at=announcements.next_due)


def _since(query: Query) -> datetime | None:
    text = query.get("since_date")
    try:
        return from_iso(text) if text else None
    except ValueError:
        raise Invalid("since_date", "is not an ISO 8601 date") from None


@described("Events, by their start", replies={200: shapes.Data[list[shapes.Event]]})
@the_same_for_all
def schedule(query: Query) -> Reading:
    return Reading(partial(_all, vivere.event, events.schedule))


def _one(spell: Callable[[Any], Any], find: Callable[[], Any]) -> web.Response:
    return ok(spell(find()))


def _all(spell: Callable[[Any], Any], find: Callable[..., Iterable[Any]], *wanted: Any) -> web.Response:
    return ok([spell(one) for one in find(*wanted)])


@described("The picture of a place", replies={200: "image/*"})
async def location_image(request: web.Request) -> web.Response:
    location = await look_up(locations.get, id_in_path(request))
    return await images.show(request.config_dict[images.STORE], location.image_key, location.image_type)


ROUTES = [
    web.get("/", greeting),
    web.get("/times", the_times),
    web.get("/maps", maps),
    web.get("/announcements", the_announcements),
    web.get("/events", schedule),
    web.get("/location/image/{id}", location_image),
]
