"""`announcements`: said now, or when their time comes."""

from __future__ import annotations

import json

import pytest

from hub.domain import announcements
from hub.perform import perform, run_reading
from models import JobRow
from tests.http.console.day import (
    KEY_REUSED,
    NOT_AN_ID,
    PRIVILEGE_MISSING,
    SAME_KEY,
    UNKNOWN_ID,
    announce,
    cannot_use,
    no,
)

UNKNOWN = no(404, "announcement_not_found", "This is not there any more. Load the list again.")
NOON, SIX = "2026-11-21T12:00:00Z", "2026-11-21T18:00:00Z"


async def every(console) -> list[dict]:
    status, reply = await console.get("announcements")
    assert status == 200
    return reply["announcements"]


async def published(hub) -> list[str]:
    _, reply = await hub.get("/vivere/announcements")
    return [one["message"] for one in reply["data"]]


async def test_what_is_said_now_is_public_at_once(hub, console):
    status, reply = await console.post("announcements", {"message": "Lunch"})

    lunch = {"id": reply["announcement"]["id"], "message": "Lunch", "time": NOON, "is_public": True}
    assert (status, reply) == (201, {"announcement": lunch})
    assert await every(console) == [lunch]
    assert await published(hub) == ["Lunch"]


async def test_what_is_scheduled_becomes_public_at_its_time(hub, console, clock):
    status, reply = await console.post("announcements", {"message": "Dinner", "time": "2026-11-21T19:00:00+01:00"})

    dinner = {"id": reply["announcement"]["id"], "message": "Dinner", "time": SIX, "is_public": False}
    assert (status, reply, await published(hub)) == (201, {"announcement": dinner}, [])
    clock.forward(hours=6)
    assert await every(console) == [{**dinner, "is_public": True}]


async def test_the_latest_come_first_also_those_to_come(console):
    now = await announce(console)
    later = await announce(console, time=SIX)
    earlier = await announce(console, time="2026-11-21T08:00:00Z")

    assert await every(console) == [later, now, earlier]


async def test_listeners_hear_each_thing_that_is_said_changed_and_deleted(hub, console):
    listener = await hub.listen("/announcements")

    lunch = await announce(console)
    await console.put(f"announcements/{lunch['id']}", {"message": "Late lunch"})
    await console.delete(f"announcements/{lunch['id']}")

    assert await listener.until(1, "delete") == [{"id": lunch["id"]}]
    said = {"id": lunch["id"], "message": "Lunch", "time": NOON.rstrip("Z")}
    assert listener.of("save") == [said, {**said, "message": "Late lunch"}]


async def test_listeners_hear_what_is_scheduled_when_its_time_comes(hub, console, clock):
    listener = await hub.listen("/announcements")
    dinner = await announce(console, "Dinner", time=SIX)
    job = run_reading(JobRow.get)

    clock.moment = job.due_at
    await perform(announcements.announce_due, **json.loads(job.arguments))

    heard = {"id": dinner["id"], "message": "Dinner", "time": "2026-11-21T18:00:00"}
    assert (f"{clock.moment.isoformat()}Z", job.name) == (SIX, "announcements.announce_due")
    assert await listener.until(1, "save") == [heard]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, cannot_use("message", "is missing")),
        ({"message": " \n"}, cannot_use("message", "is blank")),
        ({"message": None}, cannot_use("message", "is not a text")),
        ({"message": "a" * 10_001}, cannot_use("message", "is too long")),
        ({"message": "Lunch", "time": "noon"}, cannot_use("time", "is not an ISO 8601 date")),
        ({"message": "Lunch", "time": 12}, cannot_use("time", "is not a text")),
        (["Lunch"], no(400, "bad_request", "The body is not a JSON object.")),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_announcement_that_cannot_be_is_refused(console, rows, body, refused):
    before = rows()

    assert await console.post("announcements", body) == refused
    assert rows() == before


@pytest.mark.parametrize(
    "change", [{"message": "Lunch is late"}, {"time": "2026-11-21T11:00:00Z"}, {"time": None}, {}], ids=str
)
async def test_a_change_keeps_what_it_does_not_name(console, change):
    lunch = await announce(console)

    changed = await console.put(f"announcements/{lunch['id']}", change)

    expected = {**lunch, **{name: value for name, value in change.items() if value}}
    assert changed == (200, {"announcement": expected})
    assert await every(console) == [expected]


async def test_what_is_put_off_is_public_no_more(hub, console):
    lunch = await announce(console)

    changed = await console.put(f"announcements/{lunch['id']}", {"time": SIX})

    assert changed == (200, {"announcement": {**lunch, "time": SIX, "is_public": False}})
    assert await published(hub) == []


async def test_a_deleted_announcement_is_gone(hub, console):
    lunch = await announce(console)

    assert await console.delete(f"announcements/{lunch['id']}") == (200, {})
    assert (await every(console), await published(hub)) == ([], [])


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_announcement_is_not_found_and_what_is_no_id_is_refused(console, method):
    assert await console.call(method, f"announcements/{UNKNOWN_ID}", json={}) == UNKNOWN
    assert await console.call(method, "announcements/lunch", json={}) == NOT_AN_ID


async def test_what_is_sent_again_under_the_same_key_is_said_once(console):
    first = await console.post("announcements", {"message": "Lunch"}, headers=SAME_KEY)

    assert await console.post("announcements", {"message": "Lunch"}, headers=SAME_KEY) == first
    assert await console.post("announcements", {"message": "Dinner"}, headers=SAME_KEY) == KEY_REUSED
    assert await every(console) == [first[1]["announcement"]]


@pytest.mark.parametrize("verb", ["read", "create", "update", "delete"])
async def test_each_call_asks_for_the_privilege_that_is_its_own(console, as_staff, verb):
    lunch = await announce(console)
    calls = {
        "read": ("GET", "announcements"),
        "create": ("POST", "announcements"),
        "update": ("PUT", f"announcements/{lunch['id']}"),
        "delete": ("DELETE", f"announcements/{lunch['id']}"),
    }
    sam = as_staff(given={"announcement": [verb]})

    refused = [
        name for name, call in calls.items() if await sam.call(*call, json={"message": "Hi"}) == PRIVILEGE_MISSING
    ]

    assert refused == [name for name in calls if name != verb]
