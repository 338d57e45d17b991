"""`events`: the schedule, as staff write it."""

from __future__ import annotations

import pytest

from tests.http.console.day import (
    KEY_REUSED,
    NINE,
    NO_SUCH_PLACE,
    NOT_AN_ID,
    PRIVILEGE_MISSING,
    SAME_KEY,
    TEN,
    UNKNOWN_ID,
    add_event,
    add_place,
    cannot_use,
    no,
)

UNKNOWN = no(404, "event_not_found", "This event is not on the schedule any more. Load it again.")
BACKWARDS = no(400, "ends_too_early", "end lies before the start.", "end")


@pytest.fixture
async def gym(console) -> dict:
    return await add_place(console)


@pytest.fixture
async def opening(console, gym) -> dict:
    return await add_event(console, gym)


async def every(console) -> list[dict]:
    status, reply = await console.get("events")
    assert status == 200
    return reply["events"]


async def test_a_new_event_is_on_the_schedule_of_all_contracts(hub, console, gym):
    body = {"name": "Opening", "description": "Welcome!", "start": NINE, "end": TEN, "place": gym["id"]}

    status, reply = await console.post("events", body)

    opening = {
        **body,
        "id": reply["event"]["id"],
        "place": {"id": gym["id"], "name": "Gym"},
        "is_for_teams": False,
        "seats": None,
    }
    assert (status, reply) == (201, {"event": opening})
    assert await every(console) == [opening]
    _, public = await hub.get("/vivere/events")
    assert [event["short_description"] for event in public["data"]] == ["Opening"]


async def test_events_are_listed_by_start(console, gym):
    late = await add_event(console, gym, name="Late", end="2026-11-21T13:00:00+01:00", start="2026-11-21T11:00:00Z")
    early = await add_event(console, gym, name="Early")

    assert await every(console) == [early, late]
    assert late["end"] == "2026-11-21T12:00:00Z"


async def test_listeners_hear_of_each_change(hub, console, gym):
    listener = await hub.listen("/schedule")

    opening = await add_event(console, gym)
    await console.put(f"events/{opening['id']}", {"name": "Closing"})
    await console.delete(f"events/{opening['id']}")

    assert await listener.until(1, "delete") == [{"id": opening["id"]}]
    assert [event["short_description"] for event in listener.of("save")] == ["Opening", "Closing"]


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"name": " "}, cannot_use("name", "is blank")),
        ({"name": "a" * 401}, cannot_use("name", "is too long")),
        ({"name": None}, cannot_use("name", "is not a text")),
        ({"description": None}, cannot_use("description", "is not a text")),
        ({"description": "a" * 10_001}, cannot_use("description", "is too long")),
        ({"start": "soon"}, cannot_use("start", "is not an ISO 8601 date")),
        ({"end": 1700000000}, cannot_use("end", "is not a text")),
        ({"end": "2026-11-21T08:59:59Z"}, BACKWARDS),
        ({"place": "gym"}, cannot_use("place", "is not an id: 24 hex digits")),
        ({"place": {"id": UNKNOWN_ID}}, cannot_use("place", "is not a text")),
        ({"place": UNKNOWN_ID}, NO_SUCH_PLACE),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_event_that_cannot_be_is_refused(console, gym, rows, wrong, refused):
    before = rows()

    body = {"name": "Opening", "start": NINE, "end": TEN, "place": gym["id"], **wrong}
    assert await console.post("events", body) == refused
    assert rows() == before


@pytest.mark.parametrize("field", ["name", "start", "end", "place"])
async def test_a_missing_field_is_refused(console, gym, rows, field):
    body = {"name": "Opening", "start": NINE, "end": TEN, "place": gym["id"]}
    del body[field]
    before = rows()

    assert await console.post("events", body) == cannot_use(field, "is missing")
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [{"name": "Closing"}, {"description": ""}, {"start": TEN, "end": TEN}, {"place": None, "end": None}, {}],
    ids=str,
)
async def test_a_change_keeps_what_it_does_not_name(console, opening, change):
    changed = await console.put(f"events/{opening['id']}", change)

    expected = {**opening, **{name: value for name, value in change.items() if value is not None}}
    assert changed == (200, {"event": expected})
    assert await every(console) == [expected]


async def test_an_event_may_move_to_another_place(console, opening):
    attic = await add_place(console, "Attic")

    moved = await console.put(f"events/{opening['id']}", {"place": attic["id"]})

    assert moved == (200, {"event": {**opening, "place": {"id": attic["id"], "name": "Attic"}}})


async def test_an_event_may_not_come_to_end_before_it_starts(console, opening, rows):
    before = rows()

    assert await console.put(f"events/{opening['id']}", {"start": "2026-11-21T11:00:00Z"}) == BACKWARDS
    assert rows() == before


async def test_a_deleted_event_is_off_the_schedule(console, opening):
    assert await console.delete(f"events/{opening['id']}") == (200, {})
    assert await every(console) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_event_is_not_found_and_what_is_no_id_is_refused(console, method):
    assert await console.call(method, f"events/{UNKNOWN_ID}", json={}) == UNKNOWN
    assert await console.call(method, "events/opening", json={}) == NOT_AN_ID


async def test_what_is_sent_again_under_the_same_key_is_added_once(console, gym):
    body = {"name": "Opening", "start": NINE, "end": TEN, "place": gym["id"]}
    first = await console.post("events", body, headers=SAME_KEY)

    assert await console.post("events", body, headers=SAME_KEY) == first
    assert await console.post("events", {**body, "name": "Closing"}, headers=SAME_KEY) == KEY_REUSED
    assert await every(console) == [first[1]["event"]]


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
async def test_each_change_asks_for_the_privilege_that_is_its_own_and_reading_for_none(
    console, as_staff, gym, opening, verb
):
    body = {"name": "Mine", "start": NINE, "end": TEN, "place": gym["id"]}
    its_path = f"events/{opening['id']}"
    calls = {"create": ("POST", "events"), "update": ("PUT", its_path), "delete": ("DELETE", its_path)}
    sam = as_staff(given={"event": [verb]})

    assert await every(sam) == [opening]
    replies = {name: await sam.call(*call, json=body) for name, call in calls.items()}

    refused = [name for name, reply in replies.items() if reply == PRIVILEGE_MISSING]
    assert refused == [name for name in calls if name != verb]
