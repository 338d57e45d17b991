"""The document's samples, as it prints them in tests/samples/flux: sent as they are, and our replies have their shapes.

What a ruling adds is named in each test.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[2] / "samples" / "flux"
SHAPES = {str: "text", bool: "boolean", int: "number", float: "number"}
NOT_IN_REPLIES = {"password", "$$hashKey"}
"""In the printed user object: a hash that nobody needs, and what a browser's library left behind."""


def sample(name: str) -> Any:
    """A printed sample as data. They hold remarks, single quotes, dots for what is left out, and a comma too many."""
    text = re.sub(r"(?<!:)//.*", "", (SAMPLES / f"{name}.txt").read_text()).replace("'", '"')
    text = text.replace('"ANCHORAGE CT", ... "WOODS ST"', '"ANCHORAGE CT", "WOODS ST"').replace(
        "{ ... full user doc ... }", "{}"
    )
    text = (
        re.sub(r"\[\{call_log_document\}\]", "[]", text).replace("{true,false}", "true").replace("<token>", '"<token>"')
    )
    text = re.sub(r'"Email Sent".*\n', '"Email Sent"\n', text)
    return json.loads(re.sub(r",(\s*[]}])", r"\1", text))


def shape(value: Any) -> Any:
    """Keys and types."""
    return {key: shape(item) for key, item in value.items()} if isinstance(value, dict) else SHAPES.get(type(value))


def without(names: set[str], value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in names}


@pytest.fixture
async def robot(hub) -> dict[str, Any]:
    """The member of the document's example, as they were answered."""
    status, user = await hub.post("/flux/api/v0/register/all_at_once", sample("all_at_once_request"))
    assert status == 200
    return user


async def test_all_at_once(robot):
    """What was sent comes back to the letter; a ruling adds `success`, `s` and what is known besides."""
    sent = sample("all_at_once_request")

    assert {name: robot[name] for name in sent} == sent
    assert robot["success"] is True
    assert re.fullmatch("[0-9a-f]{40}", robot["s"])


async def test_the_first_contact(hub):
    status, user = await hub.post("/flux/api/v0/register/initial_email", sample("initial_email_request"))

    assert (status, user["email"], user["fname"], user["success"]) == (200, "email@test.com", "someFirstname", True)
    assert set(user) & set(sample("all_at_once_request")) == {"email", "fname"}


async def test_the_user_object(hub, robot):
    """It holds everything that the printed one does, in the same types; `timestamp` has a fraction here."""
    printed = without(NOT_IN_REPLIES, sample("user"))
    status, user = await hub.post("/flux/api/v0/user_details", {"s": robot["s"]})

    assert (status, {name: shape(user[name]) for name in printed}) == (200, shape(printed))
    assert NOT_IN_REPLIES.isdisjoint(user)


async def test_a_printed_user_object_posted_back_changes_what_may_be_changed_and_nothing_else(hub, robot):
    status, user = await hub.post("/flux/user_details", {**sample("user"), "s": robot["s"]})

    may_be_changed = set(sample("all_at_once_request"))
    changed = {name: value for name, value in sample("user").items() if name in may_be_changed}
    assert (status, {name: user[name] for name in changed}) == (200, changed)
    assert (user["s"], user["_id"], user["timestamp"]) == (robot["s"], robot["_id"], robot["timestamp"])
    assert (user["needsValidating"], user["detailsValid"], user["doubleCheckedValidation"]) == (True, False, False)


async def test_email_secret_token(hub, robot):
    status, said = await hub.post("/flux/api/v0/email_secret_token", {"email": robot["email"]})

    assert (status, without({"status"}, said)) == (200, sample("email_secret_token"))


async def test_the_vote_and_its_figures(hub, robot):
    """A ruling adds `status` to what the document prints for the figures."""
    voted = await hub.post("/flux/api/v0/iiccot/cast_vote", {**sample("cast_vote_request"), "s": robot["s"]})
    asked = await hub.get("/flux/api/v0/iiccot/getinfo")

    assert voted == (200, {"status": "okay", **sample("iiccot_getinfo")})
    assert asked == (200, sample("iiccot_getinfo"))


async def test_phone_commit_and_verify(hub):
    committed = await hub.post("/flux/api/v1/app_rego/phone_commit", sample("phone_commit_request"))
    verified = await hub.post("/flux/api/v1/app_rego/phone_verify", sample("phone_verify_request"))

    assert committed == (200, {"status": "okay"})
    # The printed code is not the one that was texted, but for one time in a million.
    assert (verified[0], verified[1]["status"]) == (200, "error")


async def test_magic_links(hub, robot):
    unknown = await hub.post("/flux/api/v1/app/new_magic_link", sample("new_magic_link_request"))
    known = await hub.post("/flux/api/v1/app/new_magic_link", {"email": robot["email"]})

    assert (unknown[0], unknown[1]["error"], known) == (200, "email not found", (200, {"status": "okay"}))
