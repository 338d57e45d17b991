"""A session on long polling, one request at a time or several at once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

SEPARATOR = "\x1e"
CUT = (0, "")
"""The connection was closed instead of an answer."""


class Poller:
    def __init__(self, http: aiohttp.ClientSession, path: str, opened: dict[str, Any]) -> None:
        self.http = http
        self.opened = opened
        self.sid = opened["sid"]
        self.target = f"{path}?EIO=4&transport=polling&sid={self.sid}"
        self.websocket = f"{path}?EIO=4&transport=websocket&sid={self.sid}"

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, path: str = "/engine.io/") -> Poller:
        async with http.get(f"{path}?EIO=4&transport=polling") as reply:
            return cls(http, path, json.loads((await reply.text())[1:]))

    async def ask(self, method: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and text of the answer; what is sent calls itself text, as browsers do."""
        said = {**({} if body is None else {"Content-Type": "text/plain;charset=UTF-8"}), **headers}
        try:
            async with self.http.request(method, self.target, data=body, headers=said) as reply:
                return reply.status, await reply.text()
        except aiohttp.ClientError:
            return CUT

    async def get(self) -> tuple[int, str]:
        return await self.ask("GET")

    async def post(self, body: Any, **headers: str) -> tuple[int, str]:
        return await self.ask("POST", body, **headers)

    async def status(self) -> int:
        """What a poll would be answered."""
        return (await self.get())[0]

    async def waiting(self) -> asyncio.Task[tuple[int, str]]:
        """A poll that the server holds until there is something to say."""
        poll = asyncio.create_task(self.get())
        await asyncio.sleep(0.02)
        assert not poll.done()
        return poll

    async def packets(self, count: int) -> list[str]:
        """The next packets, in as many polls as the server takes."""
        heard: list[str] = []
        while len(heard) < count:
            status, body = await self.get()
            assert status == 200
            heard += body.split(SEPARATOR)
        return heard

    async def join(self, namespace: str = "/") -> None:
        await self.post("40" if namespace == "/" else f"40{namespace},")
        await self.packets(2)


def payload(*packets: str) -> str:
    return SEPARATOR.join(packets)
