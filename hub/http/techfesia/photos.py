"""`events/{id}/photo`: the picture and the logo of an event."""

from __future__ import annotations

from aiohttp import web

from hub import storage
from hub.domain import events, festival_events
from hub.domain.privileges import EVENT, UPDATE
from hub.http import images
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia.auth import staff_for
from hub.http.techfesia.queries import part_of_path
from hub.perform import look_up

FIELDS = ("picture", "logo")


# Accepted: a fault between keeping the new ones and changing the row leaves files in the store that nothing shows.
@described("Show other pictures of an event: either, or both", upload=FIELDS, security="bearer")
async def put(request: web.Request) -> web.Response:
    """The new ones are kept before the action that shows them; a worker forgets the old ones after it."""
    by = await staff_for(request, EVENT, UPDATE)
    event = await look_up(events.get, part_of_path(request, "id"))
    pictures = await images.uploaded_as(request, FIELDS)
    async with images.kept(request, list(pictures.values())) as names:
        new = dict(zip(pictures, names, strict=True))
        shown = await act(request, festival_events.set_pictures, event.public_id, new, by=by, spell=lambda _: new)
    if shown != new:
        # A call that is sent again brings copies that nobody will be shown.
        await storage.forget_async(request.config_dict[images.STORE], names)
    return web.Response()


ROUTES = [web.post("/events/{id}/photo", put)]
