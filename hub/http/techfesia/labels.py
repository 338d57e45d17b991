"""`events/category` and `events/tags`: what events are sorted by."""

from __future__ import annotations

from aiohttp import web

from hub.domain import labels
from hub.domain.actors import organisers_only
from hub.domain.labels import CATEGORIES, TAGS, Kind
from hub.domain.privileges import CREATE, DELETE, UPDATE
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


@described("All categories", replies={200: list[shapes.Label]})
async def categories(request: web.Request) -> web.Response:
    return await _list(CATEGORIES)


@described("All tags", replies={200: list[shapes.Label]})
async def tags(request: web.Request) -> web.Response:
    return await _list(TAGS)


async def _list(kind: Kind) -> web.Response:
    return ok([wire.label(one) for one in await look_up(labels.every, kind)])


@described("Add a category", body=fields.NewLabel, replies={201: shapes.Label}, security="bearer")
async def add_category(request: web.Request) -> web.Response:
    return await _add(request, CATEGORIES)


@described("Add a tag", body=fields.NewLabel, replies={201: shapes.Label}, security="bearer")
async def add_tag(request: web.Request) -> web.Response:
    return await _add(request, TAGS)


async def _add(request: web.Request, kind: Kind) -> web.Response:
    by = await staff_for(request, kind.subject, CREATE)
    new = await parse(request, fields.NewLabel)
    return created(await act(request, labels.add, kind, new.name, new.description or "", by=by, spell=wire.label))


@described("Describe a category otherwise", body=fields.Description, replies={202: shapes.Label}, security="bearer")
async def describe_category(request: web.Request) -> web.Response:
    by = await staff_for(request, CATEGORIES.subject, UPDATE)
    name, new = part_of_path(request, "name"), await parse(request, fields.Description)
    said = await act(request, labels.describe, CATEGORIES, name, new.description, by=by, spell=wire.label)
    return ok(said, 202)


@described("Describe a tag otherwise", body=fields.Description, replies={202: shapes.Label}, security="bearer")
async def describe_tag(request: web.Request) -> web.Response:
    """The document has this address for categories too; which of them is meant shows in what there is."""
    by = await signed_in(request)
    organisers_only(by)
    name, new = part_of_path(request, "name"), await parse(request, fields.Description)
    described_now = await act(request, labels.describe_tag_or_category, name, new.description, by=by, spell=wire.label)
    return ok(described_now, 202)


@described("Delete a category that no event is in", replies={204: None}, security="bearer")
async def delete_category(request: web.Request) -> web.Response:
    return await _delete(request, CATEGORIES)


@described("Delete a tag that no event has", replies={204: None}, security="bearer")
async def delete_tag(request: web.Request) -> web.Response:
    return await _delete(request, TAGS)


async def _delete(request: web.Request, kind: Kind) -> web.Response:
    by = await staff_for(request, kind.subject, DELETE)
    await act(request, labels.delete, kind, part_of_path(request, "name"), by=by, spell=nothing)
    return gone()


ROUTES = [
    web.get("/events/category", categories),
    web.post("/events/category", add_category),
    web.put("/events/category/{name}", describe_category),
    web.delete("/events/category/{name}", delete_category),
    web.get("/events/tags", tags),
    web.post("/events/tags", add_tag),
    web.put("/events/tags/{name}", describe_tag),
    web.delete("/events/tags/{name}", delete_tag),
]
