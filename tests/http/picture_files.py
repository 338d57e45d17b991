"""Picture files as people and attackers make them, and what is to be seen in them: made by Pillow or byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image

PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
HIDEOUT = b"the secret hideout"
SCRIPT = b"<script>alert(document.cookie)</script>"


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def corners() -> Image.Image:
    """40 wide and 20 high; each corner has a colour of its own, so that turning it shows."""
    image = Image.new("RGB", (40, 20))
    for at, colour in {(0, 0): "red", (20, 0): "lime", (0, 10): "blue", (20, 10): "white"}.items():
        image.paste(colour, (*at, at[0] + 20, at[1] + 10))
    return image


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*notes: bytes, size: tuple[int, int] = (2, 2), after: bytes = b"") -> bytes:
    """A black PNG with `notes` before its pixels and `after` behind them; of a large one only the head is true."""
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 14)
    return b"".join([PNG_BEGINS, chunk(b"IHDR", head), *notes, chunk(b"IDAT", pixels), after, chunk(b"IEND")])


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(*notes: bytes, of: Image.Image | None = None, **how: Any) -> bytes:
    """A JPEG with `notes` at its beginning."""
    plain = saved(of or corners(), "JPEG", **how)
    return plain[:2] + b"".join(notes) + plain[2:]


def exif(orientation: int, order: str = ">") -> bytes:
    """What a telephone notes: where it was, and how it was held."""
    notes = Image.Exif()
    notes.endian = order
    notes[ExifTags.Base.ImageDescription] = HIDEOUT.decode()
    notes[ExifTags.Base.Orientation] = orientation
    notes[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (59.0, 20.0, 5.0)}
    return notes.tobytes().removeprefix(b"Exif\0\0")


def indexed() -> Image.Image:
    """Of one colour, which stands in a palette."""
    image = Image.new("P", (2, 2), 1)
    image.putpalette([0, 0, 0, 9, 8, 7])
    return image


def of_screens() -> bytes:
    """A JPEG of red, green and blue instead of the usual brightness and tints, which only its Adobe segment tells."""
    content = saved(Image.new("RGB", (16, 16), (200, 30, 90)), "JPEG", keep_rgb=True)
    frame = content.replace(b"R\x11\0G\x11\0B\x11\0", b"\1\x11\0\2\x11\0\3\x11\0")
    return frame.replace(b"R\0G\0B\0", b"\1\0\2\0\3\0")


def gif() -> bytes:
    return saved(indexed(), "GIF")


def chunks_in(content: bytes) -> list[bytes]:
    """The kinds of all chunks of a PNG; fails where it does not end with the last of them."""
    kinds, at = [], len(PNG_BEGINS)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        kinds.append(kind)
        at += 12 + length
    assert (at, kinds[-1]) == (len(content), b"IEND")
    return kinds


def segments_in(content: bytes) -> list[int]:
    """The markers of a JPEG's segments up to its pixels."""
    markers, at = [], 2
    while 0xDA not in markers:
        _, marker, length = struct.unpack_from(">BBH", content, at)
        markers.append(marker)
        at += 2 + length
    return markers
