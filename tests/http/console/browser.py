"""Somebody who has the console open: their session, and calls as its pages make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain import accounts, console_sessions, login_sessions
from hub.domain.actors import Actor, actor_of
from hub.http.console.auth import COOKIE
from hub.perform import run
from tests.running import Reply, RunningHub

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Browser:
    hub: RunningHub
    actor: Actor
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.secret}", **OWN_PAGE}

    async def get(self, path: str, **more: Any) -> Reply:
        return await self.call("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Reply:
        return await self.call("POST", path, json=body, **more)

    async def put(self, path: str, body: Any = None, **more: Any) -> Reply:
        return await self.call("PUT", path, json=body, **more)

    async def delete(self, path: str, **more: Any) -> Reply:
        return await self.call("DELETE", path, **more)

    async def call(self, method: str, path: str, **more: Any) -> Reply:
        """Status and parsed body of `/console/api/<path>`."""
        headers = {**self.headers, **more.pop("headers", {})}
        return await self.hub.call(method, f"/console/api/{path}", headers=headers, **more)


def opened_by(hub: RunningHub, actor: Actor) -> Browser:
    return Browser(hub, actor, run(login_sessions.begin, actor.id, login_sessions.CONSOLE)[0])


def superuser(hub: RunningHub) -> Browser:
    return opened_by(hub, run(_superuser))


def _superuser() -> Actor:

    return actor_of(accounts.named(console_sessions.first_operator()))
