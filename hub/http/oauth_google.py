"""Signing in by Google: its discovery document names where to ask, and a signed identity token says who came."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx2
import jwt
import structlog
from jwt.types import Options

from hub import clock
from hub.domain.identities import NotVouched, Vouched
from hub.http.oauth_said import email_in, picture_in, text_in
from hub.http.oauth_states import Begun
from hub.http.oauth_talk import Registration, Talk

log = structlog.get_logger(__name__)

T = TypeVar("T")

KEPT_FOR = timedelta(hours=1)
ALGORITHM = "RS256"
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?")


@dataclass(frozen=True)
class Discovery:
    consent: str
    token: str
    keys: str


Keys = dict[str, jwt.PyJWK]
"""Those that sign identity tokens, by their ids."""


@dataclass(frozen=True)
class Kept:
    value: Any
    until: datetime


_kept: WeakKeyDictionary[httpx2.AsyncClient, dict[str, Kept]] = WeakKeyDictionary()
"""What was published lately, by address, for as long as the server has its client."""


async def _published(talk: Talk, address: str, read: Callable[[Any], T], *, anew: bool = False) -> T:
    """A document as `read` understands it, kept for a while; one that `read` raises about is not kept."""
    shelf = _kept.setdefault(talk.client, {})
    kept = shelf.get(address)
    if anew or kept is None or kept.until <= clock.now():
        kept = shelf[address] = Kept(read(await talk.look_up(address)), clock.now() + KEPT_FOR)
    return kept.value


@dataclass(frozen=True)
class Google:
    about: Registration
    issuer: str

    async def consent_address(self, talk: Talk, begun: Begun) -> str:
        return talk.consent_address((await self._discovery(talk)).consent, begun, nonce=begun.nonce)

    async def person(self, talk: Talk, code: str, begun: Begun) -> Vouched:
        discovery = await self._discovery(talk)
        granted = await talk.exchange(discovery.token, code, begun)
        claims = await self._claims(talk, discovery, granted["id_token"], begun)
        first = text_in(claims.get("given_name")) or text_in(claims.get("name"))
        email = claims.get("email") if claims.get("email_verified") is True else None
        last = text_in(claims.get("family_name"))
        return Vouched("google", claims["sub"], first, last, email_in(email), picture_in(claims.get("picture")))

    async def _discovery(self, talk: Talk) -> Discovery:
        return await _published(talk, f"{self.issuer}/.well-known/openid-configuration", self._understood)

    def _understood(self, said: Any) -> Discovery:
        if not isinstance(said, dict) or said.get("issuer") != self.issuer:
            raise self.about.away("its discovery document is none, or another issuer's")
        named = (said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"))
        return Discovery(*map(self._address, named))

    def _address(self, said: object) -> str:
        # From what came encrypted nothing leads to where others could read along.
        is_safe = str(said).startswith("https://") or self.issuer.startswith("http://")
        if not (isinstance(said, str) and ADDRESS.fullmatch(said) and is_safe):
            raise self.about.away("its discovery document names odd addresses")
        return said

    async def _claims(self, talk: Talk, discovery: Discovery, token: object, begun: Begun) -> dict[str, Any]:
        """What an identity token says that is genuine, fresh, made for this hub and for this very sign-in."""
        try:
            key = await self._key(talk, discovery, jwt.get_unverified_header(str(token)).get("kid"))
            claims = self._verified(str(token), key)
            _refuse_another(claims, self.about.client_id, begun)
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError) as wrong:
            log.warning("oauth_identity_token_refused", provider="google", reason=type(wrong).__name__)
            raise NotVouched() from None
        return claims

    def _verified(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        # The expiry is compared later, because PyJWT would ask the machine's clock instead of ours.
        options: Options = {"require": ["exp", "iat", "sub", "nonce"], "verify_exp": False, "verify_iat": False}
        ours = self.about.client_id
        return jwt.decode(token, key, [ALGORITHM], audience=ours, issuer=self.issuer, options=options)

    async def _key(self, talk: Talk, discovery: Discovery, name: object) -> jwt.PyJWK:
        keys = await _published(talk, discovery.keys, self._keys)
        if name not in keys:
            # They change every few weeks.
            keys = await _published(talk, discovery.keys, self._keys, anew=True)
        if name not in keys:
            raise jwt.InvalidKeyError("is not published")
        return keys[str(name)]

    def _keys(self, said: Any) -> Keys:
        try:
            several = [one for one in said["keys"] if one.get("kty") == "RSA" and isinstance(one.get("kid"), str)]
            return {one["kid"]: jwt.PyJWK(one, ALGORITHM) for one in several}
        except (KeyError, TypeError, AttributeError, ValueError, jwt.PyJWTError):
            raise self.about.away("its keys cannot be read") from None


def _refuse_another(claims: dict[str, Any], client_id: str, begun: Begun) -> None:
    """Refuse a token that has expired, or was made for another party, another sign-in or nobody."""
    if datetime.fromtimestamp(claims["exp"], UTC).replace(tzinfo=None) <= clock.now():
        raise jwt.ExpiredSignatureError()
    if claims.get("azp", client_id) != client_id:
        raise jwt.InvalidAudienceError()
    if claims["nonce"] != begun.nonce:
        raise jwt.InvalidTokenError("of another sign-in")
    if not (0 < len(claims["sub"]) <= 200 and claims["sub"].isascii() and claims["sub"].isprintable()):
        raise jwt.InvalidTokenError("of nobody")
