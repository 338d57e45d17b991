"""`user/push`: ours. A browser subscribes to Web Push with what its push service gave it, and takes that back."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import sign_ins
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import SETTINGS, act
from hub.http.vivere.auth import claims_of, signed_in
from hub.http.vivere.fields import Browser, BrowserEndpoint
from hub.http.vivere.reply import ok
from hub.wire import vivere_shapes as shapes


@described("What a browser subscribes to Web Push with", replies={200: shapes.Data[shapes.PushKey]})
async def key(request: web.Request) -> web.Response:
    """What a browser needs to subscribe, its `applicationServerKey`; null while no key is set."""
    return ok({"public_key": request.config_dict[SETTINGS].vapid_public_key})


@described("Be pushed to in this browser", body=Browser, replies={200: shapes.Data[shapes.Nothing]}, security="token")
async def subscribe(request: web.Request) -> web.Response:
    by = await signed_in(request)
    browser = await parse(request, Browser)
    given = {"endpoint": browser.endpoint, "keys": dict(browser.keys), "jti": claims_of(request).jti}
    return ok(await act(request, sign_ins.add_browser, by=by, spell=_nothing, **given))


@described(
    "Be pushed to in this browser no more",
    body=BrowserEndpoint,
    replies={200: shapes.Data[shapes.Nothing]},
    security="token",
)
async def unsubscribe(request: web.Request) -> web.Response:
    by = await signed_in(request)
    endpoint = (await parse(request, BrowserEndpoint)).endpoint
    return ok(await act(request, sign_ins.remove_browser, by=by, spell=_nothing, endpoint=endpoint))


def _nothing(_: None) -> dict[str, Any]:
    return {}


ROUTES = [web.get("/user/push", key), web.put("/user/push", subscribe), web.delete("/user/push", unsubscribe)]
