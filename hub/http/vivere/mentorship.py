"""`mentorship/…`: the mentor queue."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from aiohttp import web

from hub.domain import mentor_tickets
from hub.domain.actors import Actor
from hub.domain.refusals import Invalid, NotSignedIn
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import SETTINGS, act
from hub.http.vivere.auth import signed_in, viewer
from hub.http.vivere.fields import NewTicket, TicketId, public_id
from hub.http.vivere.reply import created, ok
from hub.perform import look_up
from hub.wire import vivere
from hub.wire import vivere_shapes as shapes


@described("Ask for a mentor", body=NewTicket, replies={201: shapes.Data[shapes.Ticket]}, security="token")
async def create(request: web.Request) -> web.Response:
    wanted = await parse(request, NewTicket)
    hacker = await _hacker(request)
    ticket = await act(
        request,
        mentor_tickets.create,
        description=wanted.description,
        location=wanted.location,
        contact=wanted.contact,
        lasts=_lasts(request),
        by=hacker,
        spell=_as_seen_by(hacker),
    )
    return created(ticket)


async def _hacker(request: web.Request) -> Actor:
    """Who opens a ticket; here, and nowhere else, the document answers a missing or bad token with 400."""
    try:
        return await signed_in(request)
    except NotSignedIn:
        raise Invalid("token", "is missing or no longer good; sign in again") from None


@described("Who waits, longest first", replies={200: shapes.Data[list[shapes.Ticket]]}, security=("token", None))
async def queue(request: web.Request) -> web.Response:
    return ok(vivere.tickets(await look_up(mentor_tickets.queue), viewer=await viewer(request)))


@described("The caller's own tickets", replies={200: shapes.Data[shapes.TicketsByCategory]}, security="token")
async def of_user(request: web.Request) -> web.Response:
    hacker = await signed_in(request)
    return ok(vivere.tickets_by_category(await look_up(mentor_tickets.opened_by, hacker), viewer=hacker.id))


@described("What the caller is at work on", replies={200: shapes.Data[list[shapes.Ticket]]}, security="token")
async def claimed_by_user(request: web.Request) -> web.Response:
    mentor = await signed_in(request)
    return ok(vivere.tickets(await look_up(mentor_tickets.claimed_by, mentor), viewer=mentor.id))


@described("Take a ticket off the queue", body=TicketId, replies={200: shapes.Data[shapes.Ticket]}, security="token")
async def claim(request: web.Request) -> web.Response:
    mentor, ticket_id = await _caller_and_ticket(request)
    return ok(await act(request, mentor_tickets.claim, ticket_id, by=mentor, spell=_as_seen_by(mentor)))


@described(
    "Put a ticket back into the queue", body=TicketId, replies={200: shapes.Data[shapes.Ticket]}, security="token"
)
async def reopen(request: web.Request) -> web.Response:
    caller, ticket_id = await _caller_and_ticket(request)
    lasts, spell = _lasts(request), _as_seen_by(caller)
    return ok(await act(request, mentor_tickets.reopen, ticket_id, lasts=lasts, by=caller, spell=spell))


@described("Close a ticket", body=TicketId, replies={200: shapes.Data[shapes.Ticket]}, security="token")
async def close(request: web.Request) -> web.Response:
    caller, ticket_id = await _caller_and_ticket(request)
    return ok(await act(request, mentor_tickets.close, ticket_id, by=caller, spell=_as_seen_by(caller)))


async def _caller_and_ticket(request: web.Request) -> tuple[Actor, str]:
    """A missing or impossible id is 400 whoever asks; then comes the question who asks."""
    ticket_id = public_id((await parse(request, TicketId)).id)
    return await signed_in(request), ticket_id


def _as_seen_by(actor: Actor) -> partial:
    return partial(vivere.ticket, viewer=actor.id)


def _lasts(request: web.Request) -> timedelta:
    return timedelta(seconds=request.config_dict[SETTINGS].mentor_ticket_seconds)


ROUTES = [
    web.post("/mentorship/create", create),
    web.get("/mentorship/queue", queue),
    web.get("/mentorship/user/queue", of_user),
    web.get("/mentorship/user/claimed", claimed_by_user),
    web.post("/mentorship/claim", claim),
    web.post("/mentorship/reopen", reopen),
    web.post("/mentorship/close", close),
]
