"""The bus' one connection to Redis, on which it both speaks and hears.

redis-py reads the address, connects, signs in and agrees on RESP3; from there on the bytes are ours. Its own pub/sub
client connects again without a word, and what was published meanwhile would be missed without the node knowing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hub.realtime.resp import Replies, Reply

CONNECT_SECONDS = 1.5
SILENCE_SECONDS = 3.0
"""A line on which nothing is heard for so long is dead, for a question is asked each second."""
READ_BYTES = 64 * 1024


class Line:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._replies = Replies()

    @classmethod
    async def open(cls, address: str) -> Line:
        """Connected and signed in, in time."""
        connection = _connection(address)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()
            assert connection._reader is not None
            assert connection._writer is not None
            line = cls(connection._reader, connection._writer)
            # So that redis-py neither closes them nor warns that it did not.
            connection._reader = connection._writer = None
            return line
        finally:
            # What did not become a line is left to nobody.
            if connection._writer is not None:
                connection._writer.transport.abort()

    async def say(self, commands: bytes) -> None:
        self._writer.write(commands)
        async with asyncio.timeout(SILENCE_SECONDS):
            await self._writer.drain()

    async def hear(self) -> Iterator[Reply]:
        """What came next."""
        async with asyncio.timeout(SILENCE_SECONDS):
            received = await self._reader.read(READ_BYTES)
        if not received:
            raise ConnectionResetError("Redis closed the connection")
        return self._replies.of(received)

    def cut(self) -> None:
        """At once: a Redis that hangs would take what still waits for it never."""
        self._writer.transport.abort()


def _connection(address: str) -> redis.Connection:
    pool = redis.ConnectionPool.from_url(
        address,
        protocol=3,
        socket_timeout=CONNECT_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="hub-bus",
    )
    return pool.make_connection()
