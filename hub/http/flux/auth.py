"""Who calls, in Flux: the secret `s` in the JSON body, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hub.domain import member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.http.bodies import json_object
from hub.http.dialect import KEYS
from hub.perform import look_up, perform


@dataclass(frozen=True)
class Call:
    """A body with the member who sent it."""

    by: Actor
    claims: Claims
    secret: str
    body: dict[str, Any]


async def signed_in(request: web.Request, *names: str) -> Call:
    """The caller with what they sent. A secret that is missing, of any other type, or dead raises DeadCredential (403).

    It comes under `s`, or under the first of these names that is there.
    """
    body = await json_object(request)
    secret = next((body[name] for name in (*names, "s") if name in body), None)
    caller = await look_up(member_secrets.caller_with, secret, request.config_dict[KEYS])
    if caller.is_worth_touching:
        await perform(member_secrets.touch, caller.claims)
    return Call(caller.actor, caller.claims, str(secret), body)
