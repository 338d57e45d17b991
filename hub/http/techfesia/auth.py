"""Who calls, in Techfesia: an access token as `Authorization: Bearer …`."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from hub.domain.actors import Actor
from hub.domain.credentials import ACCESS, Claims, DeadCredential, actor_behind
from hub.domain.privileges import demand
from hub.domain.refusals import NotSignedIn
from hub.domain.token_pairs import Minting
from hub.http.dialect import KEYS, SETTINGS
from hub.perform import look_up


def claims_of(request: web.Request) -> Claims:
    """What the caller's token says; raises NotSignedIn without one, DeadCredential with one that is no good."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn()
    if not token.strip():
        raise DeadCredential()
    return request.config_dict[KEYS].read(token.strip(), (ACCESS,))


async def signed_in(request: web.Request) -> Actor:
    """The caller; raises NotSignedIn or DeadCredential (401)."""
    return await look_up(actor_behind, claims_of(request))


async def staff_for(request: web.Request, subject: str, verb: str) -> Actor:
    """The caller, who is staff and has this privilege. Actions ask again; strangers' bodies need not be read at all."""
    caller = await signed_in(request)
    demand(caller, subject, verb)
    return caller


def minting(request: web.Request) -> Minting:
    settings = request.config_dict[SETTINGS]
    return Minting(
        request.config_dict[KEYS],
        timedelta(seconds=settings.access_token_seconds),
        timedelta(seconds=settings.refresh_token_seconds),
    )
