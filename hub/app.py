"""The web application: the dialects under their prefixes and host names, the operators' pages, and Socket.IO."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import hdrs, web
from aiohttp.web_urldispatcher import MatchedSubAppResource
from prometheus_client import Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

from hub import database, garbage, perform, storage
from hub.domain.credentials import Keys
from hub.door import ENGINES, Door, House
from hub.http import asyncapi, docs, health, images, live, malformed, origins
from hub.http import web as pages
from hub.http.console import CONSOLE
from hub.http.dialect import KEYS, SETTINGS, Dialect, HostOfADialect, sub_application
from hub.http.flux import FLUX
from hub.http.halp import HALP
from hub.http.hooks import HOOKS
from hub.http.hot import PAGES, SHARING, HotPages, Sharing
from hub.http.hot_replies import Accounts
from hub.http.logged_paths import logged_path
from hub.http.outbound import client
from hub.http.peers import TRUSTED, address_of, networks
from hub.http.techfesia import TECHFESIA
from hub.http.vivere import VIVERE
from hub.listening import listen
from hub.node import NODE, Node
from hub.provider_settings import BadSetting
from hub.reactions import counters
from hub.settings import Settings
from hub.threads import computing, picturing
from hub.wire import addresses, local_times

log = structlog.get_logger(__name__)

SPOKEN: dict[str, Dialect] = {dialect.name: dialect for dialect in (VIVERE, TECHFESIA, FLUX, HALP)}
COMPUTING_THREADS = 2
SOCKET_PATH = "/socket.io/"
CONSOLE_PATH = f"/{CONSOLE.name}"
PROBES = ("/healthz", "/readyz", "/metrics")
"""Asked every few seconds by machines; only what they find wrong is logged."""
SHUTDOWN_SECONDS = 1.0
"""What requests that run get to finish once nobody new is let in."""
STOP_SECONDS = 9.5
"""From SIGTERM to the end of the process at the latest: who stops it waits ten seconds."""

REQUESTS = Histogram("hub_request_seconds", "Time to answer", ["method", "route", "status"])

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build(settings: Settings) -> web.Application:
    malformed.tell_in_one_line()
    app = web.Application(middlewares=[_logged, _preflight])
    app[SETTINGS] = settings
    app[KEYS] = Keys(settings.secret_key)
    app[TRUSTED] = networks(settings.trusted_proxies)
    app[images.STORE] = storage.store_at(settings.storage_address)
    app[NODE] = Node(settings, app[KEYS])
    app[SHARING] = Sharing()
    app[PAGES] = HotPages(SPOKEN.values(), {host: SPOKEN[name] for host, name in settings.hosts.items()})
    app[ENGINES] = {}
    app.on_response_prepare.append(_allow_origin)
    app.cleanup_ctx.extend([_threads, client, _node])
    app[NODE].server.attach(app, SOCKET_PATH, address_of)
    app[ENGINES][SOCKET_PATH] = app[NODE].server.engine
    app.add_routes(health.ROUTES)
    app.add_routes(docs.routes(SPOKEN))
    app.add_routes(asyncapi.ROUTES)
    app.add_routes(pages.ROUTES)
    app.add_routes(live.ROUTES)
    _mount_dialects(app, settings)
    return app


def _mount_dialects(app: web.Application, settings: Settings) -> None:
    for host, name in settings.hosts.items():
        bound = sub_application(SPOKEN[name])
        # `add_subapp` below does this by itself.
        bound.pre_freeze()
        app.router.register_resource(MatchedSubAppResource(HostOfADialect(host), bound))
    for dialect in SPOKEN.values():
        app.add_subapp(f"/{dialect.name}", sub_application(dialect))
    for own in (HOOKS, CONSOLE):
        app.add_subapp(f"/{own.name}", sub_application(own))


async def _threads(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    addresses.speak_as(settings.public_address)
    local_times.speak_in(settings.timezone)
    counters.give_grace(settings.push_grace_seconds)
    database.connect_to(settings.database_address)
    perform.threads.open(database.threads(), at_end=database.disconnect)
    computing.open(COMPUTING_THREADS)
    picturing.open(1)
    yield
    await picturing.close()
    await computing.close()
    await perform.threads.close()


async def _node(app: web.Application) -> AsyncIterator[None]:
    await app[NODE].start()
    yield
    await app[NODE].stop()


@web.middleware
async def _logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, say it in every log line and in the reply, and log how the request ended."""
    clear_contextvars()
    request_id = secrets.token_hex(8)
    bind_contextvars(part="server", request=request_id)
    began = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id
        return response
    except web.HTTPException as no:
        status = no.status
        no.headers["X-Request-Id"] = request_id
        raise
    finally:
        _account_for(request, status, time.perf_counter() - began)


