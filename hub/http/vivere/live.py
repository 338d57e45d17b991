"""What everybody may read: times, maps, announcements, events and the maps' images."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from hub.domain import announcements, events, locations, times
from hub.domain.refusals import Invalid
from hub.http import images
from hub.http.bodies import query
from hub.http.described import described
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
async def the_times(request: web.Request) -> web.Response:
    return ok(vivere.times(await look_up(times.current)))


@described("Places with a map, by rank", replies={200: shapes.Data[list[shapes.Location]]})
async def maps(request: web.Request) -> web.Response:
    return ok([vivere.location(location) for location in await look_up(locations.maps)])


@described("Announcements, newest first", query=Since, replies={200: shapes.Data[list[shapes.Announcement]]})
async def the_announcements(request: web.Request) -> web.Response:
    """All, or with `since_date` only what came strictly later: a client may hand back the newest `time` it has."""
    found = await look_up(announcements.published, _since(request))
    return ok([vivere.announcement(announcement) for announcement in found])


def _since(request: web.Request) -> datetime | None:
    text = query(request, "since_date")
    try:
        return None if text is None else from_iso(text)
    except ValueError:
        raise Invalid("since_date", "is not an ISO 8601 date") from None


@described("Events, by their start", replies={200: shapes.Data[list[shapes.Event]]})
async def schedule(request: web.Request) -> web.Response:
    return ok([vivere.event(event) for event in await look_up(events.schedule)])


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
