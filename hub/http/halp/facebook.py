"""Who is behind a Facebook access token: asked of the provider, whose address is a setting.

A token that was made for another app proves nothing, so with the app's id and secret set the provider is asked for
which app it was made. Production takes no Facebook sign-ins without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2
import structlog
from aiohttp import web

from hub.domain.refusals import NotSignedIn
from hub.http.dialect import SETTINGS, Unavailable
from hub.http.outbound import CLIENT
from hub.settings import Settings
from hub.wire import strict_json

log = structlog.get_logger(__name__)

LONGEST_TOKEN = 4096
LONGEST_NAME = 100


class InvalidAccessToken(NotSignedIn):
    code = "invalid_facebook_access_token"


@dataclass(frozen=True)
class FacebookPerson:
    subject: str
    first_name: str
    last_name: str


async def person_with(request: web.Request, token: str) -> FacebookPerson:
    """The person who holds the token; refuses one that is dead, another app's, or cannot be checked."""
    settings = request.config_dict[SETTINGS]
    client = request.config_dict[CLIENT]
    if len(token) > LONGEST_TOKEN or not _may_be_asked(settings):
        raise InvalidAccessToken()
    if settings.facebook_client_id:
        await _refuse_another_apps(client, settings, token)
    fields = {"fields": "id,first_name,last_name", "access_token": token}
    return _person(await _ask(client, f"{settings.facebook_url}/me", fields))


def _may_be_asked(settings: Settings) -> bool:
    return bool(settings.facebook_client_id and settings.facebook_client_secret) or settings.in_development


async def _refuse_another_apps(client: httpx2.AsyncClient, settings: Settings, token: str) -> None:
    ours = f"{settings.facebook_client_id}|{settings.facebook_client_secret}"
    asked = {"input_token": token, "access_token": ours}
    try:
        said = (await _ask(client, f"{settings.facebook_url}/debug_token", asked)).get("data")
    except InvalidAccessToken:
        log.error("facebook_refuses_the_hub", what_to_do="check HUB_FACEBOOK_CLIENT_ID and HUB_FACEBOOK_CLIENT_SECRET")
        raise
    if not isinstance(said, dict) or said.get("is_valid") is not True:
        raise InvalidAccessToken()
    if str(said.get("app_id")) != settings.facebook_client_id:
        raise InvalidAccessToken()


async def _ask(client: httpx2.AsyncClient, address: str, query: dict[str, str]) -> dict[str, Any]:
    """What the provider answers; a "no" is the token's fault, silence and 5xx are the provider's."""
    try:
        reply = await client.get(address, params=query)
    except httpx2.HTTPError as wrong:
        log.warning("facebook_away", reason=type(wrong).__name__)
        raise Unavailable() from None
    if reply.status_code >= 500 or reply.status_code == 429:
        log.warning("facebook_away", status=reply.status_code)
        raise Unavailable()
    try:
        said = strict_json.loads(reply.content)
    except strict_json.NotStrictJson:
        said = None
    if reply.status_code != 200 or not isinstance(said, dict):
        raise InvalidAccessToken()
    return said


def _person(said: dict[str, Any]) -> FacebookPerson:
    subject, first = said.get("id"), said.get("first_name")
    if not (isinstance(subject, str) and subject.isascii() and subject.isalnum() and len(subject) <= LONGEST_NAME):
        raise InvalidAccessToken()
    return FacebookPerson(subject, _name(first), _name(said.get("last_name")))


def _name(said: object) -> str:
    """A part of a name. Clients take the first letter of each, so there is always one."""
    return said.strip()[:LONGEST_NAME] if isinstance(said, str) and said.strip() else "-"
