"""What every stand-in is: an HTTP/2 server over TLS, in a thread of its own, that does wrong when it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import deque

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

from tests.standins.certificate import Certificate
from tests.standins.saying import Fault, Heard, Reply


class StandIn:
    def __init__(self, certificate: Certificate) -> None:
        self.script: deque[Reply | Fault] = deque()
        """What to do with the next requests; after that each is answered as the provider would."""
        self.heard: list[Heard] = []
        """Every request, whatever came of it."""
        self.connections = 0
        self._certificate = certificate
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"localhost:{self._socket.getsockname()[1]}"
        self.address = f"https://{self.host}"

    @property
    def settings(self) -> dict[str, str]:
        """Of a hub that speaks to this stand-in."""
        return {}

    @property
    def environment(self) -> dict[str, str]:
        trusted = {"SSL_CERT_FILE": str(self._certificate.authority)}
        return {f"HUB_{name.upper()}": value for name, value in self.settings.items()} | trusted

    def answer(self, request: Heard) -> Reply:
        raise NotImplementedError

    def hang_up(self, *, politely: bool) -> None:
        """End every connection, with a GOAWAY or without a word."""
        asyncio.run_coroutine_threadsafe(self._hang_up(politely), self._loop).result()

    async def _hang_up(self, politely: bool) -> None:
        for talk in list(self._talks.values()):
            await talk.end(politely)

    def __enter__(self):
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), name=type(self).__name__)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._talks: dict[asyncio.Task[None], _Talk] = {}
        server = await asyncio.start_server(self._talk, sock=self._socket, ssl=self._certificate.context())
        started.set()
        await self._stopped.wait()
        server.close()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        # The transports close in the loop's next turns.
        await asyncio.sleep(0.02)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._talks[task] = talk = _Talk(self, reader, writer)
        try:
            await talk.run()
        except (OSError, ProtocolError, asyncio.CancelledError):
            # The client went, or the test is over.
            pass
        finally:
            del self._talks[task]
            writer.transport.abort()


class _Talk:
    """One connection."""

    def __init__(self, stand_in: StandIn, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._stand_in = stand_in
        self._reader = reader
        self._writer = writer
        self._requests: dict[int, Heard] = {}
        self._http2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))

    async def run(self) -> None:
        self._http2.initiate_connection()
        await self._flush()
        while content := await self._reader.read(65536):
            for event in self._http2.receive_data(content):
                await self._on(event)
            await self._flush()

    async def end(self, politely: bool) -> None:
        if politely:
            self._http2.close_connection()
            await self._flush()
        self._writer.close()

    async def _flush(self) -> None:
        self._writer.write(self._http2.data_to_send())
        await self._writer.drain()

    async def _on(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            headers = {str(name): str(value) for name, value in event.headers or []}
            self._requests[event.stream_id] = Heard(headers[":method"], headers[":path"], headers)
        elif isinstance(event, DataReceived):
            self._requests[event.stream_id].body += event.data or b""
            self._http2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        elif isinstance(event, StreamEnded):
            request = self._requests.pop(event.stream_id)
            self._stand_in.heard.append(request)
            await self._answer(event.stream_id, request)

    async def _answer(self, stream: int, request: Heard) -> None:
        script = self._stand_in.script
        act = script.popleft() if script else self._stand_in.answer(request)
        if isinstance(act, Reply):
            self._http2.send_headers(stream, [(":status", str(act.status)), *act.headers.items()])
            self._http2.send_data(stream, act.content, end_stream=True)
        else:
            await self._do_wrong(act, stream, request)

    async def _do_wrong(self, fault: Fault, stream: int, request: Heard) -> None:
        match fault:
            case Fault.GOAWAY:
                self._http2.close_connection(last_stream_id=max(stream - 2, 0))
            case Fault.RST_STREAM:
                self._http2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
            case Fault.RESET:
                self._reset()
            case Fault.RESET_AFTER_TAKING:
                self._stand_in.answer(request)
                self._reset()
            case Fault.GARBAGE:
                # A frame of settings with half a setting in it.
                self._writer.write(b"\x00\x00\x05\x04\x00\x00\x00\x00\x00hello")
            case Fault.TRICKLE:
                while True:
                    self._http2.ping(b"patience")
                    await self._flush()
                    await asyncio.sleep(0.05)
            case Fault.FLOOD:
                self._http2.send_headers(stream, [(":status", "200")])
                for _ in range(20):
                    self._http2.send_data(stream, b"x" * 16384)

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()
