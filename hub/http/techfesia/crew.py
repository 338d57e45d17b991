"""`events/{id}/organisers` and `events/{id}/volunteers`: who makes an event happen."""

from __future__ import annotations

from aiohttp import web

from hub.domain import crew
from hub.domain.privileges import CREATE, DELETE, ORGANISER, UPDATE, VOLUNTEER
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import event_fields as fields
from hub.http.techfesia.auth import signed_in, staff_for
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import created, gone, nothing, ok
from hub.perform import look_up
from hub.wire import techfesia_events as wire
from hub.wire import techfesia_events_shapes as shapes


@described("Who organises an event", replies={200: list[shapes.Organiser]}, security="bearer")
async def organisers(request: web.Request) -> web.Response:
    await signed_in(request)
    return ok(wire.organisers(await look_up(crew.organisers, part_of_path(request, "id"))))


@described("Add an organiser", body=fields.NewOrganiser, replies={201: list[shapes.Organiser]}, security="bearer")
async def add_organiser(request: web.Request) -> web.Response:
    by = await staff_for(request, ORGANISER, CREATE)
    public_id, new = part_of_path(request, "id"), await parse(request, fields.NewOrganiser)
    added = await act(request, crew.add_organiser, public_id, new.username, new.role, by=by, spell=wire.organisers)
    return created(added)


@described("Remove an organiser", replies={204: None}, security="bearer")
async def remove_organiser(request: web.Request) -> web.Response:
    by = await staff_for(request, ORGANISER, DELETE)
    await act(request, crew.remove_organiser, *_whom(request), by=by, spell=nothing)
    return gone()


def _whom(request: web.Request) -> tuple[str, str]:
    """The event and the username."""
    return part_of_path(request, "id"), part_of_path(request, "username")


@described("Who helps at an event", replies={200: list[shapes.Volunteer]}, security="bearer")
async def volunteers(request: web.Request) -> web.Response:
    await signed_in(request)
    return ok(wire.volunteers(await look_up(crew.volunteers, part_of_path(request, "id"))))


@described("Add a volunteer", body=fields.NewVolunteer, replies={201: list[shapes.Volunteer]}, security="bearer")
async def add_volunteer(request: web.Request) -> web.Response:
    by = await staff_for(request, VOLUNTEER, CREATE)
    public_id, new = part_of_path(request, "id"), await parse(request, fields.NewVolunteer)
    added = await act(request, crew.add_volunteer, public_id, new.username, new.task, by=by, spell=wire.volunteers)
    return created(added)


@described("Ask a volunteer to do other things", body=fields.Tasks, replies={200: shapes.Tasks}, security="bearer")
async def change_tasks(request: web.Request) -> web.Response:
    by = await staff_for(request, VOLUNTEER, UPDATE)
    new = await parse(request, fields.Tasks)
    return ok(await act(request, crew.set_tasks, *_whom(request), new.task, by=by, spell=wire.tasks))


@described("Remove a volunteer", replies={204: None}, security="bearer")
async def remove_volunteer(request: web.Request) -> web.Response:
    by = await staff_for(request, VOLUNTEER, DELETE)
    await act(request, crew.remove_volunteer, *_whom(request), by=by, spell=nothing)
    return gone()


ROUTES = [
    web.get("/events/{id}/organisers", organisers),
    web.post("/events/{id}/organisers", add_organiser),
    web.delete("/events/{id}/organisers/{username}", remove_organiser),
    web.get("/events/{id}/volunteers", volunteers),
    web.post("/events/{id}/volunteers", add_volunteer),
    web.put("/events/{id}/volunteers/{username}", change_tasks),
    web.delete("/events/{id}/volunteers/{username}", remove_volunteer),
]
