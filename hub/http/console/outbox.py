"""`outbox`: in development, what the console gateways were given to send, as it would look.

There are links in it that sign people in, so it is for superusers only, and in production there is no such address.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from hub import outbox
from hub.domain.refusals import Invalid, NotFound
from hub.http.bodies import query
from hub.http.console.auth import superuser
from hub.http.console.fields import choice_in
from hub.http.console.reply import ok
from hub.http.dialect import SETTINGS
from hub.provider_settings import CONSOLE
from hub.settings import Settings
from hub.wire import console_machine as wire

PAGE_SIZE = 50
GATEWAYS = {
    "email": ("smtp_url",),
    "sms": ("twilio_from",),
    "push": ("fcm_service_account", "apns_key", "vapid_private_key"),
    "payment": ("payments",),
}
"""What decides by which gateway a channel goes."""
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""Whatever the mail holds runs nothing, fetches nothing, sends nothing, and is of an origin of its own."""
HTML_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class LetterNotFound(NotFound):
    code = "letter_not_found"


async def listing(request: web.Request) -> web.Response:
    settings = await _allowed(request)
    channel = choice_in(request, "channel", outbox.CHANNELS)
    # Off the loop: there may be many thousand files.
    page = await asyncio.to_thread(
        outbox.page, settings.data_dir, size=PAGE_SIZE, before=_before(request), channel=channel
    )
    channels = _channels(settings)
    messages = [wire.letter(letter) for letter in page.letters]
    return ok({"is_on": bool(channels), "channels": channels, "messages": messages, "next": page.next})


async def html(request: web.Request) -> web.Response:
    """A mail as it is, for an iframe."""
    settings = await _allowed(request)
    letter = await asyncio.to_thread(outbox.read, settings.data_dir, request.match_info["id"])
    text = None if letter is None else wire.html_of(letter)
    if text is None:
        raise LetterNotFound()
    return web.Response(text=text, content_type="text/html", headers=HTML_HEADERS)


async def _allowed(request: web.Request) -> Settings:
    settings = request.config_dict[SETTINGS]
    if not settings.in_development:
        raise web.HTTPNotFound()
    await superuser(request)
    return settings


def _channels(settings: Settings) -> list[str]:
    """What comes here, all or in part, and does not go to a provider."""
    return [
        channel
        for channel, names in GATEWAYS.items()
        if any(getattr(settings, name) in ("", CONSOLE) for name in names)
    ]


def _before(request: web.Request) -> str | None:
    before = query(request, "before")
    if before is not None and not outbox.is_id(before):
        raise Invalid("before", "is not what the last page gave as next")
    return before


ROUTES = [
    web.get("/api/outbox", listing),
    web.get("/api/outbox/{id}/html", html),
]
