"""`organiser/…`: what staff write. PUT changes the fields that are given and keeps the others."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from aiohttp import web

from hub.domain import announcements, events, locations, times
from hub.domain.actors import Actor, organisers_only
from hub.http import images, place_maps
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.vivere import fields
from hub.http.vivere.auth import signed_in
from hub.http.vivere.fields import given, id_in_path, public_id
from hub.http.vivere.reply import created, ok
from hub.perform import look_up
from hub.wire import vivere
from hub.wire import vivere_shapes as shapes


async def organiser(request: web.Request) -> Actor:
    """The caller, who is staff. The actions ask again; this keeps strangers from having their bodies read."""
    caller = await signed_in(request)
    organisers_only(caller)
    return caller


@described("All places", replies={200: shapes.Data[list[shapes.Location]]}, security="token")
async def list_locations(request: web.Request) -> web.Response:
    await organiser(request)
    return ok([vivere.location(location) for location in await look_up(locations.every)])


@described("Add a place", body=fields.NewLocation, replies={201: shapes.Data[shapes.Location]}, security="token")
async def add_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewLocation)
    return created(await act(request, locations.add, by=by, spell=vivere.location, **given(body)))


@described("Change a place", body=fields.ChangedLocation, replies={200: shapes.Data[shapes.Location]}, security="token")
async def change_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedLocation)
    changed = await act(request, locations.change, id_in_path(request), by=by, spell=vivere.location, **given(body))
    return ok(changed)


@described(
    "Show another picture of a place",
    upload=("image", "image/png", "image/jpeg"),
    replies={200: shapes.Data[shapes.Location]},
    security="token",
)
async def put_image(request: web.Request) -> web.Response:
    by = await organiser(request)
    return ok(await place_maps.show_another(request, id_in_path(request), by=by, spell=vivere.location))


@described("Remove a place", replies={200: shapes.Data[shapes.Nothing]}, security="token")
async def delete_location(request: web.Request) -> web.Response:
    by = await organiser(request)
    image_key = await act(request, locations.delete, id_in_path(request), by=by, spell=attrgetter("image_key"))
    await images.forget(request.config_dict[images.STORE], image_key)
    return ok({})


@described("Add an event", body=fields.NewEvent, replies={201: shapes.Data[shapes.Event]}, security="token")
async def add_event(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewEvent)
    return created(await act(request, events.add, by=by, spell=vivere.event, **_event_fields(body)))


@described("Change an event", body=fields.ChangedEvent, replies={200: shapes.Data[shapes.Event]}, security="token")
async def change_event(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedEvent)
    event_id = id_in_path(request)
    return ok(await act(request, events.change, event_id, by=by, spell=vivere.event, **_event_fields(body)))


def _event_fields(body: fields.NewEvent | fields.ChangedEvent) -> dict[str, Any]:
    found = given(body)
    if body.location is not None:
        found["location"] = public_id(body.location, "location")
    return found


@described("Remove an event", replies={200: shapes.Data[shapes.Nothing]}, security="token")
async def delete_event(request: web.Request) -> web.Response:
    by = await organiser(request)
    return ok(await act(request, events.delete, id_in_path(request), by=by, spell=_nothing))


@described(
    "All announcements, also those to come", replies={200: shapes.Data[list[shapes.Announcement]]}, security="token"
)
async def list_announcements(request: web.Request) -> web.Response:
    by = await organiser(request)
    return ok([vivere.announcement(announcement) for announcement in await look_up(announcements.every, by=by)])


@described(
    "Announce something, now or later",
    body=fields.NewAnnouncement,
    replies={201: shapes.Data[shapes.Announcement]},
    security="token",
)
async def announce(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.NewAnnouncement)
    return created(await act(request, announcements.announce, by=by, spell=vivere.announcement, **given(body)))


@described(
    "Change an announcement",
    body=fields.ChangedAnnouncement,
    replies={200: shapes.Data[shapes.Announcement]},
    security="token",
)
async def change_announcement(request: web.Request) -> web.Response:
    by = await organiser(request)
    body = await parse(request, fields.ChangedAnnouncement)
    found = id_in_path(request)
    return ok(await act(request, announcements.change, found, by=by, spell=vivere.announcement, **given(body)))


@described("Remove an announcement", replies={200: shapes.Data[shapes.Nothing]}, security="token")
async def delete_announcement(request: web.Request) -> web.Response:
    by = await organiser(request)
    return ok(await act(request, announcements.delete, id_in_path(request), by=by, spell=_nothing))


def _nothing(_: None) -> dict[str, Any]:
    """What is left of a thing that was deleted."""
    return {}


@described(
    "Change when the event and the hacking begin and end",
    body=fields.ChangedTimes,
    replies={200: shapes.Data[shapes.Times]},
    security="token",
)
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
