"""Engine.IO beneath the hub's Socket.IO server: sockets with a budget, plain frames, and a real end."""

from __future__ import annotations

import asyncio
from typing import Any

import engineio
import structlog
from aiohttp import web
from engineio import async_server, async_socket, packet, payload
from engineio.async_drivers import aiohttp as aiohttp_driver

log = structlog.get_logger(__name__)

# Accepted for now:
# - What waits is bounded in bytes, not in age: a slow client with little to hear is only ended by its missed ping.
# - What aiohttp itself has taken over for writing is not counted.
MOST_QUEUED_BYTES = 1024 * 1024
"""What may wait for one client; beyond it the client is too slow and is cut off, to come back and recover."""
MOST_PACKETS_IN_A_POLL = 16
"""Stock clients refuse a longer polling payload and lose what was in it."""
LONGEST_MESSAGE = 1_000_000
FROM_CLIENTS = (packet.PONG, packet.MESSAGE, packet.UPGRADE, packet.CLOSE)
POST_SECONDS = 30.0
"""How long a polling body may take to arrive."""
PROBE_SECONDS = 10.0
"""How long a client that polls may take to show that its WebSocket works."""
LAST_WORDS_SECONDS = 1.0
"""What was written before a session ended gets this long to leave."""


class MalformedPayload(engineio.exceptions.EngineIOError):
    """A polling body that is not a list of packets, or did not arrive."""


class BudgetQueue(asyncio.Queue):
    """A queue of packets that knows how many bytes wait in it."""

    waiting_bytes = 0

    def _put(self, item: packet.Packet | None) -> None:
        self.waiting_bytes += _size(item)
        super()._put(item)

    def _get(self) -> packet.Packet | None:
        item = super()._get()
        self.waiting_bytes -= _size(item)
        return item


def _size(item: packet.Packet | None) -> int:
    return len(item.data) if item is not None and isinstance(item.data, str | bytes) else 0


class HubSocket(async_socket.AsyncSocket):
    """An Engine.IO session whose underlying connection can be closed at once."""

    connection: asyncio.Transport | None = None
    is_leaving = False
    """It was decided to close it; nothing more is written."""

    async def poll(self) -> list[packet.Packet]:
        """Like the stock one, but never more packets than a client takes in one payload."""
        try:
            first = await asyncio.wait_for(self.queue.get(), self.server.ping_interval + self.server.ping_timeout)
        except (TimeoutError, asyncio.CancelledError):
            raise engineio.exceptions.QueueEmpty() from None
        packets = [first]
        while first is not None and len(packets) < MOST_PACKETS_IN_A_POLL and not self.queue.empty():
            following = self.queue.get_nowait()
            if following is None:
                self.queue.put_nowait(None)
                break
            packets.append(following)
        for _ in packets:
            self.queue.task_done()
        return [] if first is None else packets

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take a polling client's packets; a body that is no payload ends the session."""
        try:
            packets = await _packets_in(environ["aiohttp.request"])
        except engineio.exceptions.EngineIOError:
            # The stock caller knows no answer where the session has ended meanwhile.
            if self.closed or self.closing:
                return
            raise
        for received in packets:
            if self.closed or self.closing:
                return
            try:
                await self.receive(received)
            except engineio.exceptions.SocketIsClosedError:
                return

    async def _upgrade_websocket(self, environ: dict[str, Any]) -> Any:
        """One upgrade at a time, and none after it."""
        if self.upgrading or self.upgraded:
            return self.server._bad_request("This session has its WebSocket")
        return await super()._upgrade_websocket(environ)

    async def receive(self, pkt: packet.Packet) -> None:
        """Take what clients may send; anything else ends the session."""
        if pkt.packet_type not in FROM_CLIENTS:
            await self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            return
        await super().receive(pkt)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the session and, within a second, the connection beneath it, whatever the client does.

        The stock one waits for a queue that may never empty, and leaves the connection of a silent client open.
        """
        if self.closed or self.closing:
            return
        await super().close(wait=False, abort=abort, reason=reason)
        self.server.sockets.pop(self.sid, None)
        self.queue.put_nowait(None)
        if self.connection is not None:
            asyncio.get_running_loop().call_later(LAST_WORDS_SECONDS, self.connection.abort)


async def _packets_in(request: web.Request) -> list[packet.Packet]:
    """The packets of a polling body; an EngineIOError answers 400 and ends the session."""
    body = bytearray()
    try:
        async with asyncio.timeout(POST_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LONGEST_MESSAGE:
                    raise engineio.exceptions.ContentTooLongError()
        packets = payload.Payload(encoded_payload=body.decode()).packets
    except (ValueError, KeyError, RecursionError, OSError, web.RequestPayloadError) as wrong:
        raise MalformedPayload(str(wrong)) from None
    if not packets:
        raise MalformedPayload("an empty payload")
    return packets


# The stock server makes its sockets by this name; nothing else in the process uses it.
async_server.async_socket.AsyncSocket = HubSocket


class HubWebSocket(aiohttp_driver.WebSocket):
    """The driver's WebSocket without compression: a context per client costs more memory than the client itself."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self._sock = web.WebSocketResponse(max_msg_size=self.server.max_http_buffer_size, compress=False)
        request: web.Request = environ["aiohttp.request"]
        await self._sock.prepare(request)
        self._socket: HubSocket = self.handler.__self__
        self._socket.connection = request.transport
        self._is_probe = self._socket.connected
        self.environ = environ
        try:
            await self.handler(self)
        except (ValueError, IndexError, RecursionError) as wrong:
            # A frame that is no Engine.IO packet at all; the stock handler would leave the session behind.
            log.info("transport_closed", eio_sid=self._socket.sid, reason="malformed", detail=str(wrong))
        finally:
            await self._leave()
        return self._sock

    async def _leave(self) -> None:
        """End the session, unless this was only a probe that failed: then the client goes on polling."""
        if self._is_probe and not self._socket.upgraded:
            self._socket.upgrading = False
            self._socket.connection = None
        else:
            await self._socket.close(abort=True)

    async def wait(self) -> str | bytes:
        async with asyncio.timeout(PROBE_SECONDS if self._is_probe and not self._socket.upgraded else None):
            return await super().wait()


class HubEngine(engineio.AsyncServer):
    _async: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._async = {**self._async, "websocket": HubWebSocket}

    def create_queue(self, *args: Any, **kwargs: Any) -> BudgetQueue:
        return BudgetQueue(*args, **kwargs)

    def socket(self, eio_sid: str) -> HubSocket | None:
        """The live session of that id."""
        socket = self.sockets.get(eio_sid)
        return None if socket is None or socket.is_leaving or socket.closed or socket.closing else socket
