"""`registrations`: how full each event is, who comes and who waits, as a list and as a file, and changing that."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from hub import clock
from hub.domain import registration_desk, registrations
from hub.domain.actors import Actor
from hub.domain.privileges import READ, REGISTRATION, USER, demand
from hub.domain.registration_desk import Page
from hub.domain.seating import STATES
from hub.http.console.auth import staff
from hub.http.console.fields import PAGE_SIZE, choice_in, public_id
from hub.http.console.reply import HEADERS, ok, ok_for
from hub.http.dialect import act
from hub.http.fields import whole_number
from hub.perform import look_up
from hub.threads import compute
from hub.wire import console_registrations as wire
from hub.wire.console_day import nothing

AT_ONCE = 500
"""Registrations of a file that are read in one unit of work, so that others get their turn in between."""
HIGHEST_NUMBER = 2**31 - 1


async def overview(request: web.Request) -> web.Response:
    by = await staff(request)
    return ok(wire.events(await look_up(registration_desk.overview, by=by)))


async def some(request: web.Request) -> web.Response:
    """A page of an event's registrations in the order in which they were made, of one status or of all."""
    by, event_id = await staff(request), _event_in(request)
    state, after = choice_in(request, "status", STATES), whole_number(request, "before", 0, HIGHEST_NUMBER, otherwise=0)
    return ok_for(
        by,
        wire.page(await look_up(registration_desk.page, event_id, state=state, after=after, size=PAGE_SIZE, by=by)),
    )


async def as_file(request: web.Request) -> web.Response:
    """All of them. The file is sent once it is whole: one that broke off could not be told from one that ended."""
    by, event_id = await staff(request), _event_in(request)
    with_contacts = by.may(USER, READ)
    page = await _read(event_id, 0, by)
    texts = [wire.csv_head(with_contacts=with_contacts), await _lines(page, with_contacts)]
    while page.last is not None:
        page = await _read(event_id, page.last, by)
        texts.append(await _lines(page, with_contacts))
    name = wire.file_name(page.filled.event, clock.now())
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text="".join(texts), content_type="text/csv", charset="utf-8", headers=headers)


async def _read(event_id: str, after: int, by: Actor) -> Page:
    return await look_up(registration_desk.page, event_id, after=after, size=AT_ONCE, by=by)


async def _lines(page: Page, with_contacts: bool) -> str:
    return await compute(partial(wire.csv_rows, page.entries, with_contacts=with_contacts))


async def withdraw(request: web.Request) -> web.Response:
    """Whoever waited longest gets the seat."""
    by = await staff(request)
    return ok(await act(request, registrations.withdraw, *_named_in(request), by=by, spell=nothing))


async def note_payment(request: web.Request) -> web.Response:
    by, named = await staff(request), _named_in(request)
    # Asked before anything is done, or it would be done and then refused to be shown.
    demand(by, REGISTRATION, READ)
    await act(request, registrations.receive_payment, *named, by=by, spell=nothing)
    return ok_for(by, {"registration": wire.registration(await look_up(registration_desk.one, *named, by=by))})


def _event_in(request: web.Request) -> str:
    return public_id(request.match_info["event"], "event")


def _named_in(request: web.Request) -> tuple[str, str]:
    """The event and the registration that the path names."""
    return _event_in(request), public_id(request.match_info["id"])


ROUTES = [
    web.get("/api/registrations", overview),
    web.get("/api/registrations/{event}", some),
    web.get("/api/registrations/{event}/csv", as_file),
    web.delete("/api/registrations/{event}/{id}", withdraw),
    web.post("/api/registrations/{event}/{id}/paid", note_payment),
]
