"""`PUT organiser/times`: the four times of the hackathon."""

import pytest

from tests.http.vivere.saying import cannot_use, yes

UNSET = "1970-01-01T00:00:00"
SET = {
    "event_start_time": "2026-11-21T08:00:00",
    "event_end_time": "2026-11-22T20:00:00",
    "hacking_start_time": "2026-11-21T10:00:00",
    "hacking_end_time": "2026-11-22T16:00:00",
}


async def put(hub, by, body: dict):
    return await hub.call("PUT", "/vivere/organiser/times", json=body, by=by)


async def test_the_times_are_set_and_answered(hub, olga):
    assert await put(hub, olga, SET) == (200, yes(SET))
    assert await hub.get("/vivere/times") == (200, yes(SET))


async def test_one_may_be_set_before_the_others(hub, olga):
    only = {**dict.fromkeys(SET, UNSET), "hacking_end_time": "2026-11-22T16:00:00"}

    assert await put(hub, olga, {"hacking_end_time": "2026-11-22T16:00:00"}) == (200, yes(only))


async def test_a_change_keeps_what_it_does_not_name(hub, olga):
    await put(hub, olga, SET)

    changed = await put(hub, olga, {"event_end_time": "2026-11-22T21:00:00+01:00", "hacking_end_time": None})

    assert changed == (200, yes(SET))


@pytest.mark.parametrize("what", ["event", "hacking"])
async def test_an_end_before_its_start_is_refused(hub, olga, rows, what):
    await put(hub, olga, SET)
    before = rows()

    refused = await put(hub, olga, {f"{what}_end_time": "2026-11-21T07:59:59"})

    assert refused == cannot_use(f"{what}_end_time", f"lies before {what}_start_time")
    assert rows() == before


@pytest.mark.parametrize("name", SET)
async def test_what_is_no_time_is_refused(hub, olga, rows, name):
    before = rows()

    assert await put(hub, olga, {name: "noon"}) == cannot_use(name, "is not an ISO 8601 date")
    assert await put(hub, olga, {name: 7}) == cannot_use(name, "is not a text")
    assert rows() == before
