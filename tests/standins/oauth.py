"""A stand-in for Google, GitHub and Facebook as they sign people in: one server that plays all three.

It looks at what it is asked as they do: who asks, where people are sent back to, that a code is used once, and by
whoever has the verifier whose hash it was asked for with.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import hmac
import socket
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from hub import clock

PROVIDERS = ("google", "github", "facebook")
CLIENT, SECRET = "client of {}", "secret of {}"
SCOPES = {
    "google": "openid email profile",
    "github": "read:user user:email",
    "facebook": "public_profile email",
}
FIELDS: dict[str, list[dict[str, str]]] = {
    "github": [{}],
    "facebook": [
        {"fields": "id,first_name,last_name,email,picture.type(large)"},
        {"fields": "id,first_name,last_name"},
    ],
}
"""What each of them is asked for: Halp asks Facebook for less."""
HUGE = 300 * 1024

GOOGLES_ZOE: dict[str, Any] = {
    "sub": "110169484474386276334",
    "email": "zoe@example.org",
    "email_verified": True,
    "given_name": "Zoe",
    "family_name": "Fay",
    "name": "Zoe Fay",
    "picture": "https://pictures.example/google/zoe",
}
GITHUBS_ZOE: dict[str, Any] = {
    "id": 583231,
    "login": "zoe-f",
    "name": "Zoe Fay",
    "email": "public@example.org",
    "avatar_url": "https://pictures.example/github/zoe",
}
GITHUBS_ADDRESSES: list[dict[str, Any]] = [
    {"email": "old@example.org", "primary": False, "verified": True, "visibility": None},
    {"email": "zoe@example.org", "primary": True, "verified": True, "visibility": "private"},
]
FACEBOOKS_ZOE: dict[str, Any] = {
    "id": "10001",
    "first_name": "Zoe",
    "last_name": "Fay",
    "email": "zoe@example.org",
    "picture": {"data": {"url": "https://pictures.example/facebook/zoe", "is_silhouette": False}},
}


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """Made once: it takes long."""
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Asked:
    """Somebody who has said yes, until the code is used."""

    provider: str
    challenge: str
    nonce: str | None


@dataclass
class OAuthStandIn:
    """`zoes` is who says yes, by provider; what goes wrong is told by the other fields."""

    back: str
    """Where the hub may have people sent back to, with the provider in braces."""
    zoes: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "google": dict(GOOGLES_ZOE),
            "github": dict(GITHUBS_ZOE),
            "facebook": dict(FACEBOOKS_ZOE),
        }
    )
    addresses: Any = field(default_factory=lambda: [*GITHUBS_ADDRESSES])
    """Of GitHub; a status where it does not tell them."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What is done instead of answering, by the last part of the path."""
    amiss: dict[str, Any] = field(default_factory=dict)
    """What the identity token says that it should not; None is left out."""
    signs_with: str = "first"
    publishes: str = "first"
    discovered: dict[str, Any] = field(default_factory=dict)
    """What the discovery document says that it should not."""
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, Asked] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """Whose data each access token opens."""

    async def __aenter__(self) -> OAuthStandIn:
        app = web.Application(middlewares=[self._in_trouble])
        app.add_routes(
            [
                web.get("/google/.well-known/openid-configuration", self._discovery),
                web.get("/google/keys", self._keys),
                web.get("/google/consent", self._consent("google")),
                web.post("/google/token", self._grant("google")),
                web.get("/github/login/oauth/authorize", self._consent("github")),
                web.post("/github/login/oauth/access_token", self._grant("github")),
                web.get("/api.github/user", self._of("github")),
                web.get("/api.github/user/emails", self._emails),
                web.get("/facebook/dialog/oauth", self._consent("facebook")),
                web.post("/graph.facebook/oauth/access_token", self._grant("facebook")),
                web.get("/graph.facebook/me", self._of("facebook")),
                web.get("/graph.facebook/debug_token", self._debug_token),
            ]
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._runner = web.AppRunner(app, shutdown_timeout=0.01, access_log=None)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """Of a hub that asks this stand-in."""
        ids = {f"{provider}_client_id": CLIENT.format(provider) for provider in PROVIDERS}
        secrets = {f"{provider}_client_secret": SECRET.format(provider) for provider in PROVIDERS}
        return {
            **ids,
            **secrets,
            "google_url": f"{self.address}/google",
            "github_url": f"{self.address}/github",
            "github_api_url": f"{self.address}/api.github",
            "facebook_dialog_url": f"{self.address}/facebook",
            "facebook_url": f"{self.address}/graph.facebook",
        }

    @web.middleware
    async def _in_trouble(self, request: web.Request, handler: Any) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        self.asked[name] += 1
        match self.troubles.get(name, ""):
            case "":
                return await handler(request)
            case "slow":
                await asyncio.sleep(60)
            case "trickle":
                return await _trickle(request)
            case "reset":
                assert request.transport is not None
                request.transport.abort()
            case "huge":
                return web.Response(body=b" " * HUGE + (await handler(request)).body)
            case "packed":
                body = gzip.compress((await handler(request)).body)
                return web.Response(body=body, headers={"Content-Encoding": "gzip"})
            case "elsewhere":
                # There it would answer.
                del self.troubles[name]
                return web.Response(status=307, headers={"Location": request.path_qs})
            case status if status.isdigit():
                return web.Response(status=int(status))
            case text:
                return web.Response(text=text, content_type="application/json")
        return web.Response()

    async def _discovery(self, request: web.Request) -> web.Response:
        issuer = f"{self.address}/google"
        said = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/consent",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }
        return web.json_response({**said, **self.discovered})

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [_public(self.publishes)]})

    def _consent(self, provider: str) -> Any:
        async def ask(request: web.Request) -> web.Response:
            """The person says yes at once; only what was asked for is looked at."""
            said = request.query
            assert (said["client_id"], said["response_type"]) == (CLIENT.format(provider), "code")
            assert (said["scope"], said["code_challenge_method"]) == (SCOPES[provider], "S256")
            assert said["redirect_uri"] == self.back.format(provider)
            code = f"{provider}-{len(self.codes) + 1}"
            self.codes[code] = Asked(provider, said["code_challenge"], said.get("nonce"))
            back = urlencode({"state": said["state"], "code": code, "scope": said["scope"]})
            return web.Response(status=302, headers={"Location": f"{said['redirect_uri']}?{back}"})

        return ask

    def _grant(self, provider: str) -> Any:
        async def grant(request: web.Request) -> web.Response:
            given = await request.post()
            if (given["client_id"], given["client_secret"]) != (CLIENT.format(provider), SECRET.format(provider)):
                return _no(provider, "client")
            asked = self.codes.pop(str(given["code"]), None)
            is_ours = asked is not None and asked.provider == provider and given["grant_type"] == "authorization_code"
            is_back = given["redirect_uri"] == self.back.format(provider)
            if asked is None or not (is_ours and is_back and _hashed(str(given["code_verifier"])) == asked.challenge):
                return _no(provider, "code")
            token = f"{provider}-token-{len(self.tokens) + 1}"
            self.tokens[token] = provider
            identity = {"id_token": self.identity(asked)} if provider == "google" else {}
            return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 3599, **identity})

        return grant

    def identity(self, asked: Asked) -> str:
        now = clock.now().replace(tzinfo=UTC)
        claims = {
            "iss": f"{self.address}/google",
            "aud": CLIENT.format("google"),
            "azp": CLIENT.format("google"),
            "iat": now,
            "exp": now + timedelta(hours=1),
            "nonce": asked.nonce,
            **self.zoes["google"],
            **self.amiss,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, signing_key(self.signs_with), "RS256", {"kid": self.signs_with})

    def _of(self, provider: str) -> Any:
        async def tell(request: web.Request) -> web.Response:
            said = dict(request.query)
            token = said.pop("access_token", request.headers.get("Authorization", "").removeprefix("Bearer "))
            if self.tokens.get(token) != provider:
                return web.json_response({"message": "Bad credentials"}, status=401)
            proof = hmac.digest(SECRET.format(provider).encode(), token.encode(), "sha256").hex()
            if said.pop("appsecret_proof", proof) != proof or said not in FIELDS[provider]:
                return web.json_response({"error": {"code": 100}}, status=400)
            return web.json_response(self.zoes[provider])

        return tell

    async def _debug_token(self, request: web.Request) -> web.Response:
        """How Halp asks whose token it was given."""
        is_known = self.tokens.get(request.query["input_token"]) == "facebook"
        return web.json_response({"data": {"is_valid": is_known, "app_id": CLIENT.format("facebook")}})

    async def _emails(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer github-token-")
        if isinstance(self.addresses, int):
            return web.json_response({"message": "Not Found"}, status=self.addresses)
        return web.json_response(self.addresses)


async def _trickle(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    while True:
        await reply.write(b" ")
        await asyncio.sleep(0.02)


def _public(name: str) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(name).public_key(), as_dict=True), "kid": name}


def _hashed(verifier: str) -> str:
    """As RFC 7636 has it."""
    assert 43 <= len(verifier) <= 128
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _no(provider: str, what: str) -> web.Response:
    """How each of them refuses the hub (`client`) or what a person came back with (`code`)."""
    if provider == "facebook":
        number = {"client": 1, "code": 100}[what]
        return web.json_response({"error": {"message": "...", "type": "OAuthException", "code": number}}, status=400)
    if provider == "github":
        word = {"client": "incorrect_client_credentials", "code": "bad_verification_code"}[what]
        return web.json_response({"error": word, "error_description": "..."})
    word, status = {"client": ("invalid_client", 401), "code": ("invalid_grant", 400)}[what]
    return web.json_response({"error": word}, status=status)