def _account_for(request: web.Request, status: int, seconds: float) -> None:
    if request.path.startswith(SOCKET_PATH):
        return
    # Whatever a stranger sends as a method must not become a label of its own.
    method = request.method if request.method in hdrs.METH_ALL else "other"
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "none"
    REQUESTS.labels(method, route, status).observe(seconds)
    if request.path in PROBES and status == 200:
        return
    path = logged_path(request)
    log.info("request", method=request.method, path=path, status=status, ms=round(seconds * 1000, 1))


@web.middleware
async def _preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a browser's question whether it may call; every route may be called. Socket.IO answers for itself."""
    is_question = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if is_question and not request.path.startswith(SOCKET_PATH):
        return web.Response(status=204)
    return await handler(request)


async def _allow_origin(request: web.Request, response: web.StreamResponse) -> None:
    """CORS on every reply, also on errors. Socket.IO sets its own, and the console is for its own pages only."""
    if request.path.startswith((SOCKET_PATH, CONSOLE_PATH)):
        return
    headers = origins.headers_for(request.headers.get("Origin"), request.config_dict[SETTINGS].cors_origins)
    response.headers.update(headers)
    if request.method == "OPTIONS" and "Access-Control-Allow-Origin" in headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE"
        response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
        response.headers["Access-Control-Max-Age"] = "600"


def listening_socket(settings: Settings, fd: int | None) -> socket.socket:
    """The socket that a supervisor passed on, or one of our own at HUB_HOST and HUB_PORT."""
    if fd is not None:
        return socket.socket(fileno=fd)
    try:
        return listen(settings.host, settings.port)
    except OSError as wrong:
        raise BadSetting(f"HUB_HOST, HUB_PORT: cannot listen there: {wrong.strerror}") from None


def runner_of(app: web.Application, shutdown_seconds: float) -> web.AppRunner:
    """What serves `app`. Bodies stay packed as they came: the hub refuses those, broken or not, in its own words."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=shutdown_seconds, auto_decompress=False)


async def open_door(app: web.Application, runner: web.AppRunner, listener: socket.socket) -> Door:
    """Let everybody in who comes to `listener`; `runner`, which has been set up, serves them."""
    assert runner.server is not None
    settings = app[SETTINGS]
    house = House(
        aiohttp=runner.server,
        engines=app[ENGINES],
        pages=app[PAGES],
        sharing=app[SHARING],
        accounts=Accounts(REQUESTS),
        trusted=app[TRUSTED],
        cors_origins=settings.cors_origins,
    )
    door = Door(house)
    await door.open(listener)
    return door


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, then let go of everybody and return within a few seconds."""
    app = build(settings)
    runner = runner_of(app, SHUTDOWN_SECONDS)
    await runner.setup()
    stop = told_to_stop()
    door = await open_door(app, runner, listener)
    garbage.settle()
    log.info("serving", address=settings.public_address, database=settings.database_address.partition(":")[0])
    await stop.wait()
    log.info("stopping")
    _leave_in_time()
    # The door stays open meanwhile: balancers hear from /readyz that this node goes, and calls are still answered.
    await app[NODE].drain()
    door.close()
    await runner.cleanup()


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM and SIGINT, from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _leave_in_time() -> None:
    """End the process after a while, whatever hangs; nothing that was acknowledged depends on what it does last."""
    last_word = threading.Timer(STOP_SECONDS, _leave)
    last_word.daemon = True
    last_word.start()


def _leave() -> None:
    log.warning("stop_cut_short", seconds=STOP_SECONDS, consequence="clients send again what was not acknowledged")
    sys.stderr.flush()
    os._exit(0)
