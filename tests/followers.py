"""Clients by the thousand: slim ones that follow one namespace, go when they are sent away, and come back.

They speak WebSocket, Engine.IO and Socket.IO by hand, as far as this takes; an official client costs twenty times as
much. They bring back what the hub gave them: their `pid`, their last offset, and their resume ticket.
"""

from __future__ import annotations

import asyncio
import json
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

NAMESPACE = "/announcements"
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
CLOSES = 0x88
ARRIVE_A_SECOND = 300
"""At first. How nodes stand a storm is another question."""
PATIENCE_SECONDS = 5.0
"""For being let in; who waits longer hangs up and tries again."""
SOONEST_SECONDS, LATEST_SECONDS = 0.05, 0.15
"""Before trying again after being turned away."""


def client_frame(text: str) -> bytes:
    """Masked by zeros, which leave it as it is."""
    said = text.encode()
    length = bytes([128 | len(said)]) if len(said) < 126 else struct.pack("!BH", 128 | 126, len(said))
    return b"\x81" + length + bytes(4) + said


class Wire(asyncio.Protocol):
    """One WebSocket of a follower, who is told each text and when it is over."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._heard = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(UPGRADE)

    def say(self, text: str) -> None:
        self.transport.write(client_frame(text))

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._is_open and not self._has_opened():
            return
        while (text := self._next()) is not None:
            self.follower.hear(self, text)

    def _has_opened(self) -> bool:
        head, end, rest = self._heard.partition(b"\r\n\r\n")
        if end and b" 101 " not in head:
            self.follower.crowd.turned_away += 1
            self.transport.abort()
        elif end:
            self._heard, self._is_open = rest, True
        return self._is_open

    def _next(self) -> str | None:
        """The next text; a frame that closes is answered by hanging up."""
        heard = self._heard
        length, start = (heard[1], 2) if len(heard) > 1 else (0, len(heard) + 1)
        if length == 126 and len(heard) >= 4:
            length, start = int.from_bytes(heard[2:4]), 4
        if len(heard) < start + length:
            return None
        self._heard = heard[start + length :]
        if heard[0] == CLOSES:
            self.transport.close()
            return None
        return heard[start : start + length].decode()

    def connection_lost(self, wrong: Exception | None) -> None:
        self.follower.lost(self)
        if not self.over.done():
            self.over.set_result(None)


@dataclass(eq=False)
class Follower:
    """`brings` is its `auth`, as it stands."""

    crowd: Crowd
    brings: dict[str, Any]
    heard: list[str] = field(default_factory=list)
    is_joined: bool = False
    wait_seconds: float = 0.0

    async def follow(self, first_after: float) -> None:
        """Stay connected, whatever happens, until cancelled."""
        await asyncio.sleep(first_after)
        while True:
            self.wait_seconds = random.uniform(SOONEST_SECONDS, LATEST_SECONDS)
            with suppress(OSError):
                await self._once()
            await asyncio.sleep(self.wait_seconds)

    async def _once(self) -> None:
        wire = Wire(self)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: wire, "127.0.0.1", self.crowd.port)
        impatient = loop.call_later(PATIENCE_SECONDS, self._hang_up, wire)
        try:
            await wire.over
        finally:
            impatient.cancel()
            wire.transport.abort()

    def _hang_up(self, wire: Wire) -> None:
        if not self.is_joined:
            self.crowd.hung_up += 1
            wire.transport.abort()

    def hear(self, wire: Wire, text: str) -> None:
        if text.startswith("42"):
            self._told(*json.loads(text[text.index(",") + 1 :]))
        elif text.startswith("40"):
            self.crowd.joined(self)
        elif text.startswith("0"):
            wire.say(f"40{NAMESPACE},{json.dumps(self.brings)}")
            self.brings.pop("ticket", None)
        elif text == "2":
            wire.say("3")
        elif text.startswith("4"):
            self.crowd.refused.append(text)

    def _told(self, event: str, payload: Any, offset: str | None = None) -> None:
        if offset is not None:
            self.brings["offset"] = offset
        if event == "save":
            self.heard.append(payload["message"])
        elif event == "ready":
            self.crowd.came_back += payload["recovered"]
            self.crowd.missed += "pid" in self.brings and not payload["recovered"]
            self.brings["pid"] = payload["pid"]
        elif event == "drain":
            self.crowd.sent_away += 1
            self.brings["ticket"] = payload["ticket"]
            self.wait_seconds = payload["after_ms"] / 1000

    def lost(self, wire: Wire) -> None:
        self.crowd.left(self)


@dataclass
class Crowd:
    """The followers, and what befell them together."""

    port: int
    followers: list[Follower] = field(default_factory=list)
    connected: int = 0
    fewest: int = 0
    """That were connected at the same time since everybody was."""
    sent_away: int = 0
    came_back: int = 0
    missed: int = 0
    turned_away: int = 0
    hung_up: int = 0
    refused: list[str] = field(default_factory=list)

    def joined(self, follower: Follower) -> None:
        if not follower.is_joined:
            follower.is_joined = True
            self.connected += 1

    def left(self, follower: Follower) -> None:
        if follower.is_joined:
            follower.is_joined = False
            self.connected -= 1
            self.fewest = min(self.fewest, self.connected)

    async def until_all_are_connected(self, within: float = 60) -> None:
        async with asyncio.timeout(within):
            while self.connected < len(self.followers):
                await asyncio.sleep(0.02)

    async def until_all_have_heard(self, count: int, within: float = 30) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while any(len(follower.heard) < count for follower in self.followers):
                    await asyncio.sleep(0.05)


@asynccontextmanager
async def crowd(port: int, tokens: list[str]) -> AsyncIterator[Crowd]:
    """Followers with these credentials, all connected by the time the block begins."""
    gathered = Crowd(port)
    gathered.followers = [Follower(gathered, {"token": token, "recover": True}) for token in tokens]
    places = enumerate(gathered.followers)
    following = [asyncio.create_task(follower.follow(place / ARRIVE_A_SECOND)) for place, follower in places]
    try:
        await gathered.until_all_are_connected()
        gathered.fewest = gathered.connected
        yield gathered
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
