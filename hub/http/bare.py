"""A picture's file, bare: only what its pixels need, and how the camera was held.

Strangers write these files, so Pillow is shown as little of them as it needs: notes, profiles, thumbnails and further
frames are cut out first. Read by Pillow, 5 MB of hostile notes take seconds and fill the log with warnings.

Accepted: a file with rubbish between its parts is refused, though some programs show it.
"""

from __future__ import annotations

import re
import struct

from PIL import ExifTags

MOST_PARTS = 20_000
"""Chunks or segments in a file; real ones have some hundreds."""
MOST_SCANS = 30
"""Passes of a progressive JPEG; each takes as long as the picture is large, and real ones have about ten."""

UPRIGHT = 1


def without_notes(content: bytes) -> tuple[bytes, int]:
    """The bare file and the camera's orientation; raises ValueError for what is neither PNG nor JPEG."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _bare_png(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _bare_jpeg(content)
    except struct.error:
        raise ValueError("breaks off") from None
    raise ValueError("is neither PNG nor JPEG")


_NEEDED_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def _bare_png(content: bytes) -> tuple[bytes, int]:
    kept, orientation, at = [content[:8]], UPRIGHT, 8
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + length]
        at += len(chunk)
        if kind in _NEEDED_CHUNKS:
            kept.append(chunk)
        if kind == b"eXIf":
            orientation = _orientation(chunk[8:-4])
        if kind == b"IEND":
            return b"".join(kept), orientation
    raise ValueError("has too many chunks")


_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_SCAN, _EXIF = 0xDA, 0xE1
# All that applications write but two: the first and the fourteenth say how colours are meant.
_NOTES = {*range(0xE1, 0xF0), 0xFE} - {0xEE}


def _bare_jpeg(content: bytes) -> tuple[bytes, int]:
    kept, orientation, at = [content[:2]], UPRIGHT, 2
    for _ in range(MOST_PARTS):
        marker = _MARKER.match(content, at)
        if marker is None:
            raise ValueError("has something between its segments")
        (length,) = struct.unpack_from(">H", content, marker.end())
        kind, at = marker[1][0], marker.end() + length
        segment = content[marker.end() - 2 : at]
        if kind == _SCAN:
            return b"".join([*kept, _scans(content[marker.end() - 2 :])]), orientation
        if kind not in _NOTES:
            kept.append(segment)
        if kind == _EXIF and segment[4:10] == b"Exif\0\0":
            orientation = _orientation(segment[10:])
    raise ValueError("has too many segments")


def _scans(content: bytes) -> bytes:
    """The pixels of the first picture. What hangs behind it is left out: a second one, or the film of a telephone."""
    # None of these markers can stand within a scan.
    scans, end, _ = content.partition(b"\xff\xd9")
    if scans.count(b"\xff\xda") > MOST_SCANS:
        raise ValueError("has too many scans")
    return scans + end


def _orientation(exif: bytes) -> int:
    """As Exif counts it, wherever in its first list it stands; upright where it cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, first)
        for at in range(first + 2, first + 2 + 12 * count, 12):
            tag, value = struct.unpack_from(f"{order}H6xH", exif, at)
            if tag == ExifTags.Base.Orientation:
                return value
    except struct.error:
        return UPRIGHT
    return UPRIGHT
