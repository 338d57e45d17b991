"""The official Python client, as a test holds it: it collects what it hears, in order."""

from __future__ import annotations

import asyncio
from typing import Any

import socketio

from tests.people import Member, Person


class Listener:
    """One connection to one namespace. `heard` holds (event, arguments) in the order they came."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self.ended: list[str] = []
        self._news = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("disconnect", self._end, namespace=namespace)

    @classmethod
    async def at(cls, address: str, namespace: str, by: Person | Member | None = None, **auth: Any) -> Listener:
        listener = cls(namespace)
        given = {**({"token": by.token} if by else {}), **auth}
        transports = given.pop("transports", ["websocket"])
        await listener.client.connect(
            address, namespaces=[namespace], auth=given or None, transports=transports, wait_timeout=5
        )
        return listener

    async def _hear(self, event: str, *arguments: Any) -> None:
        self.heard.append((event, arguments))
        self._news.set()

    async def _end(self, reason: str) -> None:
        self.ended.append(reason)
        self._news.set()

    def of(self, event: str) -> list[Any]:
        """The payloads of all events of one name."""
        return [arguments[0] for name, arguments in self.heard if name == event]

    async def until(self, count: int, event: str, within: float = 5) -> list[Any]:
        """The payloads of `event` once there are `count` of them; what came by then otherwise."""
        await self._until(lambda: len(self.of(event)) >= count, within)
        return self.of(event)

    async def until_told(self, event: str, payload: Any, within: float = 5) -> bool:
        """Whether the newest `event` comes to say `payload`."""
        await self._until(lambda: self.of(event)[-1:] == [payload], within)
        return self.of(event)[-1:] == [payload]

    async def until_ended(self, within: float = 5) -> bool:
        await self._until(lambda: bool(self.ended), within)
        return bool(self.ended)

    async def _until(self, done, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                while not done():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return

    @property
    def offset(self) -> str:
        """The newest offset that came with an event."""
        return next(arguments[-1] for _, arguments in reversed(self.heard) if isinstance(arguments[-1], str))

    async def leave(self) -> None:
        if self.client.connected:
            await self.client.disconnect()
