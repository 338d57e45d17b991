"""`/`: the live page, what everybody at an event looks at, and what makes an app of it.

It is written from what Vivere's public calls tell, so that there is something to read without JavaScript; its scripts
take over from there, and are clients of the public contracts like any other. Everybody loads it at once: who asks at
the same time shares one look-up and one rendering, and while nothing changes it is kept.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from datetime import datetime
from functools import cache, partial

from aiohttp import web

from hub.domain import announcements, events, mentor_tickets, times
from hub.http import web as pages
from hub.http.dialect import RETRY_AFTER_SECONDS, SETTINGS
from hub.http.hot import SHARING, Answer, Reading, answer_of
from hub.perform import DatabaseAway, Overloaded
from hub.wire import live

TRUSTED_TYPES = "hub-live"
"""The one policy that the page makes: for the address of its service worker, and for nothing else."""
SERVICE_WORKER = "live/sw.js"
NOT_IN_THE_SHELL = (SERVICE_WORKER, "vendor/uPlot.iife.min.js", "vendor/uPlot.min.css")
MANIFEST = {
    "id": "/",
    "name": "Live at the event",
    "short_name": "Live",
    "description": "Countdown, announcements, schedule, maps and the mentor queue.",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "background_color": "#13102b",
    "theme_color": "#2a1d7d",
}
_FRESH = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


async def page(request: web.Request) -> web.Response:
    reading = Reading(partial(_said, request.config_dict[SETTINGS].timezone), changes_by_itself_at=_changes_at)
    try:
        answer = await asyncio.shield(request.config_dict[SHARING].answer(reading))
    except (DatabaseAway, Overloaded):
        answer = answer_of(_unread())
    return _for(request, answer)


def _said(zone: str) -> web.Response:
    return _page(
        200,
        announcements=[live.announcement(one) for one in announcements.published()],
        days=live.days(events.schedule()),
        times=live.times(times.current()),
        waiting=len(mentor_tickets.positions()),
        zone=zone,
        is_away=False,
    )


def _unread() -> web.Response:
    """The page without anything in it: its scripts show what they had last, and come again."""
    response = _page(503, announcements=[], days=[], times=[], waiting=0, zone="", is_away=True)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _changes_at() -> datetime | None:
    moments = (announcements.next_due(), mentor_tickets.next_expiry())
    return min((moment for moment in moments if moment is not None), default=None)


def _page(status: int, **said: object) -> web.Response:
    """Packed, because nearly every browser wants it so and there is one rendering for all of them."""
    response = pages.page("live.html", status=status, trusted_types=TRUSTED_TYPES, modules=modules(), **said)
    assert isinstance(response.body, bytes)
    response.headers["ETag"] = f'W/"{hashlib.sha256(response.body).hexdigest()[:20]}"'
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Encoding"] = "gzip"
    response.body = gzip.compress(response.body, compresslevel=5, mtime=0)
    return response


def _for(request: web.Request, answer: Answer) -> web.Response:
    headers = dict(answer.headers)
    if answer.status == 200 and headers["ETag"] in request.headers.get("If-None-Match", ""):
        kept = ("ETag", "Cache-Control", "Vary", "Content-Security-Policy")
        return web.Response(status=304, headers={name: headers[name] for name in kept})
    if pages.takes_gzip(request):
        return web.Response(status=answer.status, headers=headers, body=answer.body)
    del headers["Content-Encoding"]
    return web.Response(status=answer.status, headers=headers, body=gzip.decompress(answer.body))


@cache
def modules() -> list[str]:
    """The scripts of the page, which a browser may fetch all at once instead of finding one by the other."""
    return [path for path in shell() if path.endswith((".js", ".mjs"))]


@cache
def shell() -> list[str]:
    """All that the page is made of, by path."""
    return [path for path in pages.files() if not path.startswith("console/") and path not in NOT_IN_THE_SHELL]


async def service_worker(request: web.Request) -> web.Response:
    """The worker of this release: another release is another script, and so browsers take it as a new one."""
    return web.Response(body=_worker(), content_type="text/javascript", charset="utf-8", headers=_FRESH)


@cache
def _worker() -> bytes:
    addresses = [pages.address(path) for path in shell()]
    head = f"const RELEASE = {json.dumps(pages.release())};\nconst SHELL = {json.dumps(addresses)};\n"
    return head.encode() + pages.files()[SERVICE_WORKER].content


async def manifest(request: web.Request) -> web.Response:
    body = json.dumps({**MANIFEST, "icons": _icons()})
    return web.Response(text=body, content_type="application/manifest+json", headers=_FRESH)


def _icons() -> list[dict[str, str]]:
    drawn = {"src": pages.address("live/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    painted = [
        {"src": pages.address(f"live/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    # Its middle is all that matters, so that a system may cut its corners off.
    cut = {**painted[-1], "purpose": "maskable"}
    return [drawn, *painted, cut]


async def favicon(request: web.Request) -> web.Response:
    """For the pages that name no icon: browsers ask for one at this address."""
    icon = pages.files()["live/icon-192.png"]
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=icon.content, content_type=icon.content_type, headers=headers)


ROUTES = [
    web.get("/", page),
    web.get("/sw.js", service_worker),
    web.get("/manifest.webmanifest", manifest),
    web.get("/favicon.ico", favicon),
]
