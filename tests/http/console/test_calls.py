"""`calls`: how the phone bank goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain import accounts, departures, phone_bank
from hub.domain.actors import OPERATOR
from hub.perform import run
from tests.domain.membership import NUMBER, join
from tests.http.console.test_members import ROLE_NEEDED


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def test_how_the_phone_bank_goes(console):
    tom, _ = join("Tom", role="phonebank"), join("Ada", contact_number=NUMBER)
    number = run(phone_bank.claim, lasts=timedelta(minutes=15), limited=False, by=tom)
    run(phone_bank.report, number, comment="<b>Busy</b>", was_answered=True, do_not_call=False, by=tom)
    caller = {"name": "Tom Lee", "username": "tom@example.org"}
    at_noon = "2026-11-21T12:00:00Z"

    status, said = await console.get("calls")

    call = {"at": at_noon, "caller": caller, "was_answered": True, "comment": "<b>Busy</b>"}
    assert (status, said) == (
        200,
        {
            "counts": {"callable": 1, "claimed": 0, "called": 1, "answered": 1, "do_not_call": 0},
            "callers": [{**caller, "made": 1, "answered": 1, "last_at": at_noon}],
            "recent": [call],
        },
    )
    run(departures.remove, "tom@example.org", by=OPERATOR)
    assert (await console.get("calls"))[1]["recent"] == [{**call, "caller": None}]


async def test_of_staff_only_who_has_the_role_sees_it(as_staff):
    sam, vera = as_staff(), as_staff("Vera")
    run(accounts.grant_role, "vera", "admin")

    assert await sam.get("calls") == ROLE_NEEDED
    assert (await vera.get("calls"))[0] == 200
