"""A load balancer of TCP connections, as one stands before several nodes: it knows nothing of what goes through.

A connection goes to the node that has fewest of those that say they are ready; where that one takes no connections any
more, to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

ASKED_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 1.0
BACKLOG = 2048


@dataclass(eq=False)
class Behind:
    """A node behind the balancer."""

    port: int
    is_ready: bool = False
    connections: int = 0

    async def ask(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.is_ready = b" 200 " in await self._answer("/readyz")
        except (OSError, TimeoutError):
            self.is_ready = False

    async def _answer(self, path: str) -> bytes:
        """The first line of it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n".encode())
            return await reader.readline()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


class Side(asyncio.Protocol):
    """One side of a connection that goes through; what it hears the other side says."""

    def __init__(self, other: Side | None = None) -> None:
        self.other = other
        self.early = b""
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.early += data
        else:
            self.other.transport.write(data)

    def pause_writing(self) -> None:
        if self.other is not None and not self.other.is_lost:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and not self.other.is_lost:
            self.other.transport.resume_reading()

    def connection_lost(self, wrong: Exception | None) -> None:
        self.is_lost = True
        if self.other is not None:
            self.other.transport.close()


class Balancer:
    def __init__(self, ports: Iterable[int]) -> None:
        self.nodes = [Behind(port) for port in ports]
        self._choosing: set[asyncio.Task[None]] = set()

    async def ask_always(self) -> None:
        while True:
            await asyncio.gather(*(node.ask() for node in self.nodes))
            await asyncio.sleep(ASKED_EVERY_SECONDS)

    async def until_ready(self, count: int) -> None:
        async with asyncio.timeout(30):
            while sum(node.is_ready for node in self.nodes) != count:
                await asyncio.sleep(0.02)

    def front(self) -> Side:
        return Front(self)

    def lead_on(self, front: Side) -> None:
        task = asyncio.create_task(self._lead_on(front))
        self._choosing.add(task)
        task.add_done_callback(self._choosing.discard)

    async def _lead_on(self, front: Side) -> None:
        for node in sorted(self.nodes, key=lambda node: node.connections):
            if node.is_ready and await self._is_led_to(node, front):
                return
        front.transport.abort()

    async def _is_led_to(self, node: Behind, front: Side) -> bool:
        node.connections += 1
        try:
            back = Back(node, front)
            await asyncio.get_running_loop().create_connection(lambda: back, "127.0.0.1", node.port)
        except OSError:
            node.connections -= 1
            return False
        front.other = back
        back.transport.write(front.early)
        if front.is_lost:
            back.transport.close()
        return True


class Front(Side):
    """Whoever called."""

    def __init__(self, balancer: Balancer) -> None:
        super().__init__()
        self._balancer = balancer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._balancer.lead_on(self)


class Back(Side):
    """The node that was chosen."""

    def __init__(self, node: Behind, front: Side) -> None:
        super().__init__(front)
        self._node = node

    def connection_lost(self, wrong: Exception | None) -> None:
        super().connection_lost(wrong)
        self._node.connections -= 1


@asynccontextmanager
async def balancing(*ports: int) -> AsyncIterator[tuple[Balancer, int]]:
    """A balancer before these nodes, and the port it listens on."""
    balancer = Balancer(ports)
    server = await asyncio.get_running_loop().create_server(balancer.front, "127.0.0.1", 0, backlog=BACKLOG)
    asking = asyncio.create_task(balancer.ask_always())
    try:
        yield balancer, server.sockets[0].getsockname()[1]
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        server.close()
        await server.wait_closed()
