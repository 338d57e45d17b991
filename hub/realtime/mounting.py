"""The engine as a route of aiohttp: for polling, and for WebSockets whose request aiohttp has read already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from aiohttp import HttpVersion11, web
from aiohttp.typedefs import Handler

from hub.realtime import handshakes
from hub.realtime.engine import Engine
from hub.realtime.opening import Opening

PeerOf = Callable[[web.Request], str]
CORS_SECONDS = "600"


def route(engine: Engine, origins: tuple[str, ...], peer_of: PeerOf) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        opening = opening_of(request, peer_of(request))
        if handshakes.wants_websocket(opening):
            return _taken_over(request, lambda transport, rest: engine.open_websocket(transport, opening, rest))
        is_question = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = web.Response(status=204) if is_question else await engine.polled(request, opening)
        _allow_origin(request, response, origins)
        return response

    return handle


def opening_of(request: web.Request, peer: str) -> Opening:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Opening(request.method, dict(request.query), headers, peer)


def _allow_origin(request: web.Request, response: web.StreamResponse, origins: tuple[str, ...]) -> None:
    """CORS, also for scripts that send cookies along: nothing here goes by cookies."""
    origin = request.headers.get("Origin")
    if origin is None or ("*" not in origins and origin not in origins):
        return
    response.headers["Vary"] = "Origin"
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
        response.headers["Access-Control-Max-Age"] = CORS_SECONDS


class _Tail:
    """Takes what aiohttp has read beyond the head of a request that asks for an upgrade."""

    def __init__(self) -> None:
        self.data = b""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.data += data
        return False, b""

    def feed_eof(self) -> None:
        pass


class _TakenOver(web.Response):
    """The answer to a request whose connection is somebody else's now: nothing is written."""

    async def prepare(self, request):
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None


def _taken_over(request: web.Request, take: Callable[[asyncio.Transport, bytes], None]) -> web.StreamResponse:
    """Give the connection away: aiohttp's handler of it ends as if the client had gone."""
    handler, transport = request.protocol, request.transport
    if transport is None or transport.is_closing() or request.body_exists or request.version < HttpVersion11:
        return web.Response(status=400)
    tail = _Tail()
    handler.set_parser(cast(Any, tail))
    # Without its transport the handler cannot close it when it is told that the connection is lost.
    handler.transport = None
    handler.connection_lost(None)
    take(transport, tail.data)
    return _TakenOver()
