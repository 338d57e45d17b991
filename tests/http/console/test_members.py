"""`members`: the validation queue in the console, with the rules that the membership contract has."""

from __future__ import annotations

import pytest

from hub.domain import accounts
from hub.perform import run
from models import Member
from tests.domain.membership import join, row_of
from tests.http.console.day import cannot_use, done, no

ROLE_NEEDED = no(
    403, "role_needed", "That is for superusers and for staff who have the role admin. A superuser can give it to you."
)
OVER = no(
    409, "check_over", "This member was checked, handed out again or has changed their details. Take the next one."
)
OTHER_KIND = no(409, "check_of_another_kind", "Report a second check as one, and no other. Take the next member.")


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def take(console, **asked) -> dict | None:
    return await done(console.post("members/next", asked))


async def report(console, alias: str, **found):
    return await console.post("members/report", {"alias": alias, "is_valid": True, **found})


async def test_how_the_queue_stands(console):
    join("Ada", addr_suburb="Perth", addr_postcode="6000")

    assert await console.get("members") == (
        200,
        {
            "counts": {"members": 1, "waiting": 1, "valid": 0, "double_checked": 0, "invalid": 0, "held": 0},
            "oldest_waiting_at": "2026-11-21T12:00:00Z",
            "next": [{"name": "Ada Lee", "state": "wa", "suburb": "Perth", "waiting_since": "2026-11-21T12:00:00Z"}],
        },
    )


async def test_an_empty_queue_has_nobody_to_check(console):
    _, said = await console.get("members")

    assert (said["oldest_waiting_at"], said["next"], await take(console)) == (None, [], None)


async def test_a_member_is_taken_and_reported_on(console):
    ada = join("Ada", addr_suburb="Perth", addr_postcode=6000, onAECRoll=True, valid_regions=["a", "b"], mnames=" ")

    member = await take(console)
    told = await report(console, member["alias"], valid_state=False)

    assert list(member["details"].items()) == [
        ("name", "Ada Lee"),
        ("addr_suburb", "Perth"),
        ("addr_postcode", "6000"),
        ("onAECRoll", "yes"),
        ("email", "ada@example.org"),
        ("valid_regions", "a, b"),
    ]
    row = row_of(ada)
    assert (told, row.details_valid, row.valid_federal, row.valid_state) == ((200, {}), True, True, False)
    assert await report(console, member["alias"]) == OVER


async def test_a_member_who_is_found_wrong_is_kept_with_the_reason(console):
    ada = join("Ada")

    told = await report(console, (await take(console))["alias"], is_valid=False, reason="Not on the roll")

    row = row_of(ada)
    assert (told, row.details_valid, row.validation_reason) == ((200, {}), False, "Not on the roll")


async def test_a_second_check_is_asked_for_and_reported_as_one(console, clock):
    ada = join("Ada")
    await report(console, (await take(console))["alias"])
    clock.forward(minutes=2)

    alias = (await take(console, is_second=True))["alias"]

    assert await report(console, alias) == OTHER_KIND
    assert await report(console, alias, is_second=True) == (200, {})
    assert row_of(ada).double_checked


async def test_only_one_state_is_asked_for(console):
    join("Ada", addr_postcode="6000")

    assert await take(console, state="nsw") is None
    assert await take(console, state="wa") is not None


@pytest.mark.parametrize(
    ("path", "said", "refused"),
    [
        ("next", {"state": "mars"}, "state is none of nsw, qld, sa, nt, act, vic, wa, tas, nostate, weirdstate"),
        ("next", {"is_second": "yes"}, "is_second is neither true nor false"),
        ("report", {"is_valid": True}, "alias is missing"),
        ("report", {"alias": "a" * 201, "is_valid": True}, "alias is too long"),
        ("report", {"alias": "a"}, "is_valid is missing"),
        ("report", {"alias": "a", "is_valid": True, "reason": "a" * 10_001}, "reason is too long"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(console, rows, path, said, refused):
    join("Ada")
    before = rows()
    field, _, reason = refused.partition(" ")

    assert await console.post(f"members/{path}", said) == cannot_use(field, reason)
    assert rows() == before


async def test_of_staff_only_who_has_the_role_checks_members(as_staff, rows):
    join("Ada")
    sam, vera = as_staff(), as_staff("Vera")
    run(accounts.grant_role, "vera", "admin")
    before = rows()

    told = [await sam.get("members"), await sam.post("members/next", {}), await report(sam, "a")]

    assert (told, rows() == before) == ([ROLE_NEEDED] * 3, True)
    alias = (await take(vera))["alias"]
    assert (await report(vera, alias), (await vera.get("members"))[0]) == ((200, {}), 200)


async def test_nobody_reports_on_whom_another_has_in_hand(console, as_staff):
    ada, vera = join("Ada"), as_staff("Vera")
    run(accounts.grant_role, "vera", "admin")
    alias = (await take(console))["alias"]

    assert await report(vera, alias) == OVER
    assert run(lambda: Member.get_by_id(ada.id)).needs_validating
