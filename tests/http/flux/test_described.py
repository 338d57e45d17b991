"""What the document says of Flux beyond what trying it out would show."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain.member_details import SETTABLE
from hub.http import openapi
from hub.http.flux import FLUX
from tests.http.flux.acting import join, say

Calls = dict[str, Any]


def properties_of(path: str, calls: Calls) -> set[str]:
    """What the body of a POST may hold."""
    body = calls.get("post", {}).get("requestBody", {"content": {}})["content"].get("application/json")
    name = body["schema"]["$ref"].rpartition("/")[2] if body else None
    return set(openapi.document(FLUX)["components"]["schemas"][name]["properties"]) if name else set()


@pytest.mark.parametrize("path", ["/register/all_at_once", "/user_details"])
def test_everything_that_members_may_set_is_named(path):
    named = properties_of(path, openapi.document(FLUX)["paths"][path])

    assert named - {"s", "phone_verify_nonce"} == SETTABLE


def test_the_secret_stands_in_the_body_of_every_call_that_takes_it():
    paths = openapi.document(FLUX)["paths"]

    signed = {path.partition("/api/v")[2][1:] or path for path in paths if "s" in properties_of(path, paths[path])}

    assert signed == {
        *("/user_details", "/delete_user", "/give_role", "/give_admin_role", "/app/sign_out", "/iiccot/cast_vote"),
        *("/validate_user_details", "/report_validation", "/phone_bank/get_next_member", "/phone_bank/report"),
        "/app/feedback",
    }


async def test_409_of_user_details_is_a_sentence_or_json_and_described_as_both(hub):
    ada, eve = await join(hub), await join(hub, "Eve")
    key = {"Idempotency-Key": "k"}
    await say(hub, "/user_details", by=ada, headers=key, fname="Ada")

    taken = await say(hub, "/user_details", by=ada, email=eve.email)
    used = await say(hub, "/user_details", by=ada, headers=key, fname="Augusta")

    described = openapi.document(FLUX)["paths"]["/user_details"]["post"]["responses"]["409"]["content"]
    assert [(status, type(said)) for status, said in (taken, used)] == [(409, str), (409, dict)]
    assert set(described) == {"text/html", "application/json"}
