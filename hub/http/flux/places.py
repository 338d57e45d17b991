"""`get_suburbs` and `get_streets`: what the sign-up form offers while an address is typed. Anybody may ask."""

from __future__ import annotations

from aiohttp import web

from hub.domain import places
from hub.http.described import described
from hub.http.flux.reply import ok
from hub.perform import look_up
from hub.wire import flux_shapes as shapes

AN_HOUR = "public, max-age=3600"


@described("The suburbs under a postcode", replies={200: shapes.Suburbs})
async def get_suburbs(request: web.Request) -> web.Response:
    """They come with the hub, so they are told even while the database is away."""
    reply = ok(suburbs=places.suburbs(request.match_info["country"], request.match_info["postcode"]))
    reply.headers["Cache-Control"] = AN_HOUR
    return reply


@described("The streets of a suburb", replies={200: shapes.Streets})
async def get_streets(request: web.Request) -> web.Response:
    asked = (request.match_info[part] for part in ("country", "postcode", "suburb"))
    return ok(streets=await look_up(places.streets, *asked))


V0 = [
    web.get("/get_suburbs/{country}/{postcode}", get_suburbs),
    web.get("/get_streets/{country}/{postcode}/{suburb}", get_streets),
]
