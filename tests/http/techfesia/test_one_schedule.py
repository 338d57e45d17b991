"""One schedule: an event is the same row for Vivere and Techfesia, and `/schedule` hears of both alike."""

from __future__ import annotations

import pytest

from tests.http.techfesia import programme
from tests.http.techfesia.programme import EVENTS, add_event, change, in_vivere
from tests.http.vivere import acting

pytestmark = pytest.mark.settings(timezone="Asia/Kolkata")


async def schedule(hub) -> list[dict]:
    return (await hub.get("/vivere/events"))[1]["data"]


async def test_an_event_of_the_festival_is_told_as_vivere_tells_its_own(hub, olga):
    listener = await hub.listen("/schedule")

    event = await add_event(hub, olga, venue="Computer Lab")

    (place,) = await listener.until(1, "location_save")
    assert (place["name"], place["is_primary"]) == ("Computer Lab", False)
    told = {
        "id": event["publicId"],
        "short_description": event["name"],
        "long_description": event["description"],
        "location": place,
        # Half past nine in India.
        "start_time": "2019-09-24T04:00:00",
        "end_time": "2019-09-24T05:00:00",
    }
    assert await listener.until(1, "save") == [told] == await schedule(hub)


async def test_changes_and_deletions_are_heard_too(hub, olga):
    event = await add_event(hub, olga)
    listener = await hub.listen("/schedule")

    await change(hub, event, olga, date="2019-09-25")
    await programme.show(hub, event, olga, logo=acting.picture())
    in_between = await schedule(hub)
    await hub.call("DELETE", f"{EVENTS}/{event['publicId']}", olga)

    assert await listener.until(1, "delete") == [{"id": event["publicId"]}]
    assert listener.of("save") == in_between * 2
    assert in_between[0]["start_time"] == "2019-09-25T04:00:00"
    assert await schedule(hub) == []


async def test_an_event_of_vivere_is_shown_with_every_key(hub, olga):
    gym = await acting.add_location(hub, by=in_vivere(olga))
    made = await acting.add_event(hub, by=in_vivere(olga), location=gym)
    like = await add_event(hub, olga)

    status, event = await hub.get(f"{EVENTS}/{made['id']}")

    told = {"name": "Opening", "description": "", "venue": "Gym", "date": "2026-11-21", "time": "14:30"}
    ends = {"endDate": "2026-11-21", "endTime": "15:30"}
    ids = {"publicId": made["id"], "eventid": made["id"]}
    assert (status, event) == (200, {**like, **told, **ends, **ids})


async def test_an_event_of_vivere_is_changed_and_deleted_here(hub, olga):
    gym = await acting.add_location(hub, by=in_vivere(olga))
    made = await acting.add_event(hub, by=in_vivere(olga), location=gym)

    await change(hub, {"publicId": made["id"]}, olga, time="15:30", fees=300)

    moved = {"start_time": "2026-11-21T10:00:00", "end_time": "2026-11-21T11:00:00"}
    assert await schedule(hub) == [{**made, **moved}]
    assert (await hub.call("DELETE", f"{EVENTS}/{made['id']}", olga))[0] == 200
    assert await schedule(hub) == []


async def test_what_vivere_changes_keeps_what_only_the_festival_knows(hub, olga):
    event = await add_event(hub, olga, fees="Rs 300", prize=["Ladoos"], maxParticipants=2)
    path = f"/vivere/organiser/events/{event['publicId']}"

    await hub.call("PUT", path, in_vivere(olga), json={"short_description": "Closing"})

    assert await hub.get(f"{EVENTS}/{event['publicId']}") == (200, {**event, "name": "Closing"})
