"""Pictures in Halp's bodies: base64 texts, encoded anew and stored before the action that needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from hub import storage
from hub.domain.refusals import Refusal
from hub.http import images
from hub.http.bodies import BadRequest
from hub.http.described import described
from hub.threads import Overloaded

BODY_WITH_ONE_IMAGE = 16 * 1024 * 1024
"""Room for one that is too large, so that it is refused as such."""
BODY_WITH_IMAGES = 36 * 1024 * 1024


@asynccontextmanager
async def stored(request: web.Request, texts: Sequence[str]) -> AsyncIterator[list[str]]:
    """The names under which the pictures are kept; none is if one of them is no use, or if the block refuses."""
    store = request.config_dict[images.STORE]
    names = await images.keep_all(store, await images.sent(texts))
    try:
        yield names
    except (Refusal, BadRequest, Overloaded):
        await storage.forget_async(store, names)
        raise


async def forget_copies(request: web.Request, names: Sequence[str]) -> None:
    """For a call that was sent again: its pictures are kept already, under the names that its first answer shows."""
    await storage.forget_async(request.config_dict[images.STORE], names)


@described("A picture", replies={200: "image/*"})
async def show(request: web.Request) -> web.Response:
    return await images.show_named(request.config_dict[images.STORE], request.match_info["name"])


ROUTES = [web.get("/image/{name}", show)]
