"""`organiser/…`: strangers are asked to sign in, and who is not staff is turned away, whatever they send."""

import pytest

from hub.http.vivere.organiser import ROUTES
from tests.http.vivere import acting
from tests.http.vivere.saying import NOT_SIGNED_IN, ORGANISERS_ONLY

CALLS = [(route.method, f"/vivere{route.path}") for route in ROUTES]


@pytest.fixture
async def ids(hub, olga) -> list[str]:
    """The ids of a place, an event there and an announcement."""
    gym = await acting.add_location(hub, rank=0, by=olga)
    event = await acting.add_event(hub, location=gym, by=olga)
    announcement = await acting.announce(hub, by=olga)
    return [gym["id"], event["id"], announcement["id"]]


async def call_each(hub, ids: list[str], **how) -> dict:
    """The reply to every organiser's call, with each of the ids where it takes one."""
    calls = {(method, path.replace("{id}", some_id)) for method, path in CALLS for some_id in ids}
    return {call: await hub.call(*call, **how) for call in calls}


async def test_a_stranger_is_asked_to_sign_in(hub, ids, rows):
    before = rows()

    replies = await call_each(hub, ids)

    assert replies == dict.fromkeys(replies, NOT_SIGNED_IN)
    assert rows() == before


async def test_who_is_not_staff_is_turned_away(hub, ids, ada, rows):
    body = {"name": "Mine", "rank": 0, "message": "Mine", "event_start_time": "2026-01-01", "short_description": "Mine"}
    before = rows()

    replies = await call_each(hub, ids, json=body, by=ada)

    assert replies == dict.fromkeys(replies, ORGANISERS_ONLY)
    assert rows() == before
