"""`organiser/events`: the schedule."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.acting import EVENT
from tests.http.vivere.saying import NO_SUCH_LOCATION, NOT_AN_ID, UNKNOWN_ID, cannot_use, no, yes

EVENTS = "/vivere/organiser/events"
NO_SUCH_EVENT = (404, no("No such event", "It may have been removed from the schedule."))


@pytest.fixture
async def gym(hub, olga) -> dict:
    return await acting.add_location(hub, by=olga)


async def test_a_new_event_is_on_the_schedule(hub, olga, gym):
    body = {**EVENT, "long_description": "Welcome!", "location": gym["id"]}

    status, reply = await hub.post(EVENTS, body, by=olga)

    assert (status, reply) == (201, yes({**body, "id": reply["data"]["id"], "location": gym}))
    assert await hub.get("/vivere/events") == (200, yes([reply["data"]]))


async def test_times_with_an_offset_are_kept_and_told_in_utc(hub, olga, gym):
    event = await acting.add_event(
        hub, location=gym, start_time="2026-11-21T09:00:00-08:00", end_time="2026-11-21T18:00:00.25Z", by=olga
    )

    assert (event["start_time"], event["end_time"]) == ("2026-11-21T17:00:00", "2026-11-21T18:00:00.250000")


async def test_an_event_may_last_no_time_and_need_no_long_description(hub, olga, gym):
    event = await acting.add_event(hub, location=gym, end_time=EVENT["start_time"], by=olga)

    assert (event["end_time"], event["long_description"]) == (EVENT["start_time"], "")


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"short_description": " "}, cannot_use("short_description", "is blank")),
        ({"short_description": "a" * 401}, cannot_use("short_description", "is too long")),
        ({"long_description": None}, cannot_use("long_description", "is not a text")),
        ({"start_time": "soon"}, cannot_use("start_time", "is not an ISO 8601 date")),
        ({"start_time": 1700000000}, cannot_use("start_time", "is not a text")),
        ({"start_time": None}, cannot_use("start_time", "is not a text")),
        ({"end_time": "2026-11-21T08:59:59"}, cannot_use("end_time", "lies before start_time")),
        ({"location": "gym"}, cannot_use("location", "is not an id: 24 hex digits")),
        ({"location": {"id": UNKNOWN_ID}}, cannot_use("location", "is not a text")),
        ({"location": UNKNOWN_ID}, NO_SUCH_LOCATION),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_event_that_cannot_be_is_refused(hub, olga, gym, rows, wrong, refused):
    before = rows()

    assert await hub.post(EVENTS, {**EVENT, "location": gym["id"], **wrong}, by=olga) == refused
    assert rows() == before


@pytest.mark.parametrize("field", ["short_description", "start_time", "end_time", "location"])
async def test_a_missing_field_is_refused(hub, olga, gym, rows, field):
    before = rows()
    body = {**EVENT, "location": gym["id"]}
    del body[field]

    assert await hub.post(EVENTS, body, by=olga) == cannot_use(field, "is missing")
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"short_description": "Closing"},
        {"long_description": ""},
        {"start_time": "2026-11-21T09:30:00", "end_time": "2026-11-21T09:30:00"},
        {},
    ],
    ids=str,
)
async def test_a_change_keeps_what_it_does_not_name(hub, olga, gym, change):
    event = await acting.add_event(hub, location=gym, long_description="Welcome!", by=olga)

    changed = await hub.call("PUT", f"{EVENTS}/{event['id']}", json=change, by=olga)

    assert changed == (200, yes({**event, **change}))
    assert await hub.get("/vivere/events") == (200, yes([{**event, **change}]))


async def test_an_event_may_move_to_another_place(hub, olga, gym):
    event = await acting.add_event(hub, location=gym, by=olga)
    attic = await acting.add_location(hub, name="Attic", rank=0, by=olga)

    moved = await hub.call("PUT", f"{EVENTS}/{event['id']}", json={"location": attic["id"]}, by=olga)

    assert moved == (200, yes({**event, "location": attic}))


async def test_an_event_may_not_come_to_end_before_it_starts(hub, olga, gym, rows):
    event = await acting.add_event(hub, location=gym, by=olga)
    before = rows()

    refused = await hub.call("PUT", f"{EVENTS}/{event['id']}", json={"start_time": "2026-11-21T11:00:00"}, by=olga)

    assert refused == cannot_use("end_time", "lies before start_time")
    assert rows() == before


async def test_a_deleted_event_is_off_the_schedule_and_frees_its_place(hub, olga, gym):
    event = await acting.add_event(hub, location=gym, by=olga)

    assert await hub.call("DELETE", f"{EVENTS}/{event['id']}", by=olga) == (200, yes({}))
    assert await hub.get("/vivere/events") == (200, yes([]))
    assert await hub.call("DELETE", f"/vivere/organiser/locations/{gym['id']}", by=olga) == (200, yes({}))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_event_is_not_found_and_what_is_no_id_is_refused(hub, olga, method):
    assert await hub.call(method, f"{EVENTS}/{UNKNOWN_ID}", json={}, by=olga) == NO_SUCH_EVENT
    assert await hub.call(method, f"{EVENTS}/opening", json={}, by=olga) == NOT_AN_ID
