"""`times`: the four times of a hackathon; null is unset."""

from __future__ import annotations

import pytest

from tests.http.console.day import KEY_REUSED, NINE, PRIVILEGE_MISSING, SAME_KEY, TEN, cannot_use, no

UNSET = dict.fromkeys(("event_start", "event_end", "hacking_start", "hacking_end"))
ALL = {
    "event_start": NINE,
    "event_end": "2026-11-23T00:00:00Z",
    "hacking_start": TEN,
    "hacking_end": "2026-11-22T10:00:00Z",
}


async def test_nothing_is_set_until_somebody_sets_it(console):
    assert await console.get("times") == (200, UNSET)


async def test_what_is_set_is_told_to_everybody(hub, console):
    listener = await hub.listen("/schedule")

    assert await console.put("times", {**ALL, "hacking_start": "2026-11-21T11:00:00+01:00"}) == (200, ALL)

    assert await console.get("times") == (200, ALL)
    (heard,) = await listener.until(1, "times")
    assert heard == {f"{name}_time": at.rstrip("Z") for name, at in ALL.items()}


async def test_a_change_keeps_what_it_does_not_name_and_null_unsets(console):
    await console.put("times", ALL)

    assert await console.put("times", {}) == (200, ALL)
    assert await console.put("times", {"event_end": None, "hacking_start": NINE}) == (
        200,
        {**ALL, "event_end": None, "hacking_start": NINE},
    )


async def test_what_is_read_may_be_sent_back(console):
    await console.put("times", {"event_start": NINE})

    _, read = await console.get("times")

    assert await console.put("times", read) == (200, {**UNSET, "event_start": NINE})


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"event_start": "soon"}, cannot_use("event_start", "is not an ISO 8601 date")),
        ({"hacking_end": 5}, cannot_use("hacking_end", "is not a text")),
        ({"event_end": "2026-11-20"}, no(400, "ends_too_early", "event_end lies before the start.", "event_end")),
        ({"hacking_end": NINE}, no(400, "ends_too_early", "hacking_end lies before the start.", "hacking_end")),
    ],
    ids=str,
)
async def test_times_that_cannot_be_are_refused(console, rows, wrong, refused):
    await console.put("times", ALL)
    before = rows()

    assert await console.put("times", wrong) == refused
    assert rows() == before


async def test_what_is_sent_again_under_the_same_key_is_set_once(console):
    first = await console.put("times", ALL, headers=SAME_KEY)
    await console.put("times", {"event_end": None})

    assert await console.put("times", ALL, headers=SAME_KEY) == first
    assert await console.put("times", {}, headers=SAME_KEY) == KEY_REUSED
    assert (await console.get("times"))[1]["event_end"] is None


async def test_setting_them_asks_for_a_privilege_and_reading_for_none(as_staff):
    sam, mary = as_staff(given={"times": ["read"]}), as_staff("Mary", given={"times": ["update"]})

    assert await sam.put("times", ALL) == PRIVILEGE_MISSING
    assert await sam.get("times") == (200, UNSET)
    assert await mary.put("times", ALL) == (200, ALL)
