"""A WebSocket client with the bytes in its own hands, to say what no library would."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.realtime.protocol.frames import BINARY, CLOSE, PING, TEXT, Frame, frame, read_frame

HEARD_WITHIN = 5.0
"""An answer takes milliseconds; the rest is for a machine that has much else to do."""
CLOSED_WITHIN = 2.0
"""What breaks the protocol is closed within a second; the other is for a machine that has much else to do."""
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""What RFC 6455 answers to that key, in its own example."""
Message = str | bytes


class Closed(Exception):
    """The server has closed the connection; with the code it gave, if any."""


@dataclass(frozen=True)
class Reply:
    """Head and, as far as it came along, body of an HTTP answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Ending:
    """How a connection ended: what was still heard, the code of the closing frame, and how long it took."""

    heard: list[Message]
    code: int | None
    seconds: float


class Socket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.opened: dict[str, Any] = {}

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def say(self, *messages: Message) -> None:
        """Each in a frame of its own, all in one write."""
        self.write(b"".join(frame(TEXT if isinstance(each, str) else BINARY, each) for each in messages))

    async def next_frame(self, within: float = HEARD_WITHIN) -> Frame:
        try:
            async with asyncio.timeout(within):
                return await read_frame(self.reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed from None

    async def hear(self, within: float = HEARD_WITHIN) -> Message:
        """The server's next message, as it came, pings of Engine.IO among them."""
        got = await self.next_frame(within)
        if got.opcode == CLOSE:
            raise Closed(got.code)
        assert got.opcode in (TEXT, BINARY), got
        return got.payload.decode() if got.opcode == TEXT else got.payload

    async def hears(self, count: int) -> list[Message]:
        return [await self.hear() for _ in range(count)]

    async def join(self, namespace: str = "/", auth: Any = None) -> str:
        """Connect to a namespace, whose `auth` event is heard too; the answer is the session's id in it."""
        prefix = "" if namespace == "/" else namespace + ","
        self.say(f"40{prefix}" + ("" if auth is None else json.dumps(auth)))
        answer, _ = await self.hears(2)
        assert isinstance(answer, str)
        return json.loads(answer.removeprefix(f"40{prefix}"))["sid"]

    async def end(self, within: float = CLOSED_WITHIN) -> Ending:
        """Wait until the server has closed the connection, whose closing frame is answered as any client would."""
        began, heard, code = time.monotonic(), [], None
        with suppress(Closed):
            while True:
                got = await self.next_frame(within - (time.monotonic() - began))
                if got.opcode == CLOSE:
                    code = got.code
                    self.write(frame(CLOSE, got.payload[:2]))
                else:
                    heard.append(got.payload.decode() if got.opcode == TEXT else got.payload)
        return Ending(heard, code, time.monotonic() - began)

    async def is_alive(self) -> bool:
        """Whether it still answers a WebSocket's ping."""
        self.write(frame(PING, b"there?"))
        try:
            while (await self.next_frame()).payload != b"there?":
                pass
        except Closed:
            return False
        return True

    async def head(self) -> Reply:
        """The answer to a request."""
        async with asyncio.timeout(HEARD_WITHIN):
            text = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            status, *lines = text.strip().split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Reply(int(status.split()[1]), headers, body.decode())


def request(address: str, target: str, method: str = "GET", **headers: Any) -> bytes:
    """A head of HTTP; underscores stand for dashes, and None takes a header away."""
    said = {"Host": urlsplit(address).netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in said.items() if value is not None]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode()


def upgrade(address: str, target: str, **headers: Any) -> bytes:
    usual = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": KEY,
        "Sec_WebSocket_Version": "13",
    }
    return request(address, target, **{**usual, **headers})


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Socket]:
    """A TCP connection on which nothing was said."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=2**22)
    try:
        yield Socket(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def upgraded(address: str, target: str, **headers: Any) -> AsyncIterator[Socket]:
    """A WebSocket on which nothing was heard."""
    async with connected(address) as socket:
        socket.write(upgrade(address, target, **headers))
        reply = await socket.head()
        assert reply.status == 101, reply
        yield socket


@asynccontextmanager
async def opened(address: str, path: str = "/socket.io/", **headers: Any) -> AsyncIterator[Socket]:
    """An Engine.IO session on a WebSocket."""
    async with upgraded(address, f"{path}?EIO=4&transport=websocket", **headers) as socket:
        packet = await socket.hear()
        assert isinstance(packet, str)
        assert packet.startswith("0")
        socket.opened = json.loads(packet[1:])
        yield socket


@asynccontextmanager
async def joined(address: str, namespace: str = "/", **headers: Any) -> AsyncIterator[Socket]:
    """A WebSocket that has joined a namespace, and heard what it says to everybody who comes."""
    async with opened(address, **headers) as socket:
        await socket.join(namespace)
        yield socket
