"""`PUT organiser/locations/<id>/image`: the map of a place."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PIL import ExifTags, Image

from hub.http import images
from tests.http.vivere import acting
from tests.http.vivere.acting import picture
from tests.http.vivere.saying import NO_SUCH_LOCATION, UNKNOWN_ID, no, yes

NOT_AN_IMAGE = (422, no("Not an image", "Send a PNG or JPEG of at most 10 MB and 25 megapixels."))


@pytest.fixture
async def gym(hub, olga) -> dict:
    return await acting.add_location(hub, by=olga)


async def shown(hub, gym) -> Image.Image:
    _, _, content = await acting.fetched(hub, f"/vivere/location/image/{gym['id']}")
    return Image.open(io.BytesIO(content))


def taken_sideways() -> Image.Exif:
    """What a telephone notes when it is held upright: turn it, and here is where I was."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = "the secret hideout"
    return exif


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_a_picture_becomes_the_map_of_the_place(hub, olga, gym, kind):
    answer = await acting.put_image(hub, gym, picture(kind), by=olga)

    map_shown = await shown(hub, gym)
    assert answer == (200, yes(gym))
    assert (map_shown.format, map_shown.size) == (kind, (40, 30))


async def test_a_picture_may_come_in_a_form(hub, olga, gym):
    form = aiohttp.FormData()
    form.add_field("note", "the new map")
    form.add_field("image", picture(), filename="map.png", content_type="image/png")

    answer = await hub.call("PUT", f"/vivere/organiser/locations/{gym['id']}/image", data=form, by=olga)

    assert answer == (200, yes(gym))
    assert (await shown(hub, gym)).size == (40, 30)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_a_picture_is_turned_upright_and_its_metadata_left_behind(hub, olga, gym, kind):
    await acting.put_image(hub, gym, picture(kind, (40, 30), exif=taken_sideways()), by=olga)

    _, _, content = await acting.fetched(hub, f"/vivere/location/image/{gym['id']}")
    map_shown = Image.open(io.BytesIO(content))
    assert map_shown.size == (30, 40)
    assert dict(map_shown.getexif()) == {}
    assert b"secret" not in content


async def test_a_picture_for_print_loses_its_profile(hub, olga, gym):
    await acting.put_image(hub, gym, picture("JPEG", icc_profile=b"profile", comment=b"secret"), by=olga)

    assert not {"icc_profile", "comment", "exif"} & (await shown(hub, gym)).info.keys()


async def test_a_telephones_double_picture_is_a_jpeg(hub, olga, gym):
    double = picture("MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])

    await acting.put_image(hub, gym, double, by=olga)

    assert (await shown(hub, gym)).format == "JPEG"


async def test_a_large_picture_is_made_smaller(hub, olga, gym):
    await acting.put_image(hub, gym, picture(size=(5000, 50)), by=olga)

    assert (await shown(hub, gym)).size == (4096, 41)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("BMP"),
        picture("PNG")[:50],
        picture("JPEG")[:50],
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["nothing", "text", "SVG", "GIF", "BMP", "half a PNG", "half a JPEG", "a PNG's first bytes"],
)
async def test_what_is_no_picture_by_its_content_is_refused_whatever_it_is_called(hub, olga, gym, rows, content):
    before = rows()

    assert await acting.put_image(hub, gym, content, by=olga) == NOT_AN_IMAGE
    assert rows() == before


async def test_a_picture_of_too_many_pixels_is_refused_however_small_its_file(hub, olga, gym, rows):
    bomb = io.BytesIO()
    Image.new("1", (25_001, 1_000)).save(bomb, "PNG")
    before = rows()

    assert len(bomb.getvalue()) < 10_000
    assert await acting.put_image(hub, gym, bomb.getvalue(), by=olga) == NOT_AN_IMAGE
    assert rows() == before


def too_large() -> io.BytesIO:
    return io.BytesIO(bytes(images.LARGEST_FILE + 1))


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(11):
        yield bytes(1024 * 1024)


def in_a_form() -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("image", too_large(), filename="map.png", content_type="image/png")
    return form


@pytest.mark.parametrize("body", [too_large, in_pieces, in_a_form])
async def test_a_file_that_is_too_large_is_refused(hub, olga, gym, rows, body):
    before = rows()
    path = f"/vivere/organiser/locations/{gym['id']}/image"

    status, reply = await hub.call("PUT", path, data=body(), by=olga)

    assert (status, reply["error"]["title"]) == (413, "Bad request")
    assert rows() == before


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("multipart/form-data", b"--b"),
        ("multipart/form-data; boundary=b", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nno header"),
        ("multipart/form-data; boundary=b", b"--b\r\nA: " + b"a" * 100_000),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--b--\r\n'),
    ],
    ids=["no boundary named", "no boundary in it", "no header", "an endless header", "no file"],
)
async def test_a_form_without_a_file_that_can_be_read_is_refused(hub, olga, gym, rows, content_type, form):
    before = rows()
    path = f"/vivere/organiser/locations/{gym['id']}/image"

    status, reply = await hub.call("PUT", path, data=form, headers={"Content-Type": content_type}, by=olga)

    assert (status, reply["error"]["title"]) == (400, "Bad request")
    assert rows() == before


async def test_a_new_map_takes_the_place_of_the_old_one_in_the_store_too(hub, olga, gym):
    await acting.put_image(hub, gym, picture(size=(10, 10)), by=olga)
    await acting.put_image(hub, gym, picture(size=(20, 20)), by=olga)

    assert (await shown(hub, gym)).size == (20, 20)
    assert len(list((hub.settings.data_dir / "images").iterdir())) == 1


async def put_keyed(hub, olga, gym, content: bytes):
    form = aiohttp.FormData()
    form.add_field("image", content, filename="map.png", content_type="image/png")
    path = f"/vivere/organiser/locations/{gym['id']}/image"
    return await hub.call("PUT", path, data=form, by=olga, headers={"Idempotency-Key": "k"})


async def test_a_map_that_is_sent_again_with_its_key_gets_the_same_answer_and_is_kept_once(hub, olga, gym, rows):
    first = await put_keyed(hub, olga, gym, picture())
    before = rows()

    assert await put_keyed(hub, olga, gym, picture()) == first == (200, yes(gym))
    assert rows() == before
    assert (await shown(hub, gym)).size == (40, 30)
    assert len(list((hub.settings.data_dir / "images").iterdir())) == 1


async def test_another_map_under_the_same_key_is_refused_and_not_kept(hub, olga, gym, rows):
    await put_keyed(hub, olga, gym, picture())
    before = rows()

    status, _ = await put_keyed(hub, olga, gym, picture(size=(20, 20)))

    assert status == 409
    assert rows() == before
    assert len(list((hub.settings.data_dir / "images").iterdir())) == 1


async def test_with_a_place_its_map_goes_too(hub, olga, gym):
    await acting.put_image(hub, gym, picture(), by=olga)

    await hub.call("DELETE", f"/vivere/organiser/locations/{gym['id']}", by=olga)

    assert list((hub.settings.data_dir / "images").iterdir()) == []


async def test_a_map_for_an_unknown_place_is_not_kept(hub, olga):
    assert await acting.put_image(hub, {"id": UNKNOWN_ID}, picture(), by=olga) == NO_SUCH_LOCATION
    assert list((hub.settings.data_dir / "images").iterdir()) == []
