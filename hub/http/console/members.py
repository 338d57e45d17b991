"""`members`: the validation queue. Superusers see and check members, and staff who have the role admin."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, StringConstraints

from hub.domain import check_desk, member_checks, proofs
from hub.domain.member_details import STATES
from hub.http.bodies import Body, parse
from hub.http.console.auth import staff
from hub.http.console.fields import Name
from hub.http.console.reply import ok
from hub.http.dialect import act
from hub.perform import look_up, perform
from hub.wire import console_members as wire
from hub.wire.console_day import nothing


def _known_state(state: str) -> str:
    if state not in STATES:
        raise ValueError(f"is none of {', '.join(STATES)}")
    return state


class CheckWanted(Body):
    state: Annotated[str, AfterValidator(_known_state)] | None = None
    is_second: bool = False


class CheckReport(Body):
    alias: Name
    is_valid: bool
    valid_federal: bool | None = None
    valid_state: bool | None = None
    is_second: bool = False
    reason: Annotated[str, StringConstraints(max_length=10_000)] | None = None


async def overview(request: web.Request) -> web.Response:
    by = await staff(request)
    return ok(wire.checks(await look_up(check_desk.desk, by=by)))


async def hand_out(request: web.Request) -> web.Response:
    """The next member to check. No answer is kept for a repeated call: it would be a stored record of a member."""
    by = await staff(request)
    asked = await parse(request, CheckWanted)
    found = await perform(proofs.proven, member_checks.hand_out, state=asked.state, is_second=asked.is_second, by=by)
    return ok(wire.to_check(found))


async def report(request: web.Request) -> web.Response:
    by = await staff(request)
    said = await parse(request, CheckReport)
    found = {
        "is_right": said.is_valid,
        "is_second": said.is_second,
        "federal": said.valid_federal,
        "of_state": said.valid_state,
        "reason": said.reason,
    }
    return ok(await act(request, member_checks.report, said.alias, **found, by=by, spell=nothing))


ROUTES = [
    web.get("/api/members", overview),
    web.post("/api/members/next", hand_out),
    web.post("/api/members/report", report),
]
