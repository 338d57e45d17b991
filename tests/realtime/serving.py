"""Socket.IO servers of a test's own, beside the hub that runs and on its database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from hub.app import SOCKET_PATH
from hub.domain.credentials import Keys
from hub.listening import listen, tune
from hub.node import Node
from hub.realtime.credentials import Tokens
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.server import HubServer
from tests.build import SECRET
from tests.realtime.notes import Notebook
from tests.running import RunningHub


@dataclass(frozen=True)
class Served:
    """Where a server listens; `raw` speaks to it as to a hub."""

    server: HubServer
    address: str
    http: aiohttp.ClientSession


@asynccontextmanager
async def listening(server: HubServer) -> AsyncIterator[Served]:
    app = web.Application()
    server.attach(app, SOCKET_PATH)
    listener = listen("127.0.0.1", 0)
    tune(listener)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with aiohttp.ClientSession(address) as http:
        yield Served(server, address, http)
    await runner.cleanup()


@asynccontextmanager
async def serving(notebook: Notebook, **how: Any) -> AsyncIterator[Served]:
    """A server with that namespace alone, which is drained at the end if the test did not do so."""
    given = {"heartbeats": Heartbeats(Heartbeat(20, 10)), "cors_origins": ("*",), **how}
    server = HubServer([notebook.namespace], Tokens(Keys(SECRET), idle=timedelta(days=1)).who, secret=SECRET, **given)
    async with listening(server) as served:
        try:
            yield served
        finally:
            if not server.is_draining:
                await server.drain()


@asynccontextmanager
async def second_node(hub: RunningHub) -> AsyncIterator[tuple[Node, Served]]:
    """Another node of the same hub: on the same database and the same bus."""
    node = Node(hub.settings, Keys(SECRET))
    async with listening(node.server) as served:
        await node.start()
        try:
            yield node, served
        finally:
            await node.stop()
