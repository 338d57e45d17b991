"""`places`: where things take place, with their maps."""

from __future__ import annotations

import aiohttp
import pytest
from PIL import Image

from tests.http.console.day import (
    KEY_REUSED,
    NO_SUCH_PLACE,
    NOT_AN_ID,
    PRIVILEGE_MISSING,
    SAME_KEY,
    UNKNOWN_ID,
    add_event,
    add_place,
    cannot_use,
    no,
)
from tests.http.picture_files import opened, saved

PNG = {"Content-Type": "image/png"}
IN_USE = no(409, "location_in_use", "Events take place there. Move or delete them first.")
NOT_AN_IMAGE = "Choose a PNG or JPEG of at most 10 MB and 25 megapixels."


@pytest.fixture
async def gym(console) -> dict:
    return await add_place(console)


def picture(width: int = 40) -> bytes:
    return saved(Image.new("RGB", (width, 30), "red"), "PNG")


async def every(console) -> list[dict]:
    status, reply = await console.get("places")
    assert status == 200
    return reply["places"]


async def put_map(console, place, content: bytes, **headers: str):
    return await console.call("PUT", f"places/{place['id']}/map", data=content, headers={**PNG, **headers})


async def shown(hub, place) -> tuple[int, int]:
    async with hub.http.get(place["map"]) as reply:
        assert reply.status == 200
        return opened(await reply.read()).size


def kept(hub) -> int:
    return len(list((hub.settings.data_dir / "images").iterdir()))


async def test_a_new_place_has_no_map_of_its_own_yet(hub, console):
    status, reply = await console.post("places", {"name": "Gym", "rank": 3})

    place_id = reply["place"]["id"]
    path = f"/vivere/location/image/{place_id}?v=0"
    gym = {"id": place_id, "name": "Gym", "rank": 3, "map": path, "has_map": False}
    assert (status, reply) == (201, {"place": gym})
    assert await every(console) == [gym]
    assert await shown(hub, gym) == (640, 480)


async def test_places_are_listed_by_name(console):
    gym, attic = await add_place(console), await add_place(console, "Attic")

    assert await every(console) == [attic, gym]
    assert (gym["rank"], attic["rank"]) == (-1, -1)


async def test_listeners_hear_of_each_change(hub, console):
    listener = await hub.listen("/schedule")

    gym = await add_place(console)
    await console.put(f"places/{gym['id']}", {"name": "Hall"})
    await console.delete(f"places/{gym['id']}")

    assert await listener.until(1, "location_delete") == [{"id": gym["id"]}]
    assert [place["name"] for place in listener.of("location_save")] == ["Gym", "Hall"]


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"name": ""}, cannot_use("name", "is blank")),
        ({"name": "a" * 201}, cannot_use("name", "is too long")),
        ({"rank": "1"}, cannot_use("rank", "is not a whole number")),
        ({"rank": -2}, cannot_use("rank", "is too small")),
        ({"rank": 1_000_001}, cannot_use("rank", "is too large")),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_place_that_cannot_be_is_refused(console, gym, rows, wrong, refused):
    before = rows()

    assert await console.post("places", {"name": "Attic", **wrong}) == refused
    assert await console.put(f"places/{gym['id']}", wrong) == refused
    assert rows() == before


@pytest.mark.parametrize("change", [{"name": "Hall"}, {"rank": 0}, {"name": None}, {}], ids=str)
async def test_a_change_keeps_what_it_does_not_name(console, gym, change):
    changed = await console.put(f"places/{gym['id']}", change)

    expected = {**gym, **{name: value for name, value in change.items() if value is not None}}
    assert changed == (200, {"place": expected})
    assert await every(console) == [expected]


async def test_a_picture_becomes_the_map_and_its_path_another(hub, console, gym):
    status, reply = await put_map(console, gym, picture(40))
    first = reply["place"]
    _, reply = await put_map(console, gym, picture(50))
    second = reply["place"]

    assert (status, first) == (200, {**gym, "map": first["map"], "has_map": True})
    assert len({place["map"] for place in (gym, first, second)}) == 3
    assert (await every(console), await shown(hub, second), kept(hub)) == ([second], (50, 30), 1)


async def test_a_picture_may_come_in_a_form(hub, console, gym):
    form = aiohttp.FormData()
    form.add_field("map", picture(), filename="<img src=x>.png", content_type="image/png")

    status, reply = await console.call("PUT", f"places/{gym['id']}/map", data=form)

    assert (status, await shown(hub, reply["place"])) == (200, (40, 30))


async def test_what_is_no_picture_is_refused_and_the_old_one_stays(hub, console, gym, rows):
    await put_map(console, gym, picture())
    before = rows()

    status, reply = await put_map(console, gym, b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    assert (status, reply["error"]["message"]) == (422, NOT_AN_IMAGE)
    assert (rows(), await shown(hub, gym), kept(hub)) == (before, (40, 30), 1)


async def test_a_map_that_is_sent_again_under_the_same_key_is_kept_once(hub, console, gym):
    first = await put_map(console, gym, picture(), **SAME_KEY)

    assert await put_map(console, gym, picture(), **SAME_KEY) == first
    assert await put_map(console, gym, picture(50), **SAME_KEY) == KEY_REUSED
    assert (await shown(hub, gym), kept(hub)) == ((40, 30), 1)


async def test_a_deleted_place_is_gone_with_its_map(hub, console, gym):
    await put_map(console, gym, picture())

    assert await console.delete(f"places/{gym['id']}") == (200, {})
    assert (await every(console), kept(hub)) == ([], 0)


async def test_a_place_where_something_takes_place_stays(console, gym, rows):
    await add_event(console, gym)
    before = rows()

    assert await console.delete(f"places/{gym['id']}") == IN_USE
    assert rows() == before


async def test_an_unknown_place_is_not_found_and_what_is_no_id_is_refused(hub, console):
    for call in (("PUT", ""), ("DELETE", ""), ("PUT", "/map")):
        method, rest = call
        assert await console.call(method, f"places/{UNKNOWN_ID}{rest}", json={}) == NO_SUCH_PLACE
        assert await console.call(method, f"places/gym{rest}", json={}) == NOT_AN_ID

    assert await put_map(console, {"id": UNKNOWN_ID}, picture()) == NO_SUCH_PLACE
    assert kept(hub) == 0


async def test_what_is_sent_again_under_the_same_key_is_added_once(console):
    first = await console.post("places", {"name": "Gym"}, headers=SAME_KEY)

    assert await console.post("places", {"name": "Gym"}, headers=SAME_KEY) == first
    assert await console.post("places", {"name": "Hall"}, headers=SAME_KEY) == KEY_REUSED
    assert await every(console) == [first[1]["place"]]


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
async def test_each_change_asks_for_the_privilege_that_is_its_own_and_reading_for_none(
    hub, console, as_staff, gym, verb
):
    its_path = f"places/{gym['id']}"
    calls = {"create": ("POST", "places"), "update": ("PUT", its_path), "delete": ("DELETE", its_path)}
    sam = as_staff(given={"location": [verb]})

    assert await every(sam) == [gym]
    shows = await put_map(sam, gym, picture())
    replies = {name: await sam.call(*call, json={"name": "Mine"}) for name, call in calls.items()}

    refused = [name for name, reply in replies.items() if reply == PRIVILEGE_MISSING]
    assert refused == [name for name in calls if name != verb]
    assert ((shows == PRIVILEGE_MISSING), kept(hub)) == (verb != "update", int(verb == "update"))
