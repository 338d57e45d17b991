"""`phone_bank/get_next_member` and `phone_bank/report`: volunteers call members."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from hub.domain import phone_bank
from hub.http.bodies import validated
from hub.http.described import described
from hub.http.dialect import SETTINGS, act
from hub.http.flux import fields, taken
from hub.http.flux.auth import signed_in
from hub.http.flux.reply import failed, ok
from hub.perform import look_up
from hub.wire import flux
from hub.wire import flux_shapes as shapes

NOBODY = "no members to call"


@described(
    "Whom to call next; of whoever has the role phonebank or admin",
    body=taken.SignedCallWanted,
    replies={200: shapes.CallToMake | shapes.Error},
)
async def get_next_member(request: web.Request) -> web.Response:
    """The next member to call. What is kept for a repeated call is its number alone, and no member's details."""
    call = await signed_in(request)
    settings = request.config_dict[SETTINGS]
    asked = validated(call.body, fields.CallWanted)
    call_id = await act(
        request,
        phone_bank.claim,
        state=asked.state or None,
        no_answered_call_within=_time(asked.no_answered_call_since),
        no_call_within=_time(asked.no_any_call_since),
        lasts=timedelta(seconds=settings.call_claim_seconds),
        limited=settings.rate_limits,
        by=call.by,
        spell=_number,
    )
    if call_id is None:
        return failed(NOBODY)
    return ok(**flux.call_to_make(await look_up(phone_bank.to_make, call_id, by=call.by)))


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _number(call_id: int | None) -> int | None:
    return call_id


@described("How the call went", body=taken.SignedCallReport, replies={200: shapes.Okay})
async def report(request: web.Request) -> web.Response:
    """How the call went. Nothing in the document says whether anybody answered, so without a word they did."""
    call = await signed_in(request)
    said = validated(call.body, fields.CallReport)
    await act(
        request,
        phone_bank.report,
        said.call_id,
        comment=said.comment,
        was_answered=said.answered,
        do_not_call=said.do_not_call,
        by=call.by,
        spell=bool,
    )
    return ok()


V0 = [web.post("/phone_bank/get_next_member", get_next_member), web.post("/phone_bank/report", report)]
