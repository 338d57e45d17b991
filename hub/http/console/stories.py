"""`people/{username}/story`: why did this not arrive?"""

from __future__ import annotations

import asyncio

from aiohttp import web

from hub import clock, presence
from hub.domain import stories
from hub.domain.accounts import AccountNotFound
from hub.domain.refusals import Invalid
from hub.domain.stories import Mark
from hub.http.bodies import query
from hub.http.console.auth import staff
from hub.http.console.reply import ok
from hub.http.dialect import SETTINGS
from hub.perform import look_up
from hub.wire import console_deliveries as wire

PAGE_SIZE = 25
"""Messages; each is asked for what became of it."""


async def story(request: web.Request) -> web.Response:
    by, username = await staff(request), request.match_info["username"]
    if "\0" in username:
        # Nobody is called so, and databases refuse to look for it.
        raise AccountNotFound()
    told = await look_up(stories.of, username, before=_before(request), size=PAGE_SIZE, by=by)
    # Redis is asked for by a thread, and may be away.
    address = request.config_dict[SETTINGS].redis_address
    seen = await asyncio.to_thread(presence.anywhere, address, told.account.id)
    return ok(wire.story(told, seen or "unknown", now=clock.now()))


def _before(request: web.Request) -> Mark | None:
    text = query(request, "before")
    try:
        return None if text is None else wire.mark_in(text)
    except ValueError:
        raise Invalid("before", "is no end of a page") from None


ROUTES = [web.get("/api/people/{username}/story", story)]
