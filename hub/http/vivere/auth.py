"""Who calls, in Vivere: a bare token in `X-MenloHacks-Authorization`, or the volunteers' shared password."""

from __future__ import annotations

import hmac

from aiohttp import web

from hub.domain.actors import Actor
from hub.domain.credentials import Claims, actor_behind
from hub.domain.refusals import NotSignedIn
from hub.http.dialect import KEYS, SETTINGS
from hub.perform import look_up

TOKEN_HEADER = "X-MenloHacks-Authorization"
CHECKIN_HEADER = "X-MenloHacks-Admin"
KIND = "vivere"


class WrongCheckinPassword(NotSignedIn):
    code = "wrong_checkin_password"


def claims_of(request: web.Request) -> Claims:
    """What the caller's token says; raises NotSignedIn without one that is good."""
    token = request.headers.get(TOKEN_HEADER)
    if not token:
        raise NotSignedIn()
    return request.config_dict[KEYS].read(token, (KIND,))


async def signed_in(request: web.Request) -> Actor:
    """The caller; raises NotSignedIn (401, and 400 at `mentorship/create`)."""
    return await look_up(actor_behind, claims_of(request))


async def viewer(request: web.Request) -> int | None:
    """The account for whose eyes a public page is. Old phones go on sending a token that died; it is ignored."""
    try:
        return (await signed_in(request)).id
    except NotSignedIn:
        return None


def volunteer(request: web.Request) -> None:
    """Refuse everybody who does not bring the check-in password; without one in the settings that is everybody."""
    given = request.headers.get(CHECKIN_HEADER, "")
    expected = request.config_dict[SETTINGS].vivere_checkin_password
    if not expected or not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise WrongCheckinPassword()
