"""Pictures in bodies: encoded anew, stored under names that nobody can guess, and not kept when anything is refused."""

import io
import re
import struct
import zlib
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import ExifTags, Image
from yarl import URL

from hub import storage
from hub.http import images
from hub.http.halp.images import stored as stored_while
from hub.threads import Overloaded
from tests.http.halp import acting
from tests.http.halp.acting import STUDENT_PIN, as_text, call_large, fetched, name_of, picture, stored
from tests.http.halp.saying import SERVER_ERROR, no, said, yes

MEGABYTE = 1024 * 1024
FORMAT, LARGE, MANY = no("invalid_image_format"), no("image_too_large"), no("too_many_images")


def padded(size: int) -> bytes:
    """A small PNG that a note makes `size` bytes long."""
    small = picture()
    note = b"tEXt" + b"x" * (size - len(small) - 12)
    chunk = struct.pack(">I", len(note) - 4) + note + struct.pack(">I", zlib.crc32(note))
    return small[:-12] + chunk + small[-12:]


def bomb() -> bytes:
    """A small file of 2,500,000,000 pixels."""
    small = bytearray(picture())
    small[16:24] = struct.pack(">II", 50_000, 50_000)
    small[29:33] = struct.pack(">I", zlib.crc32(small[12:29]))
    return bytes(small)


