"""Images that people upload: read from a request, kept in the store, served safely."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from aiohttp import MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from obstore.store import ObjectStore
from PIL import Image

from hub import storage
from hub.domain.refusals import Refusal
from hub.http import pixels
from hub.http.bodies import BODY_DIGEST, BadRequest, arriving, digest, read
from hub.http.pixels import BadImageFormat, ImageTooLarge, NotAnImage, Picture
from hub.storage import StoreAway
from hub.threads import Overloaded, compute_image

__all__ = [
    "LARGEST_FILE",
    "STORE",
    "BadForm",
    "BadImageFormat",
    "ImageTooLarge",
    "NotAnImage",
    "Picture",
    "TooManyImages",
    "forget",
    "keep",
    "keep_all",
    "kept",
    "sent",
    "show",
    "show_named",
    "uploaded",
    "uploaded_as",
]

# obstore's stores have a common name for type checkers only.
STORE: web.AppKey[ObjectStore] = web.AppKey("image_store", object)  # type: ignore[arg-type]
LARGEST_FILE = 10 * 1024 * 1024
MOST_PICTURES = 5
"""Pictures that come as texts in one body."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For a name that never gets another content."""


class BadForm(BadRequest):
    """A multipart form that does not hold together."""

    def __init__(self) -> None:
        super().__init__(400, "The multipart form cannot be read.")


class TooManyImages(Refusal):
    code = "too_many_images"


async def uploaded(request: web.Request) -> Picture:
    """The image in the body: raw, or the first file of a multipart form."""
    if request.content_type != "multipart/form-data":
        return await compute_image(pixels.encoded_anew, bytes(await read(request, most=LARGEST_FILE)))
    (content,) = (await _files(request, lambda part: bool(part.filename), most=1)).values()
    # Of a form, only the file: its boundary is another each time it is sent.
    request[BODY_DIGEST] = await digest(content)
    return await compute_image(pixels.encoded_anew, content)


async def uploaded_as(request: web.Request, names: Collection[str]) -> dict[str, Picture]:
    """The images in these fields of a multipart form, by name: one at least, all judged before any can be kept."""
    if request.content_type != "multipart/form-data":
        raise BadRequest(400, "Send a form with files, with Content-Type: multipart/form-data.")
    files = await _files(request, lambda part: part.name in names, most=len(names))
    digests = [f"{name} {await digest(files[name])}" for name in sorted(files)]
    request[BODY_DIGEST] = await digest("\n".join(digests).encode())
    # One at a time, so that others get their turn of the threads in between.
    return {name: await compute_image(pixels.encoded_anew, content) for name, content in files.items()}


async def sent(texts: Sequence[object], *, most: int = MOST_PICTURES) -> list[Picture]:
    """The pictures in base64 that a body brought, all of them judged before any can be kept; an empty text is none."""
    filled = [text for text in texts if text not in (None, "")]
    if len(filled) > most:
        raise TooManyImages()
    # One at a time, so that others get their turn of the threads in between.
    return [await compute_image(pixels.from_base64, text) for text in filled]


async def _files(request: web.Request, is_wanted: Callable[[Any], bool], *, most: int) -> dict[str, bytes]:
    """The first wanted files of a form by the names of their fields: one at least, and no more than `most`."""
    found: dict[str, bytes] = {}
    try:
        async with arriving():
            reader = await request.multipart()
            while len(found) < most and (part := await reader.next()) is not None:
                if not isinstance(part, MultipartReader) and is_wanted(part) and part.name not in found:
                    content = await _whole(part)
                    # Browsers send a field in which no file was chosen too.
                    if content or part.filename:
                        found[part.name or ""] = content
    except (ValueError, RuntimeError, AssertionError, BadHttpMessage):
        # A form that does not hold together; aiohttp has no single exception for it.
        raise BadForm() from None
    if not found:
        raise BadRequest(400, "The form holds no file.")
    return found


async def _whole(part) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > LARGEST_FILE:
            raise BadRequest(413, f"The file is larger than {LARGEST_FILE} bytes.")
    return bytes(content)


async def keep(store: ObjectStore, picture: Picture) -> str:
    """Put a picture into the store under a name that nobody can guess; answers the name."""
    key = secrets.token_hex(16)
    await storage.keep_async(store, key, picture.content)
    return key


async def keep_all(store: ObjectStore, several: Sequence[Picture]) -> list[str]:
    """Put all into the store, or none; answers names that nobody can guess and that say what they name."""
    names = [f"{secrets.token_hex(16)}.{ENDINGS[picture.content_type]}" for picture in several]
    try:
        for name, picture in zip(names, several, strict=True):
            await storage.keep_async(store, name, picture.content)
    except StoreAway:
        # The one that failed may have arrived all the same.
        await storage.forget_async(store, names)
        raise
    return names


@asynccontextmanager
async def kept(request: web.Request, several: Sequence[Picture]) -> AsyncIterator[list[str]]:
    """The names under which pictures are kept while the block gives them to an action; if it refuses, none is."""
    store = request.config_dict[STORE]
    names = await keep_all(store, several)
    try:
        yield names
    except (Refusal, BadRequest, Overloaded):
        await storage.forget_async(store, names)
        raise


async def forget(store: ObjectStore, key: str | None) -> None:
    if key is not None:
        await storage.forget_async(store, [key])


async def show(store: ObjectStore, key: str | None, content_type: str | None) -> web.Response:
    """A stored picture as a reply; a plain grey one where there is none (yet)."""
    content = None if key is None else await storage.content_async(store, key)
    if content is None or content_type is None:
        content, content_type = placeholder(), "image/png"
    return web.Response(body=content, content_type=content_type, headers=SAFE_HEADERS)


_NAME = re.compile(r"[0-9a-f]{32}\.(png|jpg)")
_TYPES = {ending: content_type for content_type, ending in ENDINGS.items()}


async def show_named(store: ObjectStore, name: str) -> web.Response:
    """The picture that `keep_all` gave this name; not found where there is none, or the name is none of ours."""
    ours = _NAME.fullmatch(name)
    content = await storage.content_async(store, name) if ours else None
    if ours is None or content is None:
        raise web.HTTPNotFound()
    return web.Response(body=content, content_type=_TYPES[ours[1]], headers={**SAFE_HEADERS, **FOR_EVER})


@cache
def placeholder() -> bytes:
    """The map of a place that has none: clients need an image at every address."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (221, 221, 221)).save(out, "PNG")
    return out.getvalue()
