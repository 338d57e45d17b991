"""What stands between a node and Redis: it passes bytes on, swallows them as a dead network does, or cuts."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from tests.build import Valkey


class Between:
    """A connection that was swallowed from once stays dead: bytes that are lost in the middle never come later."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._passing: set[asyncio.Task[None]] = set()
        self._dead: set[asyncio.Task[None]] = set()
        self._is_swallowing = False
        self._is_deaf = False
        self.address = ""

    def swallow(self) -> None:
        self._is_swallowing = True
        self._dead |= self._passing

    def swallow_what_nodes_say(self) -> None:
        """What Redis says still comes through."""
        self._is_deaf = True

    def heal(self) -> None:
        self._is_swallowing = self._is_deaf = False

    def cut(self) -> None:
        for task in self._passing:
            task.cancel()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        if self._is_swallowing:
            self._dead.add(task)
        try:
            with suppress(asyncio.CancelledError):
                await self._pass(task, reader, writer)
        finally:
            writer.transport.abort()
            self._passing.discard(task)
            self._dead.discard(task)

    async def _pass(self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(str(self._valkey.socket))
        there = asyncio.create_task(self._pump(reader, far_writer, lambda: self._is_deaf or task in self._dead))
        back = asyncio.create_task(self._pump(far_reader, writer, lambda: task in self._dead))
        try:
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in (there, back):
                pump.cancel()
            far_writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_dead: Callable[[], bool]
    ) -> None:
        with suppress(OSError):
            while received := await reader.read(65536):
                if not is_dead():
                    writer.write(received)

    async def close(self) -> None:
        # Who was just let in begins in the loop's next turn, and what was aborted closes in the one after.
        await asyncio.sleep(0.01)
        self.cut()
        await asyncio.gather(*self._passing, return_exceptions=True)
        await asyncio.sleep(0.01)


@asynccontextmanager
async def between(valkey: Valkey) -> AsyncIterator[Between]:
    """`address` leads to Valkey, by TCP."""
    proxy = Between(valkey)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.address = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    async with server:
        yield proxy
        server.close()
        await proxy.close()


@contextmanager
def frozen(valkey: Valkey) -> Iterator[None]:
    """Alive and silent, like a machine that hangs: connections stay open and nothing answers."""
    assert valkey._process is not None
    valkey._process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        valkey._process.send_signal(signal.SIGCONT)
