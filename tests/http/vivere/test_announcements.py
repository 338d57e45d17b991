"""`GET announcements`."""

from urllib.parse import quote

import pytest
from yarl import URL

from tests.http.vivere import acting
from tests.http.vivere.saying import NOON, cannot_use, yes

AT_NOON = [
    "2026-11-21T12:00:00",
    "2026-11-21t12:00:00z",
    "2026-11-21T12:00:00Z",
    "2026-11-21T12:00:00.000Z",
    "2026-11-21T12:00:00,000000000",
    "2026-11-21T12:00",
    "2026-11-21T12",
    "2026-11-21 12:00:00",
    "20261121T120000Z",
    "2026-11-21T13:30:00+01:30",
    "2026-11-21T13:30:00+0130",
    "2026-11-21T14:00:00+02",
    "2026-11-21T04:00:00-08:00",
    "2026-11-21T11:59:60Z",
    "2026-11-21T11.5-00:30",
    "2026-11-21T11:59.0-00:01",
    "2026-325T12:00:00",
    "2026325T12:00Z",
    "2026-W47-6T12:00:00",
    "2026W476T120000Z",
    "2026-11-20T24:00:00-12:00",
]
MIDNIGHT = ["2026-11-21", "20261121", "2026-325", "2026-W47-6", "2026-11-20T24:00:00", "2026-11", "2026", "0001-01-01"]
GARBAGE = [
    "yesterday",
    "1700000000",
    "2026-11-31",
    "2026-13-01",
    "2027-366",
    "2026-W60-1",
    "2026-11-21T25:00:00",
    "2026-11-21T24:00:01",
    "2026-11-21T12:60:00",
    "2026-11-21T12:00:00+25:00",
    "2026-11-21T12:00:00+01:75",
    "2026-11-21T12:00:00 UTC",
    "2026-11-21x12:00:00",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "٢٠٢٦-11-21",
    "2026-11-21\0",
    "T" * 8000,
]


async def announced(hub, query: str = "") -> list[str]:
    status, reply = await hub.get(URL(f"/vivere/announcements{query}", encoded=True))
    assert status == 200
    return [announcement["message"] for announcement in reply["data"]]


@pytest.fixture
async def breakfast_and_lunch(hub, olga, clock) -> None:
    """Breakfast is announced at noon exactly, lunch a microsecond later."""
    await acting.announce(hub, message="Breakfast", by=olga)
    clock.forward(microseconds=1)
    await acting.announce(hub, message="Lunch", by=olga)


async def test_what_was_announced_is_told_newest_first(hub, olga, clock):
    breakfast = await acting.announce(hub, message="Breakfast", by=olga)
    clock.forward(hours=4, microseconds=250)
    lunch = await acting.announce(hub, message="Lunch", by=olga)

    assert await hub.get("/vivere/announcements") == (
        200,
        yes(
            [
                {"id": lunch["id"], "message": "Lunch", "time": "2026-11-21T16:00:00.000250"},
                {"id": breakfast["id"], "message": "Breakfast", "time": NOON},
            ]
        ),
    )


async def test_since_date_leaves_out_what_came_at_that_moment_or_before(hub, breakfast_and_lunch):
    found = {text: await announced(hub, f"?since_date={quote(text)}") for text in AT_NOON}

    assert found == {text: ["Lunch"] for text in AT_NOON}


async def test_since_date_may_be_a_day_a_month_or_a_year(hub, breakfast_and_lunch):
    found = {text: await announced(hub, f"?since_date={text}") for text in MIDNIGHT}

    assert found == {text: ["Lunch", "Breakfast"] for text in MIDNIGHT}


async def test_an_offset_whose_plus_nobody_escaped_is_still_an_offset(hub, breakfast_and_lunch):
    unescaped = ["2026-11-21T13:30:00+01:30", "2026-11-21T13:30:00+0130", "2026-11-21%2014:00+02"]

    found = {text: await announced(hub, f"?since_date={text}") for text in unescaped}

    assert found == {text: ["Lunch"] for text in unescaped}


async def test_the_servers_own_time_can_be_handed_back(hub, breakfast_and_lunch):
    _, reply = await hub.get("/vivere/announcements")

    newest, oldest = (announcement["time"] for announcement in reply["data"])

    assert await announced(hub, f"?since_date={newest}") == []
    assert await announced(hub, f"?since_date={oldest}") == ["Lunch"]


async def test_a_key_without_a_value_counts_as_absent(hub, breakfast_and_lunch):
    queries = ["?since_date=", "?since_date", "?", "?since_date=&since_date=2030"]

    assert [await announced(hub, query) for query in queries] == [["Lunch", "Breakfast"]] * len(queries)


async def test_a_since_date_that_is_no_date_is_refused(hub):
    def ask(text: str):
        return hub.get(URL(f"/vivere/announcements?since_date={quote(text)}", encoded=True))

    replies = {text: await ask(text) for text in GARBAGE}

    assert replies == dict.fromkeys(GARBAGE, cannot_use("since_date", "is not an ISO 8601 date"))


async def test_a_scheduled_announcement_is_hidden_until_its_time(hub, olga, clock):
    await acting.announce(hub, message="Dinner", time="2026-11-21T18:00:00", by=olga)

    clock.forward(hours=6, microseconds=-1)
    before = await announced(hub)
    clock.forward(microseconds=1)

    assert (before, await announced(hub)) == ([], ["Dinner"])
