"""The conformance profile: echo namespaces on the real stack, for protocol suites and load generators.

It lets anybody in, and is refused in production.

One process, a database of its own, and no Redis. What is tried is what ships: the same sessions, frames, packets,
limits of size, streams and journal as under the hub's own namespaces. Only what bounds how much one client may do is
off, and refusals say no code, for the suites compare them letter by letter.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web

from hub import app as hub_app
from hub import database, garbage, migrations, perform
from hub.domain import echoes
from hub.domain.credentials import Keys
from hub.domain.journal import Entry
from hub.door import ENGINES, Opens
from hub.http.dialect import SETTINGS
from hub.http.hot import PAGES, SHARING, HotPages, Sharing
from hub.http.peers import TRUSTED, address_of, networks
from hub.namespaces import conformance
from hub.provider_settings import BadSetting
from hub.realtime import mounting
from hub.realtime.credentials import Tokens
from hub.realtime.echo import Echo
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.server import HubServer
from hub.realtime.streams import Streams
from hub.realtime.tasks import Tasks
from hub.settings import Settings

log = structlog.get_logger(__name__)

ENGINE_PATH = "/engine.io/"
SUITES = Heartbeat(0.3, 0.2)
"""What the official suites expect to be told."""
SUITE_SESSIONS = 50
"""No suite has so many open at once; whoever opens more measures something else, and is pinged as usual."""
CONNECT_SECONDS = 1.0
SHUTDOWN_SECONDS = 1.0


class LocalCourier:
    """Carries events to this process's own listeners; there are no other nodes, and no workers."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
        for entry in entries:
            self._streams.offer(entry)


class Profile:
    """What is served, and how it is started and stopped."""

    def __init__(self, settings: Settings) -> None:
        keys = Keys(settings.secret_key)
        beats = heartbeats(settings)
        self._tasks = Tasks()
        self.server = HubServer(
            [],
            Tokens(keys, timedelta(seconds=settings.halp_session_seconds)).who,
            secret=keys.secret,
            heartbeats=beats,
            cors_origins=settings.cors_origins,
            connect_seconds=CONNECT_SECONDS,
            bounds_packets=False,
            says_codes=False,
        )
        for namespace in conformance.namespaces(self.server.say, self._keep):
            self.server.mount(namespace)
        self.echo = Echo(beats)

    def _keep(self, payload: Any) -> None:
        self._tasks.start(perform.perform(echoes.keep, payload))

    async def start(self) -> None:
        perform.use_courier(LocalCourier(self.server.streams))
        self.server.streams.start()

    async def stop(self) -> None:
        await self.server.drain()
        await self._tasks.cancel()
        for session in self.echo.engine.sessions():
            self.echo.engine.close(session)
        self.echo.engine.stop()


def heartbeats(settings: Settings) -> Heartbeats:
    """Those that the settings name; else the suites' for the first few sessions, and the usual ones for the others."""
    usual = Heartbeat(settings.ping_interval_seconds, settings.ping_timeout_seconds)
    is_named = {"ping_interval_seconds", "ping_timeout_seconds"} & settings.model_fields_set
    return Heartbeats(usual) if is_named else Heartbeats(usual, SUITES, SUITE_SESSIONS)


def settings_for(settings: Settings) -> Settings:
    """With a folder and a database of its own. Raises BadSetting in production."""
    if settings.env == "production":
        raise BadSetting("HUB_ENV: the conformance profile lets anybody in and is not for production")
    return settings.model_copy(update={"data_dir": settings.data_dir / "conformance", "database_url": ""})


def build(settings: Settings) -> web.Application:
    app = web.Application()
    profile = Profile(settings)
    app[SETTINGS] = settings
    app[SHARING], app[PAGES] = Sharing(), HotPages([], {})
    app[TRUSTED] = networks(settings.trusted_proxies)
    engines: dict[str, Opens] = {hub_app.SOCKET_PATH: profile.server.engine, ENGINE_PATH: profile.echo.engine}
    app[ENGINES] = engines
    profile.server.attach(app, hub_app.SOCKET_PATH, address_of)
    app.router.add_route("*", ENGINE_PATH, mounting.route(profile.echo.engine, ("*",), address_of))

    async def running(_: web.Application) -> AsyncIterator[None]:
        perform.threads.open(database.threads(), at_end=database.disconnect)
        await profile.start()
        yield
        await profile.stop()
        await perform.threads.close()

    app.cleanup_ctx.append(running)
    return app


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; `settings` are those of `settings_for`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database.connect_to(settings.database_address)
    migrations.migrate()
    app = build(settings)
    runner = hub_app.runner_of(app, SHUTDOWN_SECONDS)
    await runner.setup()
    stop = hub_app.told_to_stop()
    door = await hub_app.open_door(app, runner, listener)
    garbage.settle()
    log.info("conformance_profile", port=listener.getsockname()[1], paths=[hub_app.SOCKET_PATH, ENGINE_PATH])
    await stop.wait()
    door.close()
    await runner.cleanup()
