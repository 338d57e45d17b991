"""Encoding anew: whatever file comes, nothing but its pixels survives, and what is no PNG or JPEG is refused."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageChops, ImageOps

from hub.http import pixels
from hub.http.pixels import BadImageFormat, ImageTooLarge, NotAnImage, encoded_anew
from tests.http.picture_files import (
    HIDEOUT,
    SCRIPT,
    chunk,
    chunks_in,
    corners,
    exif,
    gif,
    indexed,
    jpeg,
    of_screens,
    opened,
    png,
    saved,
    segment,
    segments_in,
)

# JFIF's own head, tables, the frame and the scan: what a JPEG is made of.
NEEDED_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
NOTES_OF_A_PNG = {
    "tEXt": chunk(b"tEXt", b"Comment\0" + HIDEOUT),
    "zTXt": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(HIDEOUT)),
    "iTXt": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + HIDEOUT),
    "eXIf": chunk(b"eXIf", exif(1)),
    "iCCP": chunk(b"iCCP", b"name\0\0" + zlib.compress(HIDEOUT)),
    "one of its own": chunk(b"prVt", HIDEOUT),
}
NOTES_OF_A_JPEG = {
    "Exif": segment(0xE1, b"Exif\0\0" + exif(1)),
    "XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + HIDEOUT),
    "ICC": segment(0xE2, b"ICC_PROFILE\0\1\1" + HIDEOUT),
    "IPTC": segment(0xED, b"Photoshop 3.0\0" + HIDEOUT),
    "a comment": segment(0xFE, HIDEOUT),
}
APPENDED = [b"<html>" + SCRIPT, b"PK\x03\x04" + SCRIPT, b"\xff\xd8\xff" + SCRIPT, b"\0ftypmp4" + b"\xff\xda" * 1_000]


def is_alike(one: Image.Image, other: Image.Image) -> bool:
    """As far as a JPEG can tell."""
    far_apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L").histogram()[64:]
    return one.size == other.size and sum(far_apart) < 0.1 * one.width * one.height


def turned(orientation: int) -> Image.Image:
    image = corners()
    image.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(image)


@pytest.mark.parametrize("note", NOTES_OF_A_PNG.values(), ids=NOTES_OF_A_PNG.keys())
def test_of_a_png_no_note_survives(note):
    stored = encoded_anew(png(note, after=note))

    assert set(chunks_in(stored.content)) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("note", NOTES_OF_A_JPEG.values(), ids=NOTES_OF_A_JPEG.keys())
def test_of_a_jpeg_no_note_survives(note):
    stored = encoded_anew(jpeg(note))

    assert set(segments_in(stored.content)) == NEEDED_SEGMENTS
    assert HIDEOUT not in stored.content


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_where_a_telephone_was_is_not_kept(kind):
    sent = saved(corners(), kind, exif=b"Exif\0\0" + exif(1))

    stored = encoded_anew(sent).content

    assert opened(sent).getexif().get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (59.0, 20.0, 5.0)
    assert dict(opened(stored).getexif()) == {}
    assert not any(word in stored for word in (HIDEOUT, b"Exif", b"eXIf", b"MM\0*", b"II*\0"))


@pytest.mark.parametrize("tail", APPENDED, ids=["a page", "an archive", "another picture", "a film"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_hangs_behind_a_picture_is_cut_off(kind, tail):
    sent = saved(corners(), kind)

    assert encoded_anew(sent + tail) == encoded_anew(sent)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_the_camera_was_held(orientation, order):
    note = exif(orientation, order)

    of_jpeg = encoded_anew(jpeg(segment(0xE1, b"Exif\0\0" + note), quality=95))
    of_png = encoded_anew(saved(corners(), "PNG", exif=note))

    assert is_alike(opened(of_jpeg.content), turned(orientation))
    assert list(opened(of_png.content).get_flattened_data()) == list(turned(orientation).get_flattened_data())


@pytest.mark.parametrize(
    "note",
    [exif(0), exif(9), exif(65535), b"", b"MM", b"MM\0*\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"nonsense" * 9],
    ids=["zero", "nine", "far too much", "empty", "cut off", "outside", "more than there is", "nonsense"],
)
def test_a_note_that_makes_no_sense_turns_nothing(note):
    stored = encoded_anew(jpeg(segment(0xE1, b"Exif\0\0" + note)))

    assert is_alike(opened(stored.content), corners())


@pytest.mark.parametrize(
    ("sent", "mode", "pixel"),
    [
        (saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"), "RGB", (254, 0, 0)),
        (of_screens(), "RGB", (200, 31, 90)),
        (saved(Image.new("L", (16, 16), 99), "JPEG"), "L", 99),
        (saved(Image.new("I;16", (2, 2), 40_000), "PNG"), "L", 156),
        (saved(Image.new("1", (2, 2), 1), "PNG"), "L", 255),
        (saved(Image.new("LA", (2, 2), (99, 7)), "PNG"), "RGBA", (99, 99, 99, 7)),
        (saved(indexed(), "PNG", transparency=1), "RGBA", (9, 8, 7, 0)),
        (saved(indexed(), "PNG", transparency=b"\xff\x63"), "RGBA", (9, 8, 7, 99)),
        (saved(indexed(), "PNG"), "RGB", (9, 8, 7)),
        (saved(Image.new("RGB", (2, 2), (1, 2, 3)), "PNG", transparency=(1, 2, 3)), "RGBA", (1, 2, 3, 0)),
    ],
    ids=[
        *("for print", "for screens", "grey JPEG", "16 bits", "1 bit", "grey and clear"),
        *("clear in the palette", "half clear in the palette", "palette", "a clear colour"),
    ],
)
def test_every_kind_of_colour_is_kept_as_the_eye_sees_it(sent, mode, pixel):
    stored = opened(encoded_anew(sent).content)

    assert (stored.mode, stored.getpixel((1, 1))) == (mode, pixel)


def test_of_sixteen_bits_the_clear_tone_is_not_kept_as_another():
    stored = encoded_anew(saved(Image.new("I;16", (2, 2), 40_000), "PNG", transparency=99))

    assert "transparency" not in opened(stored.content).info


def test_of_a_moving_picture_the_first_frame_is_kept():
    moving = saved(corners(), "PNG", save_all=True, append_images=[Image.new("RGB", (40, 20), "black")])

    assert opened(moving).n_frames == 2
    assert encoded_anew(moving) == encoded_anew(saved(corners(), "PNG"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        b"<!doctype html>" + SCRIPT,
        gif(),
        *(saved(corners(), kind) for kind in ("WEBP", "BMP", "TIFF", "PDF", "ICO")),
        gif() + jpeg(),
        b"GIF89a" + png(),
        b"PK\x03\x04" + jpeg(),
        b"\n" + png(),
    ],
    ids=[
        *("nothing", "text", "SVG", "HTML", "GIF", "WebP", "BMP", "TIFF", "PDF", "ICO"),
        *("a GIF in front of a JPEG", "a GIF's head in front of a PNG", "an archive's head", "a line in front"),
    ],
)
def test_what_is_neither_png_nor_jpeg_is_refused(content):
    with pytest.raises(BadImageFormat):
        encoded_anew(content)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("sent", [saved(corners(), "PNG"), jpeg()], ids=["PNG", "JPEG"])
def test_half_a_picture_is_refused(sent, share):
    with pytest.raises(BadImageFormat):
        encoded_anew(sent[: int(len(sent) * share)])


def claiming(width: int, height: int) -> bytes:
    """A small JPEG that says it is large."""
    honest = jpeg()
    frame = honest.index(b"\xff\xc0")
    return honest[: frame + 5] + height.to_bytes(2) + width.to_bytes(2) + honest[frame + 9 :]


@pytest.mark.parametrize("size", [(50_000, 50_000), (25_000_001, 1), (2**31 - 1, 2**31 - 1)], ids=str)
def test_a_png_of_too_many_pixels_is_refused_by_its_head(size):
    with pytest.raises(ImageTooLarge):
        encoded_anew(png(size=size))


def test_a_jpeg_of_too_many_pixels_is_refused_by_its_head():
    with pytest.raises(ImageTooLarge):
        encoded_anew(claiming(50_000, 50_000))


def test_a_picture_of_just_as_many_pixels_as_allowed_is_kept_smaller():
    stored = encoded_anew(saved(Image.new("1", (12_500, 2_000)), "PNG"))

    assert opened(stored.content).size == (4096, 655)


def bombs() -> dict[str, bytes]:
    """Files that cost whoever reads all of them seconds."""
    one_scan = saved(corners(), "JPEG", progressive=True)
    scan = one_scan[one_scan.rindex(b"\xff\xda") : -2]
    return {
        "endless chunks": png(after=chunk(b"prVt") * 100_000),
        "pixels drop by drop": png(chunk(b"IDAT") * 100_000),
        "endless segments": jpeg(segment(0xE5, b"") * 100_000),
        "a thousand scans": one_scan[:-2] + scan * 1_000 + one_scan[-2:],
        "no end to a segment": jpeg(b"\xff\xe1\0\0"),
    }


@pytest.mark.parametrize("content", bombs().values(), ids=bombs().keys())
def test_a_file_of_too_many_parts_is_refused(content):
    with pytest.raises(BadImageFormat):
        encoded_anew(content)


@pytest.mark.parametrize(
    "notes",
    [
        [chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10_000_000), 9))] * 100,
        [chunk(b"eXIf", b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x0e\0\2\0\0\xff\xff\0\0\0\0" * 65_535)],
    ],
    ids=["texts", "Exif"],
)
def test_notes_that_blow_up_are_not_even_read(notes):
    assert encoded_anew(png(*notes)) == encoded_anew(png())


def test_pixels_that_blow_up_beyond_the_picture_are_left_where_they_are():
    endless = chunk(b"IDAT", zlib.compress(bytes(50_000_000), 9))
    bomb = png().replace(chunk(b"IDAT", zlib.compress(b"\0" * 14)), endless)

    assert encoded_anew(bomb) == encoded_anew(png())


sound = [
    png(),
    saved(indexed(), "PNG", transparency=b"\0\1"),
    jpeg(),
    jpeg(progressive=True),
    jpeg(segment(0xE1, b"Exif\0\0" + exif(6))),
]
changes = st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=6)


@given(st.sampled_from(sound), changes, st.integers(0, 50))
def test_a_damaged_file_is_kept_or_refused_and_nothing_worse(content, changes, cut):
    damaged = bytearray(content)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte

    try:
        stored = encoded_anew(bytes(damaged[: len(damaged) - cut]))
    except NotAnImage:
        return
    assert opened(stored.content).format in pixels.TYPES
