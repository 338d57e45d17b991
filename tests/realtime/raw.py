"""A client that speaks Socket.IO by hand, to say what no well-behaved client would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.running import RunningHub

ENDPOINT = "/socket.io/?EIO=4&transport=websocket"


class Raw:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, text: str) -> None:
        await self.socket.send_str(text)

    async def next(self, within: float = 2.0) -> str | None:
        """The next Socket.IO packet, pings answered on the way; None when the hub closed or fell silent."""
        try:
            async with asyncio.timeout(within):
                while True:
                    message = await self.socket.receive()
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        return None
                    if message.data == "2":
                        await self.socket.send_str("3")
                    elif message.data != "6":
                        return message.data
        except TimeoutError:
            return None

    async def connect(self, namespace: str = "/mentor", auth: Any = None) -> str | None:
        await self.say(f"40{namespace}," + (json.dumps(auth) if auth is not None else ""))
        return await self.next()

    def cut(self) -> None:
        """Be gone without a word, as when the lid is closed."""
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()

    async def was_closed(self, within: float = 3.0) -> bool:
        """Whether the hub closes the transport in time, whatever else it says before.

        It takes a second at most; the rest is for a machine that has much else to do.
        """
        try:
            async with asyncio.timeout(within):
                while (await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
        except TimeoutError:
            return False
        return True


def cut_off(hub: RunningHub, sid: str) -> None:
    """Have the hub close a transport."""
    (session,) = [one for one in hub.node.server.engine.sessions() if one.sid == sid]
    hub.node.server.close_transport(session, "test")


@asynccontextmanager
async def raw(hub: RunningHub) -> AsyncIterator[Raw]:
    async with hub.http.ws_connect(ENDPOINT) as socket:
        opened = await socket.receive()
        assert opened.data.startswith("0")
        yield Raw(socket)
