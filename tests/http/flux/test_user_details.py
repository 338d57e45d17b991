"""`user_details`: reading one's own record, and changing it field by field."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.flux import waiting
from tests.http.flux.acting import join, say

WAITING = {"needsValidating": True, "detailsValid": False, "doubleCheckedValidation": False}
NO_SECRETS = [
    None,
    "",
    5,
    True,
    [],
    {},
    {"$ne": None},
    ["0" * 40],
    "0" * 39,
    "0" * 40,
    "0" * 41,
    "0" * 51,
    "G" * 40,
]


@pytest.fixture
async def member(hub):
    return await join(hub, dob="1990-01-01T00:09:50.115Z", dobDay="01")


async def test_the_secret_alone_reads_and_changes_nothing(hub, member, rows):
    await say(hub, "/user_details", by=member)
    before = rows()

    status, user = await say(hub, "/user_details", by=member)

    assert (status, user["s"], user["dob"], user["dobDay"]) == (200, member.s, "1990-01-01T00:09:50.115Z", "01")
    assert rows() == before


@pytest.mark.parametrize("path", ["/flux/user_details", "/flux/user_details/", "/flux/api/v0/user_details"])
async def test_every_path_of_it_answers(hub, member, path):
    assert (await hub.post(path, {"s": member.s}))[0] == 200


@pytest.mark.parametrize("secret", NO_SECRETS)
async def test_whatever_is_sent_for_a_secret_and_is_none_is_403(hub, member, secret):
    status, said = await hub.post("/flux/user_details", {"s": secret, "fname": "Eve"})

    assert (status, said["status"]) == (403, "error")


async def test_a_call_without_a_secret_is_403(hub):
    assert (await hub.post("/flux/user_details", {"fname": "Eve"}))[0] == 403


async def test_a_secret_in_capitals_is_none(hub, member):
    assert (await hub.post("/flux/user_details", {"s": member.s.upper()}))[0] == 403


@pytest.mark.parametrize("value", ["Byron", "", 1, 1.5, 0, False, True, None, [], ["AUS", 7], "  \u00e9 ", 10**15])
async def test_a_value_comes_back_as_it_was_sent(hub, member, value):
    status, user = await say(hub, "/user_details", by=member, sname=value)

    assert (status, user["sname"], type(user["sname"])) == (200, value, type(value))
    assert (await say(hub, "/user_details", by=member))[1]["sname"] == value


async def test_what_is_not_sent_stays_and_what_was_never_sent_is_absent(hub, member, clock):
    clock.forward(seconds=90.5)
    before = (await say(hub, "/user_details", by=member))[1]

    after = (await say(hub, "/user_details", by=member, dobMonth=2))[1]

    assert after == {**before, "dobMonth": 2, "lastUpdated": 1795262490}
    assert "dobYear" not in after


@pytest.mark.parametrize("field", ["fname", "address", "onAECRoll", "volunteer", "do_not_call", "username"])
async def test_any_field_that_may_be_set_has_the_details_checked_anew(hub, member, validated, field):
    validated(member)

    user = (await say(hub, "/user_details", by=member, **{field: True}))[1]

    assert {name: user[name] for name in WAITING} == WAITING


async def test_keys_that_may_not_be_set_change_nothing(hub, member, validated, rows):
    validated(member)
    await say(hub, "/user_details", by=member)
    before = rows()

    status, user = await say(
        hub, "/user_details", by=member, needsValidating=True, _id={"$oid": "x"}, password="x", timestamp=1, admin=True
    )

    assert (status, user["detailsValid"], "password" in user) == (200, True, False)
    assert rows() == before


async def test_two_who_change_different_fields_at_once_undo_nothing(hub, member):
    fields = [{f"addr_{part}": str(number)} for number, part in enumerate(("street", "suburb", "postcode", "country"))]

    await asyncio.gather(*(say(hub, "/user_details", by=member, **field) for field in fields))

    user = (await say(hub, "/user_details", by=member))[1]
    assert [{name: user[name]} for field in fields for name in field] == fields


async def test_another_address_is_where_the_next_link_goes_and_the_old_one_is_free(hub, member):
    changed = await say(hub, "/user_details", by=member, email="New@example.org")

    assert (changed[0], changed[1]["email"]) == (200, "New@example.org")
    assert await say(hub, "/api/v1/app/new_magic_link", email="new@EXAMPLE.org") == (200, {"status": "okay"})
    assert (await say(hub, "/api/v1/app/new_magic_link", email=member.email))[1]["error"] == "email not found"
    assert (await join(hub, email=member.email)).id != member.id


async def test_another_s_address_is_refused_and_nothing_of_the_call_is_kept(hub, member, rows):
    await join(hub, "Eve", email="eve@example.org")
    await say(hub, "/user_details", by=member)
    before = rows()

    status, said = await say(hub, "/user_details", by=member, email="EVE@example.org", fname="Mallory")

    assert (status, said.startswith("This e-mail address belongs")) == (409, True)
    assert rows() == before


@pytest.mark.parametrize("bad", [{"email": 7}, {"email": "x"}, {"email": None}, {"fname": {}}, {"fname": "x" * 10_001}])
async def test_a_bad_value_is_refused_by_name_and_nothing_of_the_call_is_kept(hub, member, rows, bad):
    await say(hub, "/user_details", by=member)
    before = rows()

    status, said = await say(hub, "/user_details", by=member, sname="Byron", **bad)

    assert (status, list(said["error_args"])) == (400, list(bad))
    assert rows() == before


async def test_the_same_key_has_one_effect_and_the_answer_is_kept_without_the_secret(hub, member, rows):
    key, body = {"Idempotency-Key": "k1"}, {"s": member.s, "fname": "Ada"}

    first = await hub.post("/flux/user_details", body, headers=key)
    await say(hub, "/user_details", by=member, fname="Grace")
    again = await hub.post("/flux/user_details", body, headers=key)

    assert (first, again[1]["s"]) == (again, member.s)
    assert (await say(hub, "/user_details", by=member))[1]["fname"] == "Grace"
    assert member.s not in repr(rows())


async def test_nobody_signs_in_by_what_they_may_set(hub, member):
    """A member's secret is of their own making only if they could choose it."""
    await say(hub, "/user_details", by=member, username="0" * 40)

    assert (await hub.post("/flux/user_details", {"s": "0" * 40}))[0] == 403


