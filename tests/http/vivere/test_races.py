"""Calls that come at once, on each database: Postgres works on four at a time."""

import asyncio
from collections import Counter

import pytest

from tests.http.vivere import acting
from tests.http.vivere.acting import DOOR, TICKET


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


async def test_of_many_claims_exactly_one_wins(hub, ada, grace, linus, olga):
    opened = await acting.open_ticket(hub, by=ada)
    mentors = (grace, linus, olga) * 5

    claims = await asyncio.gather(
        *(hub.post("/vivere/mentorship/claim", {"id": opened["id"]}, by=mentor) for mentor in mentors)
    )

    (winner,) = [reply["data"]["claimed_by"] for status, reply in claims if status == 200]
    _, mine = await hub.get("/vivere/mentorship/user/queue", by=ada)
    assert Counter(status for status, _ in claims) == {200: 1, 409: 14}
    assert [ticket["claimed_by"] for ticket in mine["data"]["tickets"]["in_progress"]] == [winner]


async def test_of_calls_with_one_key_exactly_one_has_an_effect(hub, ada):
    def create(key: str):
        return hub.post("/vivere/mentorship/create", TICKET, by=ada, headers={"Idempotency-Key": key})

    replies = await asyncio.gather(*(create(f"key {number % 3}") for number in range(30)))

    _, queue = await hub.get("/vivere/mentorship/queue")
    assert {status for status, _ in replies} == {201}
    assert {reply["data"]["id"] for _, reply in replies} == {ticket["id"] for ticket in queue["data"]}
    assert len(queue["data"]) == 3


async def test_of_many_who_sign_up_with_one_address_exactly_one_gets_it(hub):
    def sign_up(username: str):
        return hub.post("/vivere/user/create", {"name": "Jo", "username": username, "password": "hunter2"})

    replies = await asyncio.gather(*(sign_up(username) for username in ("jo@x.org", "JO@x.org", "Jo@X.org") * 2))

    assert Counter(status for status, _ in replies) == {201: 1, 400: 5}


async def test_of_many_scans_of_one_badge_exactly_one_lets_in(hub, ada):
    def scan(step: str):
        return hub.post(f"/vivere/user/{step}", {"username": "ada@example.org"}, headers=DOOR)

    into = await asyncio.gather(*(scan("checkin") for _ in range(8)))
    out = await asyncio.gather(*(scan("checkout") for _ in range(8)))

    assert Counter(status for status, _ in into) == Counter(status for status, _ in out) == {200: 1, 409: 7}


async def test_closing_and_reopening_at_once_leaves_a_ticket_that_is_one_or_the_other(hub, ada):
    opened = await acting.open_ticket(hub, by=ada)
    steps = ("close", "reopen") * 8

    replies = await asyncio.gather(
        *(hub.post(f"/vivere/mentorship/{step}", {"id": opened["id"]}, by=ada) for step in steps)
    )

    _, mine = await hub.get("/vivere/mentorship/user/queue", by=ada)
    tickets = mine["data"]["tickets"]
    assert {status for status, _ in replies} <= {200, 403}
    assert [ticket["id"] for ticket in tickets["open"] + tickets["closed"]] == [opened["id"]]


async def test_a_place_is_never_deleted_under_an_event_that_is_just_put_there(hub, olga):
    gym = await acting.add_location(hub, by=olga)
    event = {**acting.EVENT, "location": gym["id"]}

    added, deleted = await asyncio.gather(
        hub.post("/vivere/organiser/events", event, by=olga),
        hub.call("DELETE", f"/vivere/organiser/locations/{gym['id']}", by=olga),
    )

    _, schedule = await hub.get("/vivere/events")
    assert (added[0], deleted[0]) in {(201, 409), (404, 200)}
    assert len(schedule["data"]) == (added[0] == 201)


async def test_the_first_times_may_be_set_by_several_at_once(hub, olga):
    hours = [f"2026-11-21T{hour:02}:00:00" for hour in range(8)]

    replies = await asyncio.gather(
        *(hub.call("PUT", "/vivere/organiser/times", json={"event_start_time": hour}, by=olga) for hour in hours)
    )

    _, times = await hub.get("/vivere/times")
    assert {status for status, _ in replies} == {200}
    assert times["data"]["event_start_time"] in hours
