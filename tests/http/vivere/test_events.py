"""`GET events`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import yes


async def test_an_empty_schedule_is_an_empty_list(hub):
    assert await hub.get("/vivere/events") == (200, yes([]))


async def test_an_event_carries_its_whole_place(hub, olga):
    gym = await acting.add_location(hub, rank=1, by=olga)
    event = await acting.add_event(hub, location=gym, long_description="Welcome!", by=olga)

    assert await hub.get("/vivere/events") == (
        200,
        yes(
            [
                {
                    "id": event["id"],
                    "short_description": "Opening",
                    "long_description": "Welcome!",
                    "location": gym,
                    "start_time": "2026-11-21T09:00:00",
                    "end_time": "2026-11-21T10:00:00",
                }
            ]
        ),
    )


async def test_a_place_that_is_not_on_the_list_of_maps_says_so_and_has_no_rank(hub, olga):
    cupboard = await acting.add_location(hub, by=olga)
    await acting.add_event(hub, location=cupboard, by=olga)

    _, reply = await hub.get("/vivere/events")

    assert reply["data"][0]["location"] == {
        "id": cupboard["id"],
        "map": f"https://hub.example/vivere/location/image/{cupboard['id']}",
        "name": "Gym",
        "is_primary": False,
    }


async def test_the_schedule_is_in_order_of_start(hub, olga):
    gym = await acting.add_location(hub, by=olga)
    for day in (22, 20, 21):
        start, end = f"2026-11-{day}T09:00:00", "2026-11-30T00:00:00"
        await acting.add_event(hub, location=gym, start_time=start, end_time=end, by=olga)

    _, reply = await hub.get("/vivere/events")

    assert [event["start_time"] for event in reply["data"]] == [
        "2026-11-20T09:00:00",
        "2026-11-21T09:00:00",
        "2026-11-22T09:00:00",
    ]
