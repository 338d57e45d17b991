"""`validate_user_details` and `report_validation`: an admin compares members' details with the roll."""

from __future__ import annotations

from aiohttp import web

from hub.domain import member_checks, proofs
from hub.http.bodies import validated
from hub.http.described import described
from hub.http.dialect import act
from hub.http.flux import fields, taken
from hub.http.flux.auth import signed_in
from hub.http.flux.reply import failed, ok
from hub.perform import perform
from hub.wire import flux
from hub.wire import flux_shapes as shapes

NOBODY = "no members to validate"


@described(
    "Whom to check next; of an admin", body=taken.SignedCheckWanted, replies={200: shapes.ToCheck | shapes.Error}
)
async def validate_user_details(request: web.Request) -> web.Response:
    """The next member to check. No answer is kept for a repeated call: it would be a stored record of a member."""
    call = await signed_in(request)
    asked = validated(call.body, fields.CheckWanted)
    state = asked.state or None
    to_check = await perform(
        proofs.proven, member_checks.hand_out, state=state, is_second=asked.doubleCheck, by=call.by
    )
    return failed(NOBODY) if to_check is None else ok(**flux.to_check(to_check))


@described("What the check has found", body=taken.SignedCheckReport, replies={200: shapes.Okay})
async def report_validation(request: web.Request) -> web.Response:
    call = await signed_in(request)
    said = validated(call.body, fields.CheckReport)
    await act(
        request,
        member_checks.report,
        said.user_s,
        is_right=said.valid,
        is_second=said.doubleCheck,
        federal=said.valid_federal,
        of_state=said.valid_state,
        reason=said.validationReason or said.reason,
        by=call.by,
        spell=bool,
    )
    return ok()


V0 = [web.post("/validate_user_details", validate_user_details), web.post("/report_validation", report_validation)]
