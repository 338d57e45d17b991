"""Joining, in one go or by a first contact."""

from __future__ import annotations

import json
import re

import pytest

from hub.reactions.members import MAIL_WELCOME
from models import JobRow
from tests.http.flux.acting import join, say

NOON = 1795262400.0
TAKEN = (409, "This e-mail address belongs to a member already. Ask for your sign-in link instead.")
REACT = {
    "fname": "Ada",
    "mnames": "",
    "sname": "Byron",
    "name": "Ada  Byron",
    "address": "1; X ST; SYDNEY (NSW); 2000; AU",
    "addr_street_no": "1",
    "addr_street": "X ST",
    "addr_suburb": "SYDNEY (NSW)",
    "addr_postcode": "2000",
    "addr_country": "au",
    "addr_version": 1,
    "dobDay": "01",
    "dobMonth": "02",
    "dobYear": "1990",
    "dob": "1990-02-01T12:00:00",
    "email": "Ada@Example.org",
    "contact_number": "0400000000",
    "onAECRoll": True,
    "volunteer": False,
    "referred_by": "",
    "member_comment": 'Ünï\u2028"quoted" 🎉',
}
"""What the public sign-up form sends, but for a token of its captcha."""
AS_NEW = {
    "needsValidating": True,
    "detailsValid": False,
    "doubleCheckedValidation": False,
    "valid_federal": False,
    "valid_state": False,
    "set_password": False,
    "phone_verified": False,
    "timestamp": NOON,
}


async def test_the_sign_up_form_s_values_come_back_byte_for_byte_with_a_secret(hub):
    status, user = await hub.post(
        "/flux/api/v0/register/all_at_once", {**REACT, "recaptcha_token": "x", "password": "y"}
    )

    secret, oid = user.pop("s"), user.pop("_id")
    assert (status, user) == (200, {**REACT, **AS_NEW, "success": True})
    assert re.fullmatch("[0-9a-f]{40}", secret)
    assert re.fullmatch("[0-9a-f]{24}", oid["$oid"])


async def test_the_reply_is_json_and_the_form_may_be_anywhere(hub):
    headers = {"Origin": "https://voteflux.org"}
    async with hub.http.post("/flux/api/v0/register/all_at_once", json=REACT, headers=headers) as reply:
        assert (reply.content_type, reply.headers["Access-Control-Allow-Origin"]) == ("application/json", "*")


async def test_the_first_contact_leaves_what_was_not_given_out(hub):
    status, user = await say(hub, "/register/initial_email", email="ada@example.org", fname="Ada", sname="Byron")

    del user["s"], user["_id"]
    assert (status, user) == (200, {"email": "ada@example.org", "fname": "Ada", **AS_NEW, "success": True})


async def test_forms_of_older_clients_need_nothing_but_an_address(hub):
    status, user = await say(hub, "/register/all_at_once", email="ada@example.org", name="Ada", address="X ST NSW 2000")

    assert (status, user["name"], user["address"]) == (200, "Ada", "X ST NSW 2000")


@pytest.mark.parametrize("again", ["ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org "])
@pytest.mark.parametrize("call", ["register/all_at_once", "register/initial_email"])
async def test_an_address_that_is_taken_in_any_case_is_said_in_plain_words(hub, rows, call, again):
    await join(hub, email="ada@example.org")
    before = rows()

    async with hub.http.post(f"/flux/api/v0/{call}", json={"email": again, "fname": "Eve"}) as reply:
        said = (reply.status, await reply.text())
        kind = reply.headers["Content-Type"]

    assert (said, kind) == (TAKEN, "text/html; charset=UTF-8")
    assert rows() == before


async def test_an_address_of_another_contract_is_taken_too(hub, ada):
    assert await say(hub, "/register/all_at_once", email="ADA@example.org") == TAKEN


async def test_a_member_is_mailed_a_link_and_no_job_holds_their_secret(hub, rows):
    member = await join(hub)

    (job,) = [row for row in rows()[JobRow.__name__] if row[1] == MAIL_WELCOME]
    assert list(json.loads(job[2])) == ["secret_id"]
    assert member.s not in repr(rows())


@pytest.mark.parametrize(
    "email", [None, "", " ", "ada", "@example.org", "ada@", "a da@example.org", 7, ["a@b"], {}, "a" * 200 + "@b"]
)
async def test_what_is_no_address_is_refused_by_name(hub, rows, email):
    before = rows()

    status, said = await say(hub, "/register/all_at_once", email=email, fname="Ada")

    assert (status, list(said["error_args"])) == (400, ["email"])
    assert rows() == before


async def test_the_first_contact_needs_both_fields(hub):
    without_name = await say(hub, "/register/initial_email", email="ada@example.org")
    without_address = await say(hub, "/register/initial_email", fname="Ada")

    assert without_name == (
        400,
        {"status": "error", "error": "fname is missing", "error_args": {"fname": "is missing"}},
    )
    assert (without_address[0], list(without_address[1]["error_args"])) == (400, ["email"])


@pytest.mark.settings(rate_limits=True)
async def test_nobody_has_mails_sent_to_hundreds_of_strangers(hub, rows):
    statuses = [(await say(hub, "/register/all_at_once", email=f"m{number}@example.org"))[0] for number in range(301)]

    assert (statuses[:300], statuses[300:]) == ([200] * 300, [429])
