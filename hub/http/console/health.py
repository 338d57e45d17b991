"""`health`: how the nodes and the queue are, now and for the last quarter of an hour.

It is looked at when something is wrong, so it answers whatever is away, as long as the loop turns. While the database
cannot say who calls, whoever was staff here minutes ago may go on looking: there is nothing in it about anybody.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from time import monotonic
from typing import Any

from aiohttp import web

from hub import clock
from hub.domain.refusals import Invalid, Refusal
from hub.http import health
from hub.http.bodies import query
from hub.http.console.auth import COOKIE, staff
from hub.http.console.reply import ok
from hub.http.dialect import Unavailable
from hub.node import NODE
from hub.perform import DatabaseAway, Overloaded
from hub.wire import console_machine as wire
from hub.wire.console import moment
from hub.wire.moments import from_iso

REMEMBERED_SECONDS = 600.0
MOST_REMEMBERED = 1000

_let_in_at: dict[str, float] = {}
"""When a session was last found to be of staff, by a hash of its secret."""


async def vitals(request: web.Request) -> web.Response:
    node, since = request.config_dict[NODE], _since(request)
    # At once: with a database that hangs either takes seconds.
    _, state = await asyncio.gather(_let_in(request), health.state_of(node))
    said = {
        "now": moment(clock.now()),
        "node": node.pulse.name,
        "ready": state["ready"],
        "reason": state["reason"],
        "checks": {"database": _database(state["reason"]), **state["checks"]},
        "nodes": [wire.node(*seen) for seen in node.pulse.nodes()],
        "queue": wire.queue_now(node.pulse.queue()),
        "history": wire.history(node.pulse.history(since)),
    }
    return ok(said)


def _since(request: web.Request) -> datetime:
    """After which moment the history is wanted; a page that stays open has the rest already."""
    text = query(request, "since")
    try:
        return datetime.min if text is None else from_iso(text)
    except ValueError as wrong:
        raise Invalid("since", str(wrong)) from None


def _database(reason: str | None) -> dict[str, Any]:
    return {"ok": reason != health.DATABASE_AWAY}


async def _let_in(request: web.Request) -> None:
    """Staff, and while nobody can tell, who was staff lately; raises what `staff` does, and Unavailable."""
    session = _session(request)
    try:
        async with asyncio.timeout(health.PATIENCE_SECONDS):
            await staff(request)
    except Refusal:
        _let_in_at.pop(session, None)
        raise
    except (DatabaseAway, Overloaded, TimeoutError):
        if monotonic() - _let_in_at.get(session, float("-inf")) > REMEMBERED_SECONDS:
            raise Unavailable() from None
    else:
        _remember(session)


def forget(request: web.Request) -> None:
    """Whoever signs out here looks on no more."""
    _let_in_at.pop(_session(request), None)


def _session(request: web.Request) -> str:
    return hashlib.sha256(request.cookies.get(COOKIE, "").encode("utf-8", "surrogateescape")).hexdigest()


def _remember(session: str) -> None:
    # Put at the end, so that the first is the one that has not been here for longest.
    _let_in_at.pop(session, None)
    _let_in_at[session] = monotonic()
    if len(_let_in_at) > MOST_REMEMBERED:
        del _let_in_at[next(iter(_let_in_at))]


ROUTES = [web.get("/api/health", vitals)]