def taken_at_home() -> bytes:
    """What a telephone held upright takes, with the place noted in it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = "secret place"
    return picture("JPEG", exif=exif, comment=b"secret note")


async def drop(hub, by, *contents: bytes, **fields):
    body = {**STUDENT_PIN, "images": [as_text(content) for content in contents], **fields}
    return await call_large(hub, "POST", "/halp/pin", body, by=by)


async def shown_on_pin(hub, by) -> list[dict[str, str]]:
    return (await acting.mine(hub, "student", by=by))["images"]


async def test_pictures_of_a_pin_are_shown_in_the_order_in_which_they_came(hub, ann, tom):
    sizes = [(40, 30), (30, 40), (20, 20)]

    await drop(hub, ann, *(picture(kind, size) for kind, size in zip(["PNG", "JPEG", "PNG"], sizes, strict=True)))

    (pin,) = await acting.pins(hub, "student", by=tom)
    found = [await fetched(hub, image) for image in pin["images"]]
    assert [image.size for image in found] == sizes
    assert [image.format for image in found] == ["PNG", "JPEG", "PNG"]
    assert stored(hub) == {name_of(image) for image in pin["images"]}


async def test_a_picture_has_an_address_that_can_be_opened_and_not_guessed(hub, ann):
    await drop(hub, ann, picture("PNG"), picture("JPEG"))

    for image, ending in zip(await shown_on_pin(hub, ann), ("png", "jpg"), strict=True):
        assert list(image) == ["original"]
        assert re.fullmatch(rf"https://hub\.example/halp/image/[0-9a-f]{{32}}\.{ending}", image["original"])


async def test_a_picture_is_served_so_that_no_browser_takes_it_for_anything_else(hub, ann):
    await drop(hub, ann, picture("PNG"), picture("JPEG"))

    for image, content_type in zip(await shown_on_pin(hub, ann), ("image/png", "image/jpeg"), strict=True):
        for slash in ("", "/"):
            async with hub.http.get(f"/halp/image/{name_of(image)}{slash}", headers={"Origin": "https://x"}) as reply:
                headers = {name: reply.headers[name] for name in SAFE}

            assert (reply.status, headers) == (200, {**SAFE, "Content-Type": content_type})


SAFE = {
    "Content-Type": "",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Access-Control-Allow-Origin": "*",
}


async def test_a_name_that_is_none_is_not_found(hub):
    for name in ("0" * 32 + ".png", "0" * 32, "x.png", "..%2F..%2Fhub.sqlite3", "%00", "", "A" * 32 + ".png"):
        assert said(await hub.get(URL(f"/halp/image/{name}", encoded=True))) == (404, "server_error")


async def test_of_a_picture_nothing_but_its_pixels_is_kept(hub, ann):
    await drop(hub, ann, taken_at_home())

    (image,) = await shown_on_pin(hub, ann)
    content = (hub.settings.data_dir / "images" / name_of(image)).read_bytes()
    kept = await fetched(hub, image)
    assert (kept.size, dict(kept.getexif())) == ((30, 40), {})
    assert b"secret" in taken_at_home()
    assert b"secret" not in content


def spellings(text: str) -> list[str]:
    lines = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    return [f"data:image/png;base64,{text}", f"DATA:image/jpeg;BASE64,{text}", f" {lines}\r\n", text.rstrip("=")]


async def test_base64_may_be_spelt_in_several_ways(hub, ann):
    several = spellings(as_text(picture("PNG", (11, 7))))

    assert several[-1] != as_text(picture("PNG", (11, 7)))
    assert said(await drop(hub, ann, images=several)) == (200, "success")
    assert [(await fetched(hub, image)).size for image in await shown_on_pin(hub, ann)] == [(11, 7)] * 4


async def test_empty_texts_are_no_pictures(hub, ann, tom):
    assert await drop(hub, ann, images=["", as_text(picture()), "", "", "", "", ""]) == yes()
    assert await drop(hub, tom, images="") == yes()

    assert [len(await shown_on_pin(hub, member)) for member in (ann, tom)] == [1, 0]


async def test_five_pictures_of_five_megabytes_each_are_taken_and_a_sixth_is_too_many(hub, ann, tom, rows):
    largest = padded(5 * MEGABYTE)
    before = rows()

    six = await drop(hub, tom, *[picture()] * 6)
    unchanged = rows() == before
    five = await drop(hub, ann, *[largest] * 5)

    assert (said(six), unchanged, said(five)) == (MANY, True, (200, "success"))
    assert len(stored(hub)) == 5


NO_USE = {
    "text": (b"just text", FORMAT),
    "GIF": (picture("GIF"), FORMAT),
    "BMP": (picture("BMP"), FORMAT),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FORMAT),
    "HTML that ends in a PNG": (b"<script>alert(1)</script>" + picture(), FORMAT),
    "half a PNG": (picture()[:60], FORMAT),
    "half a JPEG": (picture("JPEG")[:60], FORMAT),
    "a bomb": (bomb(), LARGE),
    "a byte too much": (padded(5 * MEGABYTE + 1), LARGE),
}


async def test_where_one_picture_is_no_use_none_is_kept_and_no_pin_dropped(hub, ann, rows):
    before = rows()

    answers = {what: said(await drop(hub, ann, picture(), picture(), content)) for what, (content, _) in NO_USE.items()}
    answers["no base64"] = said(await drop(hub, ann, images=[as_text(picture()), "*"]))

    assert answers == {**{what: answer for what, (_, answer) in NO_USE.items()}, "no base64": FORMAT}
    assert (rows(), stored(hub)) == (before, set())


async def test_what_follows_a_picture_is_not_kept(hub, ann):
    await drop(hub, ann, picture() + b"<script>alert(1)</script>", picture("JPEG") + b"<?php")

    for image in await shown_on_pin(hub, ann):
        content = (hub.settings.data_dir / "images" / name_of(image)).read_bytes()
        assert (b"<script" in content, b"<?php" in content) == (False, False)


async def test_with_a_pin_that_is_refused_no_picture_is_kept(hub, ann, rows):
    await acting.drop(hub, "student", by=ann)
    before = rows()
    refused = [
        ({}, no("already_dropped")),
        ({"duration": 604801}, no("max_duration_exceeded")),
        ({"latitude": "north"}, SERVER_ERROR),
    ]

    for more, answer in refused:
        assert said(await drop(hub, ann, picture(), **more)) == answer
        assert said(await drop(hub, ann, picture("GIF"), **more)) == answer
    assert (rows(), stored(hub)) == (before, set())


async def test_a_pin_that_comes_again_under_another_key_leaves_no_picture_behind(hub, ann):
    body = {**STUDENT_PIN, "images": [as_text(picture())]}

    replies = [
        await hub.post("/halp/pin", body, by=ann, headers={"Idempotency-Key": key}) for key in ("first", "second")
    ]

    assert [said(reply) for reply in replies] == [(200, "success"), no("already_dropped")]
    assert len(stored(hub)) == 1


async def test_a_hub_that_has_too_much_to_do_keeps_no_picture(hub):
    request: Any = SimpleNamespace(config_dict={images.STORE: storage.store_at(hub.settings.storage_address)})

    kept: list[set[str]] = []

    async def be_overloaded() -> None:
        async with stored_while(request, [as_text(picture())]):
            kept.append(stored(hub))
            raise Overloaded

    with pytest.raises(Overloaded):
        await be_overloaded()
    assert ([len(names) for names in kept], stored(hub)) == ([1], set())


LIMITS = {"pin": 36, "profile": 16, "register": 16, "login": 1, "message": 1, "session/start": 1}


async def test_a_body_may_be_as_large_as_its_call_needs_and_not_larger(hub, ann, rows):
    before, frame = rows(), len(b'{"extra": ""}')

    async def told(path: str, size: int) -> tuple[int, str]:
        method = "PUT" if path == "profile" else "POST"
        return said(await call_large(hub, method, f"/halp/{path}", {"extra": "a" * (size - frame)}, by=ann))

    largest = {path: await told(path, most * MEGABYTE) for path, most in LIMITS.items()}
    larger = {path: await told(path, most * MEGABYTE + 1) for path, most in LIMITS.items()}

    # Nothing of a profile is needed; of anything else everything.
    assert largest == {**dict.fromkeys(LIMITS, SERVER_ERROR), "profile": (200, "success")}
    assert larger == dict.fromkeys(LIMITS, (413, "server_error"))
    assert rows() == before


async def test_only_pictures_may_make_a_body_large(hub, ann, rows):
    before = rows()
    many = {**STUDENT_PIN, "extra": ["a" * 1000] * 2000}

    assert said(await call_large(hub, "POST", "/halp/pin", many, by=ann)) == (413, "server_error")
    assert rows() == before


def test_the_pictures_above_are_what_they_are_called():
    assert (len(padded(5 * MEGABYTE)), Image.open(io.BytesIO(padded(2000))).size) == (5 * MEGABYTE, (40, 30))
    assert len(bomb()) < 1000
