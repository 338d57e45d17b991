"""`GET location/image/<id>`."""

import io

from PIL import Image

from tests.http.vivere import acting
from tests.http.vivere.saying import NO_SUCH_LOCATION, NOT_AN_ID, UNKNOWN_ID


async def test_a_place_without_a_map_shows_a_plain_picture(hub, olga):
    gym = await acting.add_location(hub, by=olga)

    status, content_type, content = await acting.fetched(hub, f"/vivere/location/image/{gym['id']}")

    assert (status, content_type) == (200, "image/png")
    assert Image.open(io.BytesIO(content)).size == (640, 480)


async def test_the_map_that_was_put_there_is_shown(hub, olga):
    gym = await acting.add_location(hub, by=olga)
    await acting.put_image(hub, gym, acting.picture("JPEG", (60, 20)), by=olga)

    status, content_type, content = await acting.fetched(hub, f"/vivere/location/image/{gym['id']}")

    assert (status, content_type) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(content)).size == (60, 20)


async def test_a_map_is_shown_so_that_no_browser_takes_it_for_a_page(hub, olga):
    gym = await acting.add_location(hub, by=olga)

    async with hub.http.get(f"/vivere/location/image/{gym['id']}") as reply:
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"] == "default-src 'none'"


async def test_an_unknown_place_is_not_found(hub):
    assert await hub.get(f"/vivere/location/image/{UNKNOWN_ID}") == NO_SUCH_LOCATION


async def test_what_is_no_id_is_refused(hub):
    assert await hub.get("/vivere/location/image/gym") == NOT_AN_ID


async def test_an_id_in_capitals_names_the_same_place(hub, olga):
    gym = await acting.add_location(hub, by=olga)

    status, _, _ = await acting.fetched(hub, f"/vivere/location/image/{gym['id'].upper()}")

    assert status == 200
