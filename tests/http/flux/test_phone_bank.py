"""`phone_bank/get_next_member` and `phone_bank/report`: volunteers call members."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain import accounts, roles
from hub.perform import run
from models import OnceOnly, Role, Tally
from tests.http.flux.acting import FluxMember, join, say, unchanged

NEXT, REPORT = "/api/v0/phone_bank/get_next_member", "/api/v0/phone_bank/report"
OKAY = (200, {"status": "okay"})
NOBODY = (200, {"status": "error", "error": "no members to call"})
OVER = (
    409,
    {
        "status": "error",
        "error": "this call is not yours to report, or its time is over; ask for the next member",
    },
)
NOON = 1795262400
SAID = {"do_not_call": False, "comment": "Nice"}


@pytest.fixture
async def paul(hub) -> FluxMember:
    """He calls others."""
    paul = await join(hub, "Paul")
    run(accounts.grant_role, paul.email, roles.PHONEBANK)
    return paul


@pytest.fixture
async def ada(hub) -> FluxMember:
    return await join(hub, "Ada", contact_number="(08) 8900 0000", addr_postcode="0800")


async def given_out(hub, by: FluxMember, **wanted: Any) -> dict[str, Any]:
    status, call = await say(hub, NEXT, by=by, **wanted)
    assert (status, call["status"]) == (200, "okay"), call
    return call


async def test_the_reply_is_whom_to_call_and_how_earlier_calls_went(hub, paul, ada, clock):
    first = await given_out(hub, paul)
    await say(hub, REPORT, by=paul, call_id=first["call_id"], do_not_call=False, comment="", answered=False)
    clock.forward(seconds=60)
    second = await given_out(hub, paul)
    await say(hub, REPORT, by=paul, call_id=second["call_id"], **SAID)

    third = await given_out(hub, paul)

    log = [
        {"time": NOON, "comment": "", "answered": False},
        {"time": NOON + 60, "comment": "Nice", "answered": True},
    ]
    assert [call["call_log"] for call in (first, second, third)] == [[], log[:1], log]
    assert third == {
        "name": "Ada Lee",
        "contact_number": "(08) 8900 0000",
        "postcode": "0800",
        "call_log": log,
        "call_id": third["call_id"],
        "status": "okay",
    }
    assert 0 < third["call_id"] < 2**53


async def test_an_admin_calls_too(hub, ada):
    olga = await join(hub, "Olga")
    run(accounts.grant_role, olga.email, roles.ADMIN)

    assert (await given_out(hub, olga))["name"] == "Ada Lee"


async def test_where_there_is_nobody_to_call_it_is_said_so(hub, paul, ada):
    assert await say(hub, NEXT, by=paul, state="nsw") == NOBODY
    await given_out(hub, paul, state="nt")

    assert await say(hub, NEXT, by=paul) == NOBODY


async def test_whoever_was_called_lately_is_left_out_if_that_is_asked_for(hub, paul, ada, clock):
    await say(hub, REPORT, by=paul, call_id=(await given_out(hub, paul))["call_id"], **SAID, answered=False)
    clock.forward(hours=1)

    assert await say(hub, NEXT, by=paul, no_any_call_since=3601) == NOBODY
    assert (await given_out(hub, paul, no_any_call_since=3600, no_answered_call_since=3601))["name"] == "Ada Lee"


async def test_a_call_is_reported_once_and_by_who_makes_it(hub, paul, ada, rows):
    rosa = await join(hub, "Rosa")
    run(accounts.grant_role, rosa.email, roles.PHONEBANK)
    call_id = (await given_out(hub, paul))["call_id"]
    before = rows()

    assert await say(hub, REPORT, by=rosa, call_id=call_id, **SAID) == OVER
    assert unchanged(before, rows())
    assert await say(hub, REPORT, by=paul, call_id=call_id, **SAID) == OKAY
    before = rows()
    assert await say(hub, REPORT, by=paul, call_id=call_id, **SAID) == OVER
    assert rows() == before


@pytest.mark.settings(call_claim_seconds=60)
async def test_a_call_that_is_not_reported_in_time_is_somebody_else_s(hub, paul, ada, clock):
    first = await given_out(hub, paul)
    clock.forward(seconds=60)

    assert await say(hub, REPORT, by=paul, call_id=first["call_id"], **SAID) == OVER
    assert (await given_out(hub, paul))["call_id"] != first["call_id"]


async def test_whoever_does_not_want_to_be_called_sees_it_and_is_not(hub, paul, ada):
    call_id = (await given_out(hub, paul))["call_id"]

    await say(hub, REPORT, by=paul, call_id=call_id, do_not_call=True, comment="Never again")

    _, user = await say(hub, "/api/v0/user_details", by=ada)
    assert (user["do_not_call"], user["needsValidating"]) == (True, True)
    assert await say(hub, NEXT, by=paul) == NOBODY


async def test_a_call_asked_for_again_with_its_key_is_the_same_and_nothing_of_it_is_stored(hub, paul, ada, rows):
    keyed = {"Idempotency-Key": "k"}

    first = await say(hub, NEXT, by=paul, headers=keyed)
    again = await say(hub, NEXT, by=paul, headers=keyed)

    assert again == first
    assert "8900" not in repr(rows()[OnceOnly.__name__])
    run(lambda: Role.delete().execute())
    assert (await say(hub, NEXT, by=paul, headers=keyed))[0] == 403


async def test_a_report_that_is_sent_again_with_its_key_is_still_a_yes(hub, paul, ada, rows):
    report = {"call_id": (await given_out(hub, paul))["call_id"], **SAID}
    keyed = {"Idempotency-Key": "k"}

    assert await say(hub, REPORT, by=paul, headers=keyed, **report) == OKAY
    before = rows()
    assert await say(hub, REPORT, by=paul, headers=keyed, **report) == OKAY
    assert rows() == before


@pytest.mark.settings(rate_limits=True)
async def test_nobody_collects_numbers(hub, paul, ada):
    await join(hub, "Eve", contact_number="0412 345 678")
    await given_out(hub, paul)
    run(lambda: Tally.update(count=Tally.count + 119).execute())

    status, _ = await say(hub, NEXT, by=paul)

    assert status == 429


@pytest.mark.parametrize(("path", "body"), [(NEXT, {}), (REPORT, {"call_id": 7, **SAID})])
async def test_who_has_not_the_role_is_refused(hub, paul, ada, rows, path, body):
    before = rows()

    status, said = await say(hub, path, by=ada, **body)

    assert (status, said["error"]) == (403, "your account has not the role that this needs")
    assert (await say(hub, path, **body))[0] == 403
    assert unchanged(before, rows())


async def test_whose_role_was_taken_away_does_not_report(hub, paul, ada, rows):
    call_id = (await given_out(hub, paul))["call_id"]
    run(lambda: Role.delete().execute())
    before = rows()

    status, _ = await say(hub, REPORT, by=paul, call_id=call_id, **SAID)

    assert status == 403
    assert rows() == before


NO_COUNTS = [-1, 1.5, "7", True, 100 * 366 * 86400 + 1, 2**53]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "bavaria"),
        *((name, value) for name in ("no_answered_call_since", "no_any_call_since") for value in NO_COUNTS),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(hub, paul, ada, rows, field, value):
    before = rows()

    status, said = await say(hub, NEXT, by=paul, **{field: value})

    assert (status, list(said["error_args"])) == (400, [field])
    assert unchanged(before, rows())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("call_id", value) for value in (0, -1, "7", 7.5, True, None, 2**53)),
        *(("do_not_call", value) for value in ("true", 1, None)),
        *(("comment", value) for value in (7, None, "x" * 10_001)),
        *(("answered", value) for value in ("true", 0)),
    ],
)
async def test_what_cannot_be_reported_is_refused(hub, paul, ada, rows, field, value):
    call_id = (await given_out(hub, paul))["call_id"]
    before = rows()

    status, said = await say(hub, REPORT, by=paul, **{"call_id": call_id, **SAID, field: value})

    assert (status, list(said["error_args"])) == (400, [field])
    assert unchanged(before, rows())


async def test_a_report_needs_nothing_but_its_call(hub, paul, ada):
    call_id = (await given_out(hub, paul))["call_id"]

    without = await say(hub, REPORT, by=paul, **SAID)
    alone = await say(hub, REPORT, by=paul, call_id=call_id)

    assert (without[1]["error_args"], alone) == ({"call_id": "is missing"}, OKAY)


async def test_who_has_said_meanwhile_that_they_do_not_want_to_be_called_is_not_told_of_again(hub, paul, ada):
    key = {"Idempotency-Key": "k1"}
    first = await say(hub, NEXT, by=paul, headers=key)

    await say(hub, "/user_details", by=ada, do_not_call=True)

    assert (first[0], await say(hub, NEXT, by=paul, headers=key)) == (200, OVER)
