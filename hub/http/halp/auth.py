"""Who calls, in Halp: the `sessionId` header holds the secret of a login session."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from hub.domain import login_sessions
from hub.domain.actors import Actor
from hub.domain.login_sessions import Caller
from hub.domain.refusals import NotSignedIn
from hub.http.dialect import SETTINGS
from hub.perform import look_up, perform

SESSION_HEADER = "sessionId"


async def signed_in(request: web.Request) -> Actor:
    """The caller; raises NotSignedIn (`not_authorized`). Using a session is what keeps it alive."""
    caller = await caller_of(request)
    if caller.is_worth_touching:
        await perform(login_sessions.touch, caller.claims)
    return caller.actor


async def caller_of(request: web.Request) -> Caller:
    """The caller with their session; raises NotSignedIn."""
    secret = request.headers.get(SESSION_HEADER, "")
    if not login_sessions.looks_like_one(secret):
        raise NotSignedIn()
    idle = timedelta(seconds=request.config_dict[SETTINGS].halp_session_seconds)
    return await look_up(login_sessions.caller_with, secret, idle=idle)
