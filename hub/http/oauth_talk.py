"""Talking with a provider that vouches for people: Authlib's OAuth client, over the hub's one outbound client.

Whatever a provider answers is taken whole, within a few seconds and up to a size, or not at all. One that is down, slow
or talks nonsense is a passing trouble (Unavailable) and one line for the operator; so is one that refuses the hub
itself, with what is to be done about it. Only what it says about the person is the person's affair (NotVouched).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx2
import structlog

from hub.domain.identities import NotVouched
from hub.http import outbound
from hub.http.dialect import Unavailable
from hub.http.oauth_states import Begun
from hub.threads import compute
from hub.wire import strict_json

log = structlog.get_logger(__name__)

MOST_BYTES = 256 * 1024
LONGEST_TOKEN = 4096

PASSING = frozenset({"temporarily_unavailable", "server_error", "2", "4", "17", "32", "341"})
"""Words for trouble of the provider's own. The numbers are Facebook's."""
OURS = frozenset(
    {
        *("invalid_client", "unauthorized_client", "incorrect_client_credentials", "redirect_uri_mismatch"),
        *("1", "101", "191"),
    }
)
"""Words for what only the operator can mend."""


@dataclass(frozen=True)
class Registration:
    """How a provider knows this hub."""

    provider: str
    title: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    redirect_uri: str

    def away(self, reason: str) -> Unavailable:
        """Say once that the provider does not answer as it should; to be raised."""
        advice = f"if it lasts, look whether {self.title} is in trouble, and at HUB_{self.provider.upper()}_*"
        log.warning("oauth_provider_away", provider=self.provider, reason=reason, what_to_do=advice)
        return Unavailable(f"{self.title} does not answer as it should. Try again in a moment.")

    def refuses_us(self, reason: str) -> Unavailable:
        name = f"HUB_{self.provider.upper()}_CLIENT"
        advice = f"check {name}_ID and {name}_SECRET, and that {self.redirect_uri} is allowed there as redirect address"
        log.error("oauth_provider_refuses_the_hub", provider=self.provider, reason=reason, what_to_do=advice)
        return Unavailable(f"Signing in by {self.title} is out of order. It was noted for the operators.")


class Talk:
    """One sign-in's talk with one provider. `about` is how the provider knows the hub."""

    def __init__(self, about: Registration, client: httpx2.AsyncClient, library: Any) -> None:
        self.about = about
        self.client = client
        self._oauth = library(
            about.client_id,
            about.client_secret,
            "client_secret_post",
            scope=about.scope,
            redirect_uri=about.redirect_uri,
            code_challenge_method="S256",
            headers={"Accept": "application/json"},
            transport=_Whole(about, client),
        )
        self._oauth.register_compliance_hook("access_token_response", self._granted)

    def consent_address(self, door: str, begun: Begun, **more: str) -> str:
        """Where the person is asked."""
        more = {"state": begun.state, "code_verifier": begun.verifier, **more}
        address, _ = self._oauth.create_authorization_url(door, **more)
        return address

    async def exchange(self, door: str, code: str, begun: Begun) -> dict[str, Any]:
        """What the provider grants for the person's code. From here on it is asked in their name."""
        given = {"code": code, "code_verifier": begun.verifier}
        return await self._oauth.fetch_token(door, grant_type="authorization_code", **given)

    def _granted(self, reply: httpx2.Response) -> httpx2.Response:
        """The answer with nothing in it but what was looked at, so that Authlib meets nothing odd."""
        said = self._read(reply)
        if not isinstance(said, dict):
            raise self.about.away("its answer is no object")
        if "error" in said:
            raise self._refused(said["error"])
        token, kind = said.get("access_token"), said.get("token_type", "bearer")
        if not (_is_token(token) and str(kind).lower() == "bearer"):
            raise self.about.away("it grants no access token")
        return httpx2.Response(
            200, json={"access_token": token, "token_type": "bearer", "id_token": said.get("id_token")}
        )

    def _refused(self, error: Any) -> Exception:
        # Facebook says what is wrong in an object of its own.
        reason = str(error.get("code") if isinstance(error, dict) else error)
        if reason in PASSING:
            return self.about.away(reason)
        return self.about.refuses_us(reason) if reason in OURS else NotVouched()

    async def ask(self, address: str, **query: str) -> Any:
        """What the provider says to the person's access token."""
        return self._answer(await self._oauth.request("GET", address, params=query))

    async def ask_if_allowed(self, address: str) -> Any:
        """As `ask`; None where the person has not allowed it."""
        reply = await self._oauth.request("GET", address)
        return None if reply.status_code in (403, 404) else self._answer(reply)

    async def look_up(self, address: str) -> Any:
        """What the provider publishes for everybody."""
        return self._answer(await self._oauth.request("GET", address, withhold_token=True))

    def _answer(self, reply: httpx2.Response) -> Any:
        if reply.status_code != 200:
            raise self.about.away(f"status {reply.status_code}")
        return self._read(reply)

    def _read(self, reply: httpx2.Response) -> Any:
        try:
            return strict_json.loads(reply.content)
        except strict_json.NotStrictJson:
            raise self.about.away(f"status {reply.status_code}, and no JSON") from None


def _is_token(said: object) -> bool:
    return isinstance(said, str) and 0 < len(said) <= LONGEST_TOKEN and said.isascii() and said.isprintable()


async def talk_with(about: Registration, client: httpx2.AsyncClient) -> Talk:
    # In a thread, because the first import takes a quarter of a second; a hub without providers never needs it.
    return Talk(about, client, await compute(_library))


def _library() -> Any:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client


class _Whole(httpx2.AsyncBaseTransport):
    """The hub's one outbound client as Authlib's way out: answers come whole, in time, of a size, or as Unavailable."""

    def __init__(self, about: Registration, client: httpx2.AsyncClient) -> None:
        self._about = about
        self._client = client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        # One that comes packed all the same is not unpacked, because it could be of any size.
        request.headers["Accept-Encoding"] = "identity"
        try:
            async with asyncio.timeout(outbound.PATIENCE_SECONDS):
                reply = await self._client.send(request, stream=True, auth=None)
                try:
                    content = await self._content(reply)
                finally:
                    await reply.aclose()
        except (httpx2.HTTPError, TimeoutError) as wrong:
            raise self._about.away(type(wrong).__name__) from None
        if reply.status_code == 429 or reply.status_code >= 500:
            raise self._about.away(f"status {reply.status_code}")
        return httpx2.Response(reply.status_code, content=content)

    async def _content(self, reply: httpx2.Response) -> bytes:
        content = bytearray()
        async for chunk in reply.aiter_raw():
            content += chunk
            if len(content) > MOST_BYTES:
                raise self._about.away("its answer is too large")
        return bytes(content)
