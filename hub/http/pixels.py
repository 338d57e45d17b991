"""The pixels of a picture: PNG or JPEG by content, encoded anew so that nothing but the pixels survives.

Accepted: colours lose their profile, and grey of sixteen bits loses the tone that was to be clear.
"""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps

from hub.domain.refusals import Refusal
from hub.http.bare import without_notes

LARGEST_SENT = 5 * 1024 * 1024
"""Bytes of a picture that came as text."""
LONGEST_TEXT = 3 * LARGEST_SENT
"""Letters, however they are spelt; what is longer would take long to refuse."""
PIECE = 512 * 1024
"""Letters that are read at once, while nobody else can run; a multiple of four."""
MOST_PIXELS = 25_000_000
# The limit above is the stricter one, and a refusal where Pillow would only warn.
Image.MAX_IMAGE_PIXELS = None
LONGEST_SIDE = 4096
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
# Above this zlib spends seconds on noise, to save a tenth.
HOW_TO_SAVE: dict[str, dict[str, int]] = {"PNG": {"compress_level": 3}, "JPEG": {"quality": 85}}


class NotAnImage(Refusal):
    """Not a PNG or JPEG by its content, or too large in bytes or pixels."""

    code = "not_an_image"


class BadImageFormat(NotAnImage):
    code = "invalid_image_format"


class ImageTooLarge(NotAnImage):
    code = "image_too_large"


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str


def from_base64(text: object) -> Picture:
    """The picture in a text as phones send it: in lines or not, with or without `data:image/…;base64,` and padding."""
    if not isinstance(text, str):
        raise BadImageFormat()
    if len(text) > LONGEST_TEXT:
        raise ImageTooLarge()
    content = _decoded(text)
    if len(content) > LARGEST_SENT:
        raise ImageTooLarge()
    return encoded_anew(content)


_DATA_URL = re.compile(rb"data:image/[a-z.+-]{1,100};base64", re.IGNORECASE)


def _decoded(text: str) -> bytes:
    try:
        letters = _without_blanks(text.encode("ascii"))
        start, comma, rest = letters.partition(b",")
        if comma and _DATA_URL.fullmatch(start):
            letters = rest
        return _octets(letters.rstrip(b"="))
    except (UnicodeEncodeError, binascii.Error):
        raise BadImageFormat() from None


def _without_blanks(spelt: bytes) -> bytes:
    return b"".join(piece.translate(None, b" \t\r\n") for piece in _pieces(spelt))


def _octets(letters: bytes) -> bytes:
    padded = letters + b"=" * (-len(letters) % 4)
    return b"".join(binascii.a2b_base64(piece, strict_mode=True) for piece in _pieces(padded))


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))


def encoded_anew(content: bytes) -> Picture:
    """The picture without anything but its pixels, at most 4096 on a side; raises NotAnImage."""
    try:
        bare, orientation = without_notes(content)
        with Image.open(io.BytesIO(bare), formats=list(TYPES)) as image:
            return _encode(image, orientation)
    except (OSError, ValueError, SyntaxError):
        raise BadImageFormat() from None


def _encode(image: Image.Image, orientation: int) -> Picture:
    if image.width * image.height > MOST_PIXELS:
        raise ImageTooLarge()
    kind, pixels, out = str(image.format), _plain(image), io.BytesIO()
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels.info.clear()
    _turn_upright(pixels, orientation)
    pixels.save(out, kind, **HOW_TO_SAVE[kind])
    return Picture(out.getvalue(), TYPES[kind])


def _plain(image: Image.Image) -> Image.Image:
    """In grey, in colours, or in colours and opacity, of eight bits each."""
    if image.mode.startswith("I"):
        # Pillow itself would cut sixteen bits off at white.
        return image.point(lambda grey: grey / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    # Where nothing is to be converted Pillow would copy all the same, up to 100 MB.
    return image if image.mode == mode else image.convert(mode)


def _turn_upright(pixels: Image.Image, orientation: int) -> None:
    """Turn the pixels as the camera was held: it only noted so in the metadata, which does not go along."""
    pixels.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(pixels, in_place=True)
