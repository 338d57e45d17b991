"""Images that people upload: judged by content, encoded anew without metadata, kept in the store, served safely."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from functools import cache

import obstore
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from obstore.store import ObjectStore, from_url
from PIL import ExifTags, Image, ImageOps

from hub.domain.refusals import Refusal
from hub.http.bodies import BODY_DIGEST, BadRequest, arriving, read
from hub.settings import BadSetting
from hub.threads import compute

# obstore's stores have a common name for type checkers only.
STORE: web.AppKey[ObjectStore] = web.AppKey("image_store", object)  # type: ignore[arg-type]
LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
# The limit above is the stricter one, and a refusal where Pillow would only warn.
Image.MAX_IMAGE_PIXELS = None
LONGEST_SIDE = 4096
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class NotAnImage(Refusal):
    """Not a PNG or JPEG by its content, or too large in bytes or pixels."""

    code = "not_an_image"


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str


def store_at(address: str) -> ObjectStore:
    """The store at `file:///…`, `s3://…` and the like; a local folder is made where it is missing."""
    try:
        return from_url(address, mkdir=True) if address.startswith("file:") else from_url(address)
    except Exception as wrong:
        # The edge: obstore raises its own kinds for each sort of store, and all mean that the address is no use.
        raise BadSetting(f"HUB_STORAGE_URL: {wrong}") from None


async def uploaded(request: web.Request) -> Picture:
    """The image in the body: raw, or the first file of a multipart form."""
    content = (
        await _first_file(request)
        if request.content_type == "multipart/form-data"
        else await read(request, most=LARGEST_FILE)
    )
    # Of a form, only the file: its boundary is another each time it is sent.
    request[BODY_DIGEST] = hashlib.sha256(content).hexdigest()
    return await compute(encoded_anew, content)


async def _first_file(request: web.Request) -> bytes:
    try:
        async with arriving():
            reader = await request.multipart()
            while (part := await reader.next()) is not None:
                if getattr(part, "filename", None):
                    return await _whole(part)
    except (ValueError, RuntimeError, AssertionError, BadHttpMessage):
        # A form that does not hold together; aiohttp has no single exception for it.
        raise BadRequest(400, "The multipart form cannot be read.") from None
    raise BadRequest(400, "The form holds no file.")


async def _whole(part) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > LARGEST_FILE:
            raise BadRequest(413, f"The file is larger than {LARGEST_FILE} bytes.")
    return bytes(content)


def encoded_anew(content: bytes) -> Picture:
    """The picture without anything but its pixels, at most 4096 on a side; raises NotAnImage."""
    try:
        with Image.open(io.BytesIO(content), formats=list(TYPES)) as image:
            return _encode(image)
    except (OSError, ValueError, SyntaxError):
        raise NotAnImage() from None


def _encode(image: Image.Image) -> Picture:
    # A telephone's JPEG that holds a second picture calls itself MPO.
    kind = "PNG" if image.format == "PNG" else "JPEG"
    if image.width * image.height > MOST_PIXELS:
        raise NotAnImage()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = image.convert("RGB" if kind == "JPEG" else "RGBA")
    pixels.info.clear()
    _turn_upright(pixels, image.getexif().get(ExifTags.Base.Orientation, 1))
    out = io.BytesIO()
    pixels.save(out, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return Picture(out.getvalue(), TYPES[kind])


def _turn_upright(pixels: Image.Image, orientation: object) -> None:
    """Turn the pixels as the camera was held: it only noted so in the metadata, which does not go along."""
    pixels.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(pixels, in_place=True)


async def keep(store: ObjectStore, picture: Picture) -> str:
    """Put a picture into the store under a name that nobody can guess; answers the name."""
    key = secrets.token_hex(16)
    await obstore.put_async(store, key, picture.content)
    return key


async def forget(store: ObjectStore, key: str | None) -> None:
    if key is not None:
        try:
            await obstore.delete_async(store, key)
        except FileNotFoundError:
            # Gone already, which is what was wanted.
            return


async def show(store: ObjectStore, key: str | None, content_type: str | None) -> web.Response:
    """A stored picture as a reply; a plain grey one where there is none (yet)."""
    if key is None or content_type is None:
        return web.Response(body=placeholder(), content_type="image/png", headers=SAFE_HEADERS)
    try:
        found = await obstore.get_async(store, key)
    except FileNotFoundError:
        return web.Response(body=placeholder(), content_type="image/png", headers=SAFE_HEADERS)
    content = bytes(await found.bytes_async())
    return web.Response(body=content, content_type=content_type, headers=SAFE_HEADERS)


@cache
def placeholder() -> bytes:
    """The map of a place that has none: clients need an image at every address."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (221, 221, 221)).save(out, "PNG")
    return out.getvalue()
