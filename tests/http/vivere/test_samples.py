"""The document's samples, as it prints them in tests/samples/vivere: our replies have their keys and their types.

What a ruling adds is named in each test: a ticket always carries every key, `expired` is a boolean also where the
document prints a text, and an embedded place says whether it is on the list of maps.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.http.vivere import acting
from tests.people import PASSWORD

SAMPLES = Path(__file__).parents[2] / "samples" / "vivere"

WAITING = {
    "time_complete": "null",
    "expired": "boolean",
    "is_mine": "boolean",
    "claimed_by_me": "boolean",
    "claimed_by": "null",
    "position": "number",
}
CLAIMED = {**WAITING, "claimed_by": {"name": "text"}, "position": "null"}
EXPIRED = {**WAITING, "position": "null"}
CLOSED = {**EXPIRED, "time_complete": "text"}

SHAPES = {str: "text", bool: "boolean", int: "number", type(None): "null"}


def sample(name: str) -> Any:
    """The shape of a printed sample. Some hold a comma too many, or a name in backticks for a value."""
    text = (SAMPLES / f"{name}.json").read_text()
    text = re.sub(r"`([\w ]+)`", r'"\1"', text)
    return shape(json.loads(re.sub(r",(\s*[]}])", r"\1", text)))


def shape(value: Any) -> Any:
    """Keys and types."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else SHAPES[type(value)]


@pytest.fixture
async def basement(hub, olga) -> dict:
    return await acting.add_location(hub, name="Basement", rank=1, by=olga)


async def test_the_two_envelopes(hub):
    _, happy = await hub.get("/vivere/times")
    _, unhappy = await hub.get("/vivere/nowhere")

    assert {**shape(happy), "data": "text"} == sample("success")
    assert shape(unhappy) == sample("error")


async def test_user_create(hub):
    _, reply = await hub.post("/vivere/user/create", {"name": "Jason", "username": "jason3", "password": "secret"})

    assert shape(reply) == sample("user_create")


async def test_user_login(hub, ada):
    _, reply = await hub.post("/vivere/user/login", {"username": "ada@example.org", "password": PASSWORD})

    assert shape(reply) == sample("user_login")


async def test_times(hub):
    _, reply = await hub.get("/vivere/times")

    assert shape(reply) == sample("times")


async def test_maps(hub, basement):
    _, reply = await hub.get("/vivere/maps")

    assert shape(reply) == sample("maps")
    assert shape(reply["data"][0]) == sample("location")


async def test_announcements(hub, olga):
    await acting.announce(hub, message="test", by=olga)
    await acting.announce(hub, message="test2", by=olga)

    _, reply = await hub.get("/vivere/announcements")

    assert shape(reply) == sample("announcements")
    assert shape(reply["data"][0]) == sample("announcement")


async def test_events(hub, olga, basement):
    await acting.add_event(hub, location=basement, by=olga)
    await acting.add_event(hub, location=basement, by=olga)

    _, reply = await hub.get("/vivere/events")

    printed = sample("events")
    for event in printed["data"]:
        event["location"] |= {"rank": "number", "is_primary": "boolean"}
    assert shape(reply) == printed
    assert {**shape(reply["data"][0]), "location": "text"} == sample("event")


async def test_mentorship_create(hub, ada):
    _, reply = await hub.post("/vivere/mentorship/create", acting.TICKET, by=ada)

    printed = sample("mentorship_create")
    assert shape(reply) == {**printed, "data": printed["data"] | WAITING}
    assert shape(reply["data"]) == sample("mentor_ticket") | WAITING


async def test_mentorship_queue(hub, ada):
    await acting.open_ticket(hub, by=ada)
    await acting.open_ticket(hub, by=ada)

    _, reply = await hub.get("/vivere/mentorship/queue")

    printed = sample("mentorship_queue")
    assert shape(reply) == {**printed, "data": [ticket | WAITING for ticket in printed["data"]]}


async def test_mentorship_user_queue(hub, ada, grace, clock):
    await acting.open_ticket(hub, by=ada)
    await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)
    clock.forward(minutes=31)
    await acting.open_ticket(hub, by=ada)
    await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    await acting.close(hub, await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace), by=grace)

    _, reply = await hub.get("/vivere/mentorship/user/queue", by=ada)

    printed = sample("mentorship_user_queue")
    buckets = printed["data"]["tickets"]
    by_mentor, by_ada = buckets["closed"]
    buckets["closed"] = [by_mentor | CLAIMED | {"time_complete": "text"}, by_ada | CLOSED]
    for name, ruled in (("open", WAITING), ("in_progress", CLAIMED), ("expired", EXPIRED)):
        buckets[name] = [ticket | ruled for ticket in buckets[name]]
    assert shape(reply) == printed


async def test_mentorship_user_claimed(hub, ada, grace):
    await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    _, reply = await hub.get("/vivere/mentorship/user/claimed", by=grace)

    printed = sample("mentorship_user_claimed")
    assert shape(reply) == {**printed, "data": [printed["data"][0] | CLAIMED]}


@pytest.mark.parametrize(("step", "ruled"), [("claim", CLAIMED), ("reopen", WAITING), ("close", CLOSED)])
async def test_mentorship_claim_reopen_and_close(hub, ada, step, ruled):
    opened = await acting.open_ticket(hub, by=ada)
    if step == "reopen":
        await acting.close(hub, opened, by=ada)

    _, reply = await hub.post(f"/vivere/mentorship/{step}", {"id": opened["id"]}, by=ada)

    printed = sample(f"mentorship_{step}")
    assert shape(reply) == {**printed, "data": printed["data"] | ruled}


async def test_every_sample_that_the_document_prints_is_kept():
    assert len(list(SAMPLES.glob("*.json"))) == 19
