"""`GET maps`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import yes


async def test_without_places_the_list_is_empty(hub):
    assert await hub.get("/vivere/maps") == (200, yes([]))


async def test_the_maps_are_listed_by_rank_and_rank_0_is_on_the_list(hub, olga):
    names = {2: "Attic", 0: "Basement", -1: "Broom cupboard", 1: "Main gym"}
    for rank, name in names.items():
        await acting.add_location(hub, name=name, rank=rank, by=olga)

    _, reply = await hub.get("/vivere/maps")

    assert [(place["rank"], place["name"]) for place in reply["data"]] == [
        (0, "Basement"),
        (1, "Main gym"),
        (2, "Attic"),
    ]


async def test_a_map_has_an_absolute_address(hub, olga):
    gym = await acting.add_location(hub, name="Gym", rank=0, by=olga)

    assert await hub.get("/vivere/maps") == (
        200,
        yes(
            [
                {
                    "id": gym["id"],
                    "map": f"https://hub.example/vivere/location/image/{gym['id']}",
                    "name": "Gym",
                    "rank": 0,
                    "is_primary": True,
                }
            ]
        ),
    )
