"""A hub that runs in the test's own process, and how tests speak to it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp
from aiohttp import web, web_app

from hub import app
from hub.listening import listen
from hub.node import NODE, Node
from hub.settings import Settings
from tests.listening import Listener
from tests.people import Member, Person

Reply = tuple[int, Any]


class RunningHub:
    """`async with RunningHub(settings) as hub`: listening on a free port of the loopback."""

    def __init__(self, given: Settings, listener: socket.socket | None = None) -> None:
        self.settings = given
        self._listener = listener

    async def __aenter__(self) -> RunningHub:
        listener = self._listener or listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._app = app.build(self.settings)
        self._runner = app.runner_of(self._app, shutdown_seconds=0.2)
        await self._runner.setup()
        self.door = await app.open_door(self._app, self._runner, listener)
        self.http = aiohttp.ClientSession(self.address)
        self._listeners: list[Listener] = []
        return self

    async def __aexit__(self, *_: object) -> None:
        for listener in self._listeners:
            await listener.leave()
        await self.http.close()
        self.door.close()
        await self._runner.cleanup()
        # Connections that were cut off in the middle close in the loop's next turns.
        await asyncio.sleep(0.001)
        # It would keep a thousand hubs in memory, through which each collection of garbage has to look.
        web_app._cached_build_middleware.cache_clear()

    async def open_side_entrance(self) -> str:
        """An address at which aiohttp answers by itself, without the door in front of it."""
        listener = listen("127.0.0.1", 0)
        await web.SockSite(self._runner, listener).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    @property
    def given_to_aiohttp(self) -> int:
        """How many connections aiohttp has just now."""
        return len(self._runner.server.connections) if self._runner.server is not None else 0

    @property
    def node(self) -> Node:
        return self._app[NODE]

    async def get(self, path: str, by: Person | Member | None = None, **more: Any) -> Reply:
        return await self.call("GET", path, by=by, **more)

    async def post(self, path: str, body: Any = None, by: Person | Member | None = None, **more: Any) -> Reply:
        return await self.call("POST", path, by=by, json=body, **more)

    async def call(self, method: str, path: str, by: Person | Member | None = None, **more: Any) -> Reply:
        """Status and parsed body (the raw text where it is not JSON)."""
        headers = {**(by.headers if by else {}), **more.pop("headers", {})}
        async with self.http.request(method, path, headers=headers, **more) as reply:
            text = await reply.text()
            return reply.status, await reply.json() if reply.content_type == "application/json" else text

    async def listen(self, namespace: str, by: Person | Member | None = None, **auth: Any) -> Listener:
        listener = await Listener.at(self.address, namespace, by, **auth)
        self._listeners.append(listener)
        return listener
