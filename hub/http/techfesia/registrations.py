"""`events/…/register` and `registrations`: entering an event, leaving it, and paying for it."""

from __future__ import annotations

from aiohttp import web

from hub.domain import registrations
from hub.domain.privileges import READ, REGISTRATION, UPDATE
from hub.http.described import described
from hub.http.dialect import SETTINGS, Unavailable, act
from hub.http.techfesia import registration_fields as fields
from hub.http.techfesia.auth import signed_in, staff_for
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import created, gone, nothing, ok
from hub.perform import look_up
from hub.wire import techfesia_registrations as wire
from hub.wire import techfesia_registrations_shapes as shapes

ACCEPTED = 202


@described(
    "Enter an event, alone or as a team",
    body=fields.Entry,
    body_may_be_missing=True,
    replies={201: shapes.Told},
    security="bearer",
)
async def register(request: web.Request) -> web.Response:
    by = await signed_in(request)
    event_id, given = part_of_path(request, "id"), await fields.entry_in(request)
    return created(
        await act(request, registrations.register, event_id, team_id=given.team, by=by, spell=wire.registered)
    )


@described("Who is registered for an event", replies={200: shapes.OfEvent}, security="bearer")
async def every(request: web.Request) -> web.Response:
    by = await staff_for(request, REGISTRATION, READ)
    return ok(wire.of_event(await look_up(registrations.every, part_of_path(request, "id"), by=by)))


@described("One registration, for its entrants and staff", replies={200: shapes.Registration}, security="bearer")
async def show(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.registration(await look_up(registrations.get, *_named_in(request), by=by)))


@described("Leave an event; the next who waits gets the seat", replies={204: None}, security="bearer")
async def withdraw(request: web.Request) -> web.Response:
    by = await signed_in(request)
    event_id, registration_id = _named_in(request)
    await act(request, registrations.withdraw, event_id, registration_id, by=by, spell=nothing)
    return gone()


@described("Pay through the gateway", replies={202: shapes.Told}, security="bearer")
async def ask_to_pay(request: web.Request) -> web.Response:
    """Have the fee charged; whoever has a provider's answer to wait for is told by `/teams` when it is there."""
    by = await signed_in(request)
    if not request.config_dict[SETTINGS].payments_are_on:
        raise Unavailable("This server takes no payments. Pay the staff, who note it.")
    asked = await act(request, registrations.ask_to_pay, *_named_in(request), by=by, spell=wire.payment_asked)
    return ok(asked, ACCEPTED)


@described("Note that a fee was received", replies={200: shapes.Registration}, security="bearer")
async def receive_payment(request: web.Request) -> web.Response:
    by = await staff_for(request, REGISTRATION, UPDATE)
    return ok(await act(request, registrations.receive_payment, *_named_in(request), by=by, spell=wire.registration))


@described("What somebody takes part in", replies={200: list[shapes.Registration]}, security="bearer")
async def of_user(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.registrations(await look_up(registrations.of, part_of_path(request, "username"), by=by)))


def _named_in(request: web.Request) -> tuple[str, str]:
    """The event and the registration that the path names."""
    return part_of_path(request, "id"), part_of_path(request, "registration")


ROUTES = [
    web.post("/events/{id}/register", register),
    # Also so called by the original server.
    web.post("/events/{id}/registrations", register),
    web.get("/events/{id}/registrations", every),
    web.get("/events/{id}/registrations/{registration}", show),
    web.delete("/events/{id}/registrations/{registration}", withdraw),
    web.post("/events/{id}/registrations/{registration}/payment", ask_to_pay),
    web.put("/events/{id}/registrations/{registration}/payment", receive_payment),
    web.get("/users/{username}/registrations", of_user),
]
