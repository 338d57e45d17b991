"""`help_tickets`: what people asked the staff, and answering it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import help_tickets
from hub.domain.help_tickets import Wanted
from hub.http.bodies import Body, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Text, choice_in, id_in_path, page_in
from hub.http.console.reply import ok_for
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_day as wire

OPEN, SOLVED = "open", "solved"


class Answer(Body):
    solution: Text


async def some(request: web.Request) -> web.Response:
    """Newest first; of both states where none is asked for."""
    by = await staff(request)
    state = choice_in(request, "state", (OPEN, SOLVED))
    wanted = Wanted(is_solved=None if state is None else state == SOLVED)
    return ok_for(by, wire.help_tickets(await look_up(help_tickets.every, wanted, **page_in(request), by=by)))


async def close(request: web.Request) -> web.Response:
    by, public_id = await staff(request), id_in_path(request)
    answer = await parse(request, Answer)
    return ok_for(by, await act(request, help_tickets.solve, public_id, answer.solution, by=by, spell=_one))


def _one(ticket: Any) -> dict[str, Any]:
    return {"ticket": wire.help_ticket(ticket)}


ROUTES = [
    web.get("/api/help_tickets", some),
    web.post("/api/help_tickets/{id}/close", close),
]
