"""`validate_user_details` and `report_validation`: an admin checks members, whom they know by an alias."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain import accounts, roles
from hub.perform import run
from tests.http.flux.acting import FluxMember, join, say, unchanged

ASK, REPORT = "/api/v0/validate_user_details", "/api/v0/report_validation"
OKAY = (200, {"status": "okay"})
NOBODY = (200, {"status": "error", "error": "no members to validate"})
OVER = (
    409,
    {"status": "error", "error": "this member was checked or changed their details meanwhile; ask for the next one"},
)
NEEDS_ROLE = (403, {"status": "error", "error": "your account has not the role that this needs"})
NOT_SIGNED_IN = (403, {"status": "error", "error": "not signed in: the secret s is missing or no longer good"})
NOON = 1795262400
RIGHT = {"valid": True, "valid_federal": True, "valid_state": False}


@pytest.fixture
async def vera(hub) -> FluxMember:
    """She checks others."""
    vera = await join(hub, "Vera")
    run(accounts.grant_role, vera.email, roles.ADMIN)
    return vera


@pytest.fixture
async def ada(hub, vera) -> FluxMember:
    return await join(hub, "Ada", fname="Ada", addr_postcode="0800", dobDay="01")


async def given_out(hub, by: FluxMember, **wanted: Any) -> dict[str, Any]:
    status, user = await say(hub, ASK, by=by, **wanted)
    assert (status, user["status"]) == (200, "okay"), user
    return user


async def flags(hub, who: FluxMember) -> tuple[bool, bool, bool]:
    _, user = await say(hub, "/api/v0/user_details", by=who)
    return user["needsValidating"], user["detailsValid"], user["doubleCheckedValidation"]


async def test_the_reply_is_the_member_with_an_alias_instead_of_their_secret(hub, vera, ada):
    _, hers = await say(hub, "/api/v0/user_details", by=ada)

    shown = await given_out(hub, vera)

    alias = shown["s"]
    assert shown == {**hers, "s": alias, "user_s": alias, "status": "okay", "lastValidationGet": NOON}
    assert alias not in (ada.s, vera.s)
    assert await say(hub, "/api/v0/user_details", s=alias) == NOT_SIGNED_IN


async def test_the_original_s_page_reports_and_the_member_sees_it(hub, vera, ada):
    shown = await given_out(hub, vera)

    assert await say(hub, "/report_validation", by=vera, user_s=shown["s"], **RIGHT) == OKAY

    _, user = await say(hub, "/api/v0/user_details", by=ada)
    assert (user["needsValidating"], user["detailsValid"], user["doubleCheckedValidation"]) == (False, True, False)
    assert (user["valid_federal"], user["valid_state"], user["lastValidated"]) == (True, False, NOON)
    assert "validationReason" not in user


@pytest.mark.parametrize("key", ["validationReason", "reason"])
async def test_a_reason_reaches_the_member(hub, vera, ada, key):
    shown = await given_out(hub, vera)

    await say(hub, REPORT, by=vera, user_s=shown["user_s"], valid=False, **{key: "No such street"})

    _, user = await say(hub, "/api/v0/user_details", by=ada)
    assert (user["needsValidating"], user["detailsValid"], user["validationReason"]) == (False, False, "No such street")
    assert "lastValidated" not in user


async def test_members_hear_it_live(hub, vera, ada):
    shown = await given_out(hub, vera)
    heard = await hub.listen("/members", token=ada.s)

    await say(hub, REPORT, by=vera, user_s=shown["s"], **RIGHT)

    assert await heard.until(1, "validation") == [
        {"needsValidating": False, "detailsValid": True, "doubleCheckedValidation": False}
    ]


async def test_a_second_check_is_asked_for_and_reported_as_one(hub, vera, ada, clock):
    await say(hub, REPORT, by=vera, user_s=(await given_out(hub, vera))["s"], **RIGHT)
    clock.forward(minutes=1)
    shown = await given_out(hub, vera, doubleCheck=True)

    plain, _ = await say(hub, REPORT, by=vera, user_s=shown["s"], **RIGHT)
    second = await say(hub, REPORT, by=vera, user_s=shown["s"], doubleCheck=True, **RIGHT)

    assert (plain, second) == (409, OKAY)
    assert await flags(hub, ada) == (False, True, True)


async def test_where_nobody_waits_it_is_said_so(hub, vera):
    assert await say(hub, ASK, by=vera) == NOBODY
    assert await say(hub, ASK, by=vera, state="nt", doubleCheck=True) == NOBODY


async def test_members_are_handed_out_by_state(hub, vera, ada):
    assert await say(hub, ASK, by=vera, state="nsw") == NOBODY
    assert (await given_out(hub, vera, state="nt"))["addr_postcode"] == "0800"


@pytest.mark.parametrize("state", [None, ""])
async def test_a_state_that_is_not_said_is_any(hub, vera, ada, state):
    assert (await given_out(hub, vera, state=state))["email"] == ada.email


async def test_a_report_counts_once_and_only_from_who_was_given_the_member(hub, vera, ada, rows):
    olga = await join(hub, "Olga")
    run(accounts.grant_role, olga.email, roles.ADMIN)
    shown = await given_out(hub, vera)
    before = rows()

    assert await say(hub, REPORT, by=olga, user_s=shown["s"], **RIGHT) == OVER
    assert await say(hub, REPORT, by=vera, user_s=ada.s, **RIGHT) == OVER
    assert unchanged(before, rows())
    assert await say(hub, REPORT, by=vera, user_s=shown["s"], **RIGHT) == OKAY
    assert await say(hub, REPORT, by=vera, user_s=shown["s"], **RIGHT) == OVER


async def test_a_report_that_is_sent_again_with_its_key_is_still_a_yes(hub, vera, ada, rows):
    report = {"user_s": (await given_out(hub, vera))["s"], **RIGHT}
    keyed = {"Idempotency-Key": "k"}

    assert await say(hub, REPORT, by=vera, headers=keyed, **report) == OKAY
    before = rows()
    assert await say(hub, REPORT, by=vera, headers=keyed, **report) == OKAY
    assert rows() == before


async def test_no_answer_about_a_member_is_stored(hub, vera, ada, rows):
    await say(hub, ASK, by=vera, headers={"Idempotency-Key": "k"})

    assert rows()["OnceOnly"] == []


@pytest.mark.parametrize(("path", "body"), [(ASK, {}), (REPORT, {"user_s": "a" * 40, **RIGHT})])
async def test_who_has_not_the_role_is_refused(hub, vera, ada, rows, path, body):
    paul = await join(hub, "Paul")
    run(accounts.grant_role, paul.email, roles.PHONEBANK)
    before = rows()

    refused = [await say(hub, path, by=who, **body) for who in (paul, ada)]

    assert [status for status, _ in refused] == [403, 403]
    assert refused[0] == NEEDS_ROLE
    assert (await say(hub, path, **body))[0] == 403
    assert unchanged(before, rows())


@pytest.mark.parametrize(
    "wanted", [{"state": "bavaria"}, {"state": "NSW"}, {"state": 7}, {"doubleCheck": "true"}, {"doubleCheck": 1}]
)
async def test_what_cannot_be_asked_for_is_refused(hub, vera, ada, rows, wanted):
    before = rows()

    status, said = await say(hub, ASK, by=vera, **wanted)

    assert (status, list(said["error_args"])) == (400, list(wanted))
    assert unchanged(before, rows())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("valid", value) for value in ("true", 1, None)),
        *(("user_s", value) for value in (7, None, {}, "a" * 101)),
        *(("valid_federal", value) for value in ("yes", 0)),
        *(("valid_state", value) for value in ("yes", 0)),
        ("doubleCheck", "true"),
        *(("validationReason", value) for value in (7, "x" * 10_001)),
        ("reason", []),
    ],
)
async def test_what_cannot_be_reported_is_refused(hub, vera, ada, rows, field, value):
    shown = await given_out(hub, vera)
    before = rows()

    status, said = await say(hub, REPORT, by=vera, **{"user_s": shown["s"], **RIGHT, field: value})

    assert (status, list(said["error_args"])) == (400, [field])
    assert unchanged(before, rows())
