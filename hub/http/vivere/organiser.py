"""`organiser/…`: what staff write. PUT changes the fields that are given and keeps the others."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import announcements, events, locations, times
from hub.domain.actors import Actor, organisers_only
from hub.http import images
from hub.http.bodies import parse
from hub.http.dialect import act
from hub.http.vivere import fields
from hub.http.vivere.auth import signed_in
from hub.http.vivere.fields import given, id_in_path, public_id
from hub.http.vivere.reply import created, ok
from hub.perform import look_up, perform
from hub.wire import vivere


async def organiser(request: web.Request) -> Actor:
    """The caller, who is staff. The actions ask again; this keeps strangers from having their bodies read."""
    caller = await signed_in(request)
    organisers_only(caller)
    return caller


async def list_locations(request: web.Request) -> web.Response:
    await organiser(request)
    return ok([vivere.location(location) for location in await look_up(locations.every)])


async def add_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewLocation)
    return created(await act(request, locations.add, by=by, spell=vivere.location, **given(body)))


async def change_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedLocation)
    changed = await act(request, locations.change, id_in_path(request), by=by, spell=vivere.location, **given(body))
    return ok(changed)


async def put_image(request: web.Request) -> web.Response:
    """Keep the new image first and forget the old one last, so that a fault in between leaves a map to show."""
    by = await organiser(request)
    store = request.config_dict[images.STORE]
    place = await look_up(locations.get, id_in_path(request))
    picture = await images.uploaded(request)
    key = await images.keep(store, picture)
    location, before = await perform(
        locations.set_image, place.public_id, key=key, content_type=picture.content_type, by=by
    )
    await images.forget(store, before)
    return ok(vivere.location(location))


async def delete_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    gone = await perform(locations.delete, id_in_path(request), by=by)
    await images.forget(request.config_dict[images.STORE], gone.image_key)
    return ok({})


async def add_event(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewEvent)
    return created(await act(request, events.add, by=by, spell=vivere.event, **_event_fields(body)))


async def change_event(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedEvent)
    event_id = id_in_path(request)
    return ok(await act(request, events.change, event_id, by=by, spell=vivere.event, **_event_fields(body)))


def _event_fields(body: fields.NewEvent | fields.ChangedEvent) -> dict[str, Any]:
    found = given(body)
    if body.location is not None:
        found["location"] = public_id(body.location)
    return found


async def delete_event(request: web.Request) -> web.Response:
    await perform(events.delete, id_in_path(request), by=await organiser(request))
    return ok({})


async def list_announcements(request: web.Request) -> web.Response:
    await organiser(request)
    return ok([vivere.announcement(announcement) for announcement in await look_up(announcements.every)])


async def announce(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewAnnouncement)
    return created(await act(request, announcements.announce, by=by, spell=vivere.announcement, **given(body)))


async def change_announcement(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedAnnouncement)
    found = id_in_path(request)
    return ok(await act(request, announcements.change, found, by=by, spell=vivere.announcement, **given(body)))


async def delete_announcement(request: web.Request) -> web.Response:
    await perform(announcements.delete, id_in_path(request), by=await organiser(request))
    return ok({})


async def change_times(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedTimes)
    return ok(await act(request, times.change, by=by, spell=vivere.times, **given(body)))


ROUTES = [
    web.get("/organiser/locations", list_locations),
    web.post("/organiser/locations", add_location),
    web.put("/organiser/locations/{id}", change_location),
    web.delete("/organiser/locations/{id}", delete_location),
    web.put("/organiser/locations/{id}/image", put_image),
    web.post("/organiser/events", add_event),
    web.put("/organiser/events/{id}", change_event),
    web.delete("/organiser/events/{id}", delete_event),
    web.get("/organiser/announcements", list_announcements),
    web.post("/organiser/announcements", announce),
    web.put("/organiser/announcements/{id}", change_announcement),
    web.delete("/organiser/announcements/{id}", delete_announcement),
    web.put("/organiser/times", change_times),
]
