"""`mentor_tickets`: the mentor queue. Any staff member sees and moves all of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from hub.domain import mentor_desk
from hub.domain.refusals import Invalid
from hub.http.bodies import query
from hub.http.console.auth import staff
from hub.http.console.fields import PAGE_SIZE, choice_in, id_in_path
from hub.http.console.reply import ok_for
from hub.http.dialect import SETTINGS, act
from hub.perform import look_up
from hub.wire import console_day as wire


async def some(request: web.Request) -> web.Response:
    """One state's tickets, those that wait where none is asked for, and how many there are of each."""
    by = await staff(request)
    category = wire.CATEGORY_OF_STATE[choice_in(request, "state", wire.CATEGORY_OF_STATE) or "open"]
    found = await look_up(mentor_desk.desk, category, after=_after(request), size=PAGE_SIZE, by=by)
    return ok_for(by, wire.desk(found))


def _after(request: web.Request) -> mentor_desk.Mark | None:
    before = query(request, "before")
    try:
        return None if before is None else wire.mark_in(before)
    except ValueError as wrong:
        raise Invalid("before", str(wrong)) from None


async def claim(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    return ok_for(by, await act(request, mentor_desk.claim, public_id, by=by, spell=_one))


async def close(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    return ok_for(by, await act(request, mentor_desk.close, public_id, by=by, spell=_one))


async def reopen(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    lasts = timedelta(seconds=request.config_dict[SETTINGS].mentor_ticket_seconds)
    return ok_for(by, await act(request, mentor_desk.reopen, public_id, lasts=lasts, by=by, spell=_one))


def _one(ticket: Any) -> dict[str, Any]:
    return {"ticket": wire.mentor_ticket(ticket)}


ROUTES = [
    web.get("/api/mentor_tickets", some),
    web.post("/api/mentor_tickets/{id}/claim", claim),
    web.post("/api/mentor_tickets/{id}/close", close),
    web.post("/api/mentor_tickets/{id}/reopen", reopen),
]
