"""The pictures of places, as every dialect takes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web

from hub.domain import locations
from hub.domain.actors import Actor
from hub.domain.refusals import Refusal
from hub.http import images
from hub.http.dialect import act
from hub.perform import look_up


# Accepted: a fault between keeping the new image and changing the row leaves a file in the store that nothing shows.
async def show_another(request: web.Request, public_id: str, *, by: Actor, spell: Callable[[Any], Any]) -> Any:
    """Have a place show the picture in the body; answers the place, spelled.

    The new image is kept first and the old one forgotten last, so that a fault in between leaves a map to show.
    """
    place = await look_up(locations.get, public_id)
    store, picture = request.config_dict[images.STORE], await images.uploaded(request)
    key = await images.keep(store, picture)
    new = {"key": key, "content_type": picture.content_type}
    try:
        changed = await act(request, locations.set_image, place.public_id, by=by, spell=partial(_changed, spell), **new)
    except Refusal:
        await images.forget(store, key)
        raise
    # A call that is sent again brings a copy that nobody will be shown.
    await images.forget(store, changed["before"] if changed["key"] == key else key)
    return changed["location"]


def _changed(spell: Callable[[Any], Any], changed: tuple[Any, str | None]) -> dict[str, Any]:
    location, before = changed
    return {"location": spell(location), "key": location.image_key, "before": before}
