"""Somebody with a browser who signs in by a provider: they keep cookies, and go where they are led."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.running import Reply, RunningHub

PUBLIC = "https://hub.example"
BACK = PUBLIC + "/techfesia/auth/oauth/{}/callback"


@dataclass
class Browser:
    hub: RunningHub
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    async def led(self, provider: str, **headers: str) -> str:
        """Begin; where the hub leads to."""
        path = f"/techfesia/auth/oauth/{provider}"
        async with self.hub.http.get(path, allow_redirects=False, headers=headers) as reply:
            assert reply.status == 302, await reply.text()
            self.cookies.load(reply.headers.get("Set-Cookie", ""))
            return reply.headers["Location"]

    async def say_yes(self, provider: str) -> str:
        """Begin, and say yes at the provider; where the provider leads back to."""
        return await self.answered(await self.led(provider))

    async def answered(self, address: str) -> str:
        async with self.hub.http.get(address, allow_redirects=False) as reply:
            return reply.headers["Location"]

    async def say_no(self, provider: str, error: str = "access_denied") -> str:
        asked = parse_qs(urlsplit(await self.led(provider)).query)
        return f"{asked['redirect_uri'][0]}?{urlencode({'error': error, 'state': asked['state'][0]})}"

    async def come_back(self, address: str) -> Reply:
        """Go where the provider has led."""
        where = urlsplit(address)
        return await self.hub.get(f"{where.path}?{where.query}", headers=self.cookies_for(where.path))

    def cookies_for(self, path: str) -> dict[str, str]:
        fitting = [one for one in self.cookies.values() if path.startswith(one["path"])]
        return {"Cookie": "; ".join(f"{one.key}={one.value}" for one in fitting)} if fitting else {}

    async def sign_in(self, provider: str) -> Reply:
        return await self.come_back(await self.say_yes(provider))

    async def me(self, pair: dict[str, Any], username: str) -> dict[str, Any]:
        signed = {"Authorization": f"Bearer {pair['access']}"}
        status, said = await self.hub.get(f"/techfesia/users/{username}", headers=signed)
        assert status == 200, said
        return said
