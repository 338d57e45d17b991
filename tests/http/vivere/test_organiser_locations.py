"""`organiser/locations`: places and their ranks."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.saying import NO_SUCH_LOCATION, NOT_AN_ID, UNKNOWN_ID, cannot_use, no, yes

LOCATIONS = "/vivere/organiser/locations"
IN_USE = (409, no("Location in use", "Events take place there. Move or delete them first."))


def place(location_id: str, name: str, rank: int | None = None) -> dict:
    address = f"https://hub.example/vivere/location/image/{location_id}"
    ranked = {} if rank is None else {"rank": rank}
    return {"id": location_id, "map": address, "name": name, **ranked, "is_primary": rank is not None}


async def test_a_new_place_is_not_on_the_list_of_maps_unless_it_has_a_rank(hub, olga):
    status, reply = await hub.post(LOCATIONS, {"name": "Gym"}, by=olga)

    assert (status, reply) == (201, yes(place(reply["data"]["id"], "Gym")))
    assert await hub.get("/vivere/maps") == (200, yes([]))


@pytest.mark.parametrize("rank", [0, 1, 1_000_000])
async def test_a_place_with_a_rank_is_on_the_list_of_maps(hub, olga, rank):
    status, reply = await hub.post(LOCATIONS, {"name": "Gym", "rank": rank}, by=olga)

    gym = place(reply["data"]["id"], "Gym", rank)
    assert (status, reply) == (201, yes(gym))
    assert await hub.get("/vivere/maps") == (200, yes([gym]))


async def test_organisers_see_all_places_by_name(hub, olga):
    gym = await acting.add_location(hub, name="Gym", by=olga)
    attic = await acting.add_location(hub, name="Attic", rank=3, by=olga)

    assert await hub.get(LOCATIONS, by=olga) == (200, yes([attic, gym]))


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, cannot_use("name", "is missing")),
        ({"name": " "}, cannot_use("name", "is blank")),
        ({"name": "a" * 201}, cannot_use("name", "is too long")),
        ({"name": 7}, cannot_use("name", "is not a text")),
        ({"name": "Gym", "rank": "1"}, cannot_use("rank", "is not a whole number")),
        ({"name": "Gym", "rank": True}, cannot_use("rank", "is not a whole number")),
        ({"name": "Gym", "rank": 1.5}, cannot_use("rank", "is not a whole number")),
        ({"name": "Gym", "rank": -2}, cannot_use("rank", "is too small")),
        ({"name": "Gym", "rank": 1_000_001}, cannot_use("rank", "is too large")),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_place_that_cannot_be_is_refused(hub, olga, rows, body, refused):
    before = rows()

    assert await hub.post(LOCATIONS, body, by=olga) == refused
    assert rows() == before


@pytest.mark.parametrize(
    ("change", "name", "rank"),
    [
        ({"name": "Hall"}, "Hall", 1),
        ({"rank": 0}, "Gym", 0),
        ({"rank": -1}, "Gym", None),
        ({"name": None, "rank": None}, "Gym", 1),
        ({}, "Gym", 1),
    ],
)
async def test_a_change_keeps_what_it_does_not_name(hub, olga, change, name, rank):
    gym = await acting.add_location(hub, name="Gym", rank=1, by=olga)

    changed = await hub.call("PUT", f"{LOCATIONS}/{gym['id']}", json=change, by=olga)

    assert changed == (200, yes(place(gym["id"], name, rank)))
    assert await hub.get(LOCATIONS, by=olga) == (200, yes([place(gym["id"], name, rank)]))


async def test_a_place_where_nothing_happens_may_be_deleted(hub, olga):
    gym = await acting.add_location(hub, by=olga)

    assert await hub.call("DELETE", f"{LOCATIONS}/{gym['id']}", by=olga) == (200, yes({}))
    assert await hub.get(LOCATIONS, by=olga) == (200, yes([]))


async def test_a_place_where_something_happens_may_not_be_deleted(hub, olga, rows):
    gym = await acting.add_location(hub, by=olga)
    await acting.add_event(hub, location=gym, by=olga)
    before = rows()

    assert await hub.call("DELETE", f"{LOCATIONS}/{gym['id']}", by=olga) == IN_USE
    assert rows() == before


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_place_is_not_found(hub, olga, method):
    assert await hub.call(method, f"{LOCATIONS}/{UNKNOWN_ID}", json={}, by=olga) == NO_SUCH_LOCATION


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_what_is_no_id_is_refused(hub, olga, method):
    assert await hub.call(method, f"{LOCATIONS}/gym", json={}, by=olga) == NOT_AN_ID
