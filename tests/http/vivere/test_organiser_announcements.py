"""`organiser/announcements`: said now, or when their time comes."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.saying import NOON, NOT_AN_ID, UNKNOWN_ID, cannot_use, no, yes

ANNOUNCEMENTS = "/vivere/organiser/announcements"
UNKNOWN = (404, no("No such announcement", "It may have been removed."))
SIX = "2026-11-21T18:00:00"


async def published(hub) -> list[dict]:
    _, reply = await hub.get("/vivere/announcements")
    return reply["data"]


async def test_an_announcement_without_a_time_is_said_now(hub, olga):
    status, reply = await hub.post(ANNOUNCEMENTS, {"message": "Lunch"}, by=olga)

    lunch = {"id": reply["data"]["id"], "message": "Lunch", "time": NOON}
    assert (status, reply) == (201, yes(lunch))
    assert await published(hub) == [lunch]


async def test_an_announcement_for_later_is_seen_by_organisers_only(hub, olga):
    status, reply = await hub.post(ANNOUNCEMENTS, {"message": "Dinner", "time": "2026-11-21T10:00:00-08:00"}, by=olga)

    dinner = {"id": reply["data"]["id"], "message": "Dinner", "time": SIX}
    assert (status, reply) == (201, yes(dinner))
    assert await hub.get(ANNOUNCEMENTS, by=olga) == (200, yes([dinner]))
    assert await published(hub) == []


async def test_organisers_see_the_latest_first(hub, olga):
    now = await acting.announce(hub, by=olga)
    later = await acting.announce(hub, time=SIX, by=olga)
    earlier = await acting.announce(hub, time="2026-11-21T08:00:00", by=olga)

    assert await hub.get(ANNOUNCEMENTS, by=olga) == (200, yes([later, now, earlier]))


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, cannot_use("message", "is missing")),
        ({"message": "\n"}, cannot_use("message", "is blank")),
        ({"message": None}, cannot_use("message", "is not a text")),
        ({"message": "a" * 10_001}, cannot_use("message", "is too long")),
        ({"message": "Lunch", "time": "noon"}, cannot_use("time", "is not an ISO 8601 date")),
        ({"message": "Lunch", "time": 12}, cannot_use("time", "is not a text")),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_announcement_that_cannot_be_is_refused(hub, olga, rows, body, refused):
    before = rows()

    assert await hub.post(ANNOUNCEMENTS, body, by=olga) == refused
    assert rows() == before


@pytest.mark.parametrize("change", [{"message": "Lunch is late"}, {"time": "2026-11-21T11:00:00"}, {}], ids=str)
async def test_a_change_keeps_what_it_does_not_name(hub, olga, change):
    lunch = await acting.announce(hub, by=olga)

    changed = await hub.call("PUT", f"{ANNOUNCEMENTS}/{lunch['id']}", json=change, by=olga)

    assert changed == (200, yes({**lunch, **change}))
    assert await published(hub) == [{**lunch, **change}]


async def test_an_announcement_that_is_put_off_is_hidden_until_its_new_time(hub, olga, clock):
    lunch = await acting.announce(hub, by=olga)

    await hub.call("PUT", f"{ANNOUNCEMENTS}/{lunch['id']}", json={"time": SIX}, by=olga)
    put_off = await published(hub)
    clock.forward(hours=6)

    assert put_off == []
    assert await published(hub) == [{**lunch, "time": SIX}]


async def test_a_deleted_announcement_is_gone(hub, olga):
    lunch = await acting.announce(hub, by=olga)

    assert await hub.call("DELETE", f"{ANNOUNCEMENTS}/{lunch['id']}", by=olga) == (200, yes({}))
    assert await published(hub) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_announcement_is_not_found_and_what_is_no_id_is_refused(hub, olga, method):
    assert await hub.call(method, f"{ANNOUNCEMENTS}/{UNKNOWN_ID}", json={}, by=olga) == UNKNOWN
    assert await hub.call(method, f"{ANNOUNCEMENTS}/lunch", json={}, by=olga) == NOT_AN_ID
