"""Pictures as phones send them: texts in base64, all judged before any can be kept."""

from __future__ import annotations

from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import AsyncIterator

import pytest

from hub.http import images
from hub.http.images import BadImageFormat, ImageTooLarge, TooManyImages
from hub.http.pixels import encoded_anew
from hub.threads import picturing
from tests.http.picture_files import SCRIPT, corners, gif, jpeg, png, saved

FIVE_MEGABYTES = 5 * 1024 * 1024
A_JPEG, A_PNG = jpeg(), saved(corners(), "PNG")


@pytest.fixture(autouse=True)
async def threads() -> AsyncIterator[None]:
    picturing.open(1)
    yield
    await picturing.close()


def text_of(content: bytes) -> str:
    return b64encode(content).decode()


def of_size(size: int) -> bytes:
    """A picture in a file of exactly so many bytes; what hangs behind it counts."""
    return A_JPEG.ljust(size, b"\0")


async def test_pictures_come_back_in_the_order_in_which_they_were_sent():
    found = await images.sent([text_of(A_PNG), text_of(A_JPEG), text_of(A_PNG)])

    assert found == [encoded_anew(A_PNG), encoded_anew(A_JPEG), encoded_anew(A_PNG)]
    assert [picture.content_type for picture in found] == ["image/png", "image/jpeg", "image/png"]


@pytest.mark.parametrize("texts", [[], [""], ["", None, ""]], ids=str)
async def test_an_empty_text_is_no_picture(texts):
    assert await images.sent(texts) == []


@pytest.mark.parametrize(
    "text",
    [
        text_of(A_JPEG),
        encodebytes(A_JPEG).decode(),
        encodebytes(A_JPEG).decode().replace("\n", "\r\n"),
        " \t" + text_of(A_JPEG) + " \n",
        text_of(A_JPEG).rstrip("="),
        text_of(A_JPEG) + "=\n",
        "data:image/jpeg;base64," + text_of(A_JPEG),
        "data:image/jpg;base64,\n" + encodebytes(A_JPEG).decode(),
        "DATA:IMAGE/JPEG;BASE64," + text_of(A_JPEG),
        "data:image/svg+xml;base64," + text_of(A_JPEG),
    ],
    ids=[
        *("plain", "in lines", "in lines of Windows", "with space around", "without padding", "with more of it"),
        *("as a data URL", "as a data URL in lines", "in capitals", "called something else"),
    ],
)
async def test_base64_is_taken_in_every_form_that_clients_make_of_it(text):
    assert len(A_JPEG) % 3 != 0
    assert await images.sent([text]) == [encoded_anew(A_JPEG)]


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        "====",
        "A",
        text_of(A_JPEG)[:41] + "=" + text_of(A_JPEG)[41:],
        text_of(A_JPEG)[:41] + "!!!!" + text_of(A_JPEG)[41:],
        text_of(A_JPEG) + "é",
        urlsafe_b64encode(b"\xff\xd8\xff" + b"\xff" * 99).decode(),
        "data:image/jpeg;base64,",
        "data:text/html;base64," + text_of(A_JPEG),
        "data:image/jpeg," + text_of(A_JPEG),
        text_of(b"just text"),
        text_of(SCRIPT),
        text_of(gif()),
        text_of(gif() + A_JPEG),
        text_of(A_JPEG[:300]),
        *(7, True, [], {}, ["a"], {"original": "a"}, 1.5),
    ],
    ids=lambda text: repr(text)[:40],
)
async def test_what_is_no_picture_in_base64_is_refused(text):
    with pytest.raises(BadImageFormat):
        await images.sent([text])


async def test_a_picture_of_just_five_megabytes_is_taken():
    assert await images.sent([text_of(of_size(FIVE_MEGABYTES))]) == [encoded_anew(A_JPEG)]


@pytest.mark.parametrize("beyond", [1, 2, 3, 1_000_000])
async def test_a_picture_of_more_is_refused_however_it_is_padded(beyond):
    text = text_of(of_size(FIVE_MEGABYTES + beyond))

    for spelling in (text, text.rstrip("="), "data:image/jpeg;base64," + text):
        with pytest.raises(ImageTooLarge):
            await images.sent([spelling])


async def test_a_text_that_is_far_too_long_is_refused_for_that_whatever_it_says():
    with pytest.raises(ImageTooLarge):
        await images.sent(["!" * 20_000_000])


async def test_a_picture_of_too_many_pixels_is_refused_though_its_text_is_short():
    text = text_of(png(size=(50_000, 50_000)))

    assert len(text) < 120
    with pytest.raises(ImageTooLarge):
        await images.sent([text])


async def test_one_bad_picture_among_good_ones_refuses_them_all():
    with pytest.raises(BadImageFormat):
        await images.sent([text_of(A_PNG), text_of(gif()), text_of(A_JPEG)])


async def test_five_pictures_are_taken_and_empty_texts_not_counted():
    assert len(await images.sent([text_of(A_PNG), ""] * 5)) == 5


@pytest.mark.parametrize(("count", "most"), [(6, 5), (2, 1)])
async def test_more_pictures_than_allowed_are_refused_before_any_is_read(count, most):
    with pytest.raises(TooManyImages):
        await images.sent(["not base64!"] * count, most=most)


def test_each_refusal_has_the_contracts_code():
    codes = {no: no.code for no in (images.ImageTooLarge, images.BadImageFormat, images.TooManyImages)}

    assert codes == {
        ImageTooLarge: "image_too_large",
        BadImageFormat: "invalid_image_format",
        TooManyImages: "too_many_images",
    }