async def test_somebody_from_another_contract_is_a_member_once_they_have_come_by_mail(hub, ada, rows):
    await say(hub, "/email_secret_token", email="ada@example.org")
    asked_by_a_stranger = rows()["Member"]

    status, user = await say(hub, "/user_details", s=waiting.secret())

    assert (asked_by_a_stranger, status) == ([], 200)
    assert (user["email"], user["name"], len(rows()["Member"])) == ("ada@example.org", "Ada", 1)


async def test_what_lies_unused_in_the_old_mailbox_is_good_for_nothing_once_the_address_changes(hub, member):
    await say(hub, "/api/v1/app/new_magic_link", email=member.email)
    await say(hub, "/email_secret_token", email=member.email)
    token, mailed = waiting.token(), waiting.secret()

    await say(hub, "/user_details", by=member, email="right@example.org")
    await say(hub, "/email_secret_token", email="right@example.org")

    assert (await hub.get(f"/flux/api/v1/app/login_magic_link/{token}"))[1]["s"] is None
    assert (await say(hub, "/user_details", s=mailed))[0] == 403
    assert (await say(hub, "/user_details", s=waiting.secret()))[1]["email"] == "right@example.org"
    assert (await say(hub, "/user_details", by=member))[0] == 200


@pytest.mark.settings(rate_limits=True)
async def test_nobody_tries_addresses_one_after_the_other_to_see_which_are_taken(hub, member):
    await join(hub, "Eve", email="eve@example.org")

    own = [(await say(hub, "/user_details", by=member, email=member.email.upper()))[0] for _ in range(8)]
    tried = [(await say(hub, "/user_details", by=member, email="eve@example.org"))[0] for _ in range(6)]

    # Registering was the first to name her address.
    assert (own, tried) == ([200] * 8, [409] * 4 + [429] * 2)


async def test_one_call_at_several_paths_is_one_call_to_its_key(hub, member, rows):
    key, body = {"Idempotency-Key": "k1"}, {"s": member.s, "fname": "Ada"}

    await hub.post("/flux/user_details", body, headers=key)
    before = rows()
    await hub.post("/flux/api/v0/user_details/", body, headers=key)

    assert rows() == before
