"""HTTP as bytes, over a bare connection."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

PATIENCE_SECONDS = 5.0


class Conversation:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def say(self, *pieces: bytes) -> None:
        """Each piece in a segment of its own, which is read before the next one is sent."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            # The server runs in this loop: in the first turn the piece becomes readable, in the next ones it is read.
            for _ in range(3):
                await asyncio.sleep(0)

    def leave(self) -> None:
        self._writer.close()

    async def reply(self) -> bytes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            return head + await self.reader.readexactly(int(length[1]) if length else 0)

    async def all(self) -> bytes:
        """Everything until the server closes; a server that resets the connection has closed it too."""
        received = b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                while piece := await self.reader.read(1 << 16):
                    received += piece
            except ConnectionResetError:
                pass
        return received


@asynccontextmanager
async def conversation(address: str) -> AsyncIterator[Conversation]:
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Conversation(reader, writer)
    finally:
        writer.close()


@contextmanager
def silent_connection(address: str, request: bytes) -> Iterator[None]:
    """Somebody who asks and then reads nothing."""
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asking.connect((host, int(port)))
        asking.sendall(request)
        yield


async def answers(address: str, *pieces: bytes) -> bytes:
    """All that comes back until the server closes, but for what is another each time."""
    async with conversation(address) as speaking:
        await speaking.say(*pieces)
        return alike(await speaking.all())


def alike(replies: bytes) -> bytes:
    """Without the ids and the seconds, by which each reply differs from every other."""
    return re.sub(rb"(X-Request-Id|Date): [^\r]*", rb"\1: ...", replies)
