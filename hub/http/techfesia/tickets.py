"""`ticket`: questions to the staff, and their answers."""

from __future__ import annotations

from aiohttp import web

from hub.domain import help_tickets
from hub.domain.privileges import READ, TICKET, UPDATE
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import ticket_fields as fields
from hub.http.techfesia.auth import signed_in, staff_for
from hub.http.techfesia.queries import page_in, part_of_path, text_in
from hub.http.techfesia.reply import created, ok
from hub.perform import look_up
from hub.wire import techfesia_tickets as wire
from hub.wire import techfesia_tickets_shapes as shapes


@described("All help tickets, newest first", query=fields.AllFilters, replies={200: shapes.Tickets}, security="bearer")
async def every(request: web.Request) -> web.Response:
    by = await staff_for(request, TICKET, READ)
    wanted = fields.wanted_in(request, opened_by=text_in(request, "user"))
    return ok(wire.page(await look_up(help_tickets.every, wanted, **page_in(request), by=by)))


@described("The public ones, newest first", query=fields.Filters, replies={200: shapes.Tickets})
async def public(request: web.Request) -> web.Response:
    found = await look_up(help_tickets.public, fields.wanted_in(request), **page_in(request))
    return ok(wire.page(found, openly=True))


@described("What one user has asked", query=fields.Filters, replies={200: shapes.Tickets}, security="bearer")
async def of_user(request: web.Request) -> web.Response:
    by = await signed_in(request)
    username, wanted = part_of_path(request, "username"), fields.wanted_in(request)
    return ok(wire.page(await look_up(help_tickets.of, username, wanted, **page_in(request), by=by)))


@described("Ask the staff", body=fields.NewTicket, replies={201: shapes.HelpTicket}, security="bearer")
async def ask(request: web.Request) -> web.Response:
    by = await signed_in(request)
    given = await parse(request, fields.NewTicket)
    said = {"title": given.title, "description": given.description, "is_public": given.is_public}
    return created(await act(request, help_tickets.ask, **said, by=by, spell=wire.ticket))


@described("Answer a ticket", body=fields.Answer, replies={200: shapes.HelpTicket}, security="bearer")
async def close(request: web.Request) -> web.Response:
    by = await staff_for(request, TICKET, UPDATE)
    public_id, given = part_of_path(request, "id"), await parse(request, fields.Answer)
    return ok(await act(request, help_tickets.solve, public_id, given.content, by=by, spell=wire.ticket))


ROUTES = [
    web.get("/ticket", every),
    web.post("/ticket", ask),
    web.get("/ticket/public", public),
    web.get("/ticket/{username}", of_user),
    web.put("/ticket/{id}/close", close),
]
