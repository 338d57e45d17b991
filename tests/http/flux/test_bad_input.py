"""Whatever is sent anywhere, on each database: a refusal in the contract's shape, and nothing has changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.domain import accounts, roles
from hub.http.flux import FLUX
from hub.perform import run
from tests.http.flux.acting import FluxMember, join, say
from tests.http.flux.bad_input import CALLS, body_of, is_error, not_json, send, with_bad_field


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


@pytest.fixture
async def ada(hub) -> FluxMember:
    """An admin; Eve and Grace are members who may be called and are to be checked."""
    ada = await join(hub)
    run(accounts.grant_role, ada.email, roles.ADMIN)
    for name in ("Eve", "Grace"):
        await join(hub, name, contact_number="0400 000 000", addr_postcode="2000")
    return ada


@pytest.fixture
async def known(hub, ada) -> dict[str, Any]:
    """Somebody whom Ada checks, and somebody whom she calls."""
    _, checked = await say(hub, "/validate_user_details", by=ada)
    _, called = await say(hub, "/phone_bank/get_next_member", by=ada)
    return {"{alias}": checked["user_s"], "{call}": called["call_id"]}


async def test_what_all_bad_input_is_made_of_is_good(hub, ada, known):
    # What ends the caller's secret, and the caller, comes last.
    last = ["/api/v1/app/sign_out", "/delete_user"]
    for call in sorted(CALLS, key=lambda call: call.path in last):
        secret = ada.s if call.path != "/delete_user" else (await join(hub, "Linus")).s
        body = {**call.good, "email": "al@example.org"} if call.path == "/register/all_at_once" else call.good
        body = {**body, "email": "bo@example.org"} if call.path == "/user_details" else body

        status, said = await send(hub, call, json.dumps(body_of(call, body, secret, known)).encode())

        assert (status, call.path == "/api/v1/app_rego/phone_verify" or "error" not in said) == (200, True), (
            call,
            said,
        )


async def test_a_body_that_is_not_json_as_the_hub_takes_it_is_refused(hub, ada, known, rows):
    before = rows()

    answers = {
        f"{call}: {what}": await send(hub, call, body, headers)
        for call in CALLS
        for what, body, headers in not_json(body_of(call, call.good, ada.s, known))
    }

    odd = {what: it for what, it in answers.items() if not (400 <= it[0] < 500 and is_error(it[1]))}
    assert odd == {}
    assert rows() == before


async def test_a_field_that_is_missing_or_bad_is_refused(hub, ada, known, rows):
    before = rows()

    answers = {
        what: await send(hub, call, json.dumps(body_of(call, body, ada.s, known)).encode())
        for call in CALLS
        for what, body in with_bad_field(call)
    }

    assert {what: it for what, it in answers.items() if it[0] != 400 or not is_error(it[1])} == {}
    assert rows() == before


async def test_whoever_has_no_good_secret_may_not_call(hub, ada, known, rows):
    before = rows()

    answers = {
        f"{call} {secret!r}": await send(hub, call, json.dumps({**call.good, call.secret: secret}).encode())
        for call in CALLS
        if call.secret
        for secret in (None, "", "0" * 40, 7, {"$ne": None}, [ada.s])
    }

    assert {what: it for what, it in answers.items() if it[0] != 403 or not is_error(it[1])} == {}
    assert rows() == before


async def test_whoever_has_no_role_may_not_call_what_needs_one(hub, ada, known, rows):
    grace = await join(hub, "Linus")
    await say(hub, "/user_details", by=grace)
    before = rows()

    needing = ("/give_role", "/give_admin_role", "/validate_user_details", "/report_validation", "/phone_bank/")
    answers = {
        call.path: await send(hub, call, json.dumps(body_of(call, call.good, grace.s, known)).encode())
        for call in CALLS
        if call.path.startswith(needing)
    }

    assert {path: it for path, it in answers.items() if it[0] != 403 or not is_error(it[1])} == {}
    assert (len(answers), rows()) == (6, before)


def test_every_call_that_takes_a_body_is_in_the_table():
    taking = {route.path for route in FLUX.routes if route.method == "POST" and not route.path.startswith("/api/v0")}

    assert taking == {call.path for call in CALLS}
