"""What one answer of a hot public page costs: the hub's, and the same page on a bare aiohttp application.

    .venv/bin/python -m bench.hot_route [--connections 64] [--seconds 3] [--rounds 3] [--path /vivere/announcements]

Each server is a process of its own on a database of its own with twenty announcements and events. "bare" looks the page
up for each request, "shared" has the hub's own handler, both without ids, figures, logs and CORS; "constant" asks no
database at all and spells the same document each time. Said are medians over the rounds of the process's CPU time for
one answer, and the ratio of the hub's to each. The generator speaks over kept-alive connections, one request at a time
on each.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import selectors
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web

from hub import app, database, migrations, perform
from hub.http.hot import SHARING, Query, Reading, Sharing
from hub.http.vivere.live import ROUTES
from hub.observability import configure_logs
from hub.settings import Settings
from models import Announcement, Event, Location, db

SECRET = "a secret for benchmarks, longer than thirty-two bytes"
TICKS = os.sysconf("SC_CLK_TCK")
ROWS = 20
WARM_UP_SECONDS = 0.5
SERVERS = ("constant", "bare", "shared", "hub")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--path", default="/vivere/announcements")
    said = parser.parse_args()
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVERS}
    for _ in range(said.rounds):
        for name in SERVERS:
            measured[name].append(cost(name, said.path, said.connections, said.seconds))
    report(measured)


def report(measured: dict[str, list[tuple[float, float]]]) -> None:
    costs = {name: statistics.median(cost for cost, _ in several) for name, several in measured.items()}
    rates = {name: statistics.median(rate for _, rate in several) for name, several in measured.items()}
    print(f"{'server':<12}{'us of CPU':>12}{'answers/s':>12}{'hub / it':>12}")
    for name in SERVERS:
        print(f"{name:<12}{costs[name]:>12.1f}{rates[name]:>12.0f}{costs['hub'] / costs[name]:>12.2f}")


def cost(name: str, path: str, connections: int, seconds: float) -> tuple[float, float]:
    """Microseconds of the server's CPU for one answer, and answers in a second."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(name, path, folder, theirs))
        server.start()
        port = ours.recv()
        ask(port, path, connections, WARM_UP_SECONDS)
        before = cpu_seconds(server.pid)
        answers = ask(port, path, connections, seconds)
        spent = cpu_seconds(server.pid) - before
        assert server.pid is not None
        os.kill(server.pid, signal.SIGTERM)
        server.join()
    return spent / answers * 1_000_000, answers / seconds


def cpu_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def ask(port: int, path: str, connections: int, seconds: float) -> int:
    """Ask the page on each connection as soon as it has answered; says how many answers came."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n".encode()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            asking = Asking(socket.create_connection(("127.0.0.1", port)), request)
            selector.register(asking.socket, selectors.EVENT_READ, asking)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for key, _ in selector.select(0.1):
                key.data.read_on()
        everybody = [key.data for key in selector.get_map().values()]
    for asking in everybody:
        asking.socket.close()
    return sum(asking.answers for asking in everybody)


class Asking:
    def __init__(self, connected: socket.socket, request: bytes) -> None:
        self.socket = connected
        self.answers = 0
        self._request = request
        self._received = b""
        connected.sendall(request)

    def read_on(self) -> None:
        self._received += self.socket.recv(1 << 18)
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            assert head.startswith(b"HTTP/1.1 200"), head
            self.answers += 1
            self._received = b""
            self.socket.sendall(self._request)


# -- the servers, each in a process of its own ------------------------------------------------------------------------


def serve(name: str, path: str, folder: str, told: Connection) -> None:
    given: dict[str, Any] = {"data_dir": Path(folder), "rate_limits": False, "secret_key": SECRET}
    settings = Settings(**given)
    # As an operator has it: every line is written, into a file.
    os.dup2(os.open(Path(folder) / "log", os.O_WRONLY | os.O_CREAT), 2)
    configure_logs("server")
    database.connect_to(settings.database_address)
    migrations.migrate()
    with db.connection_context():
        fill()
    listener = socket.create_server(("127.0.0.1", 0))
    told.send(listener.getsockname()[1])
    if name == "hub":
        asyncio.run(app.serve(settings, listener))
    else:
        asyncio.run(serve_bare(bare(name, path), listener))


def fill() -> None:
    noon = datetime(2026, 11, 21, 12)
    place = Location.create(name="The gym", rank=0)
    for number in range(ROWS):
        Announcement.create(message=f"Lunch number {number} is served in the gym, bring your own plates", time=noon)
        Event.create(
            short_description=f"Workshop {number}",
            long_description="How to build something in a weekend",
            location=place,
            start_time=noon,
            end_time=noon + timedelta(hours=1),
        )


def bare(name: str, path: str) -> web.Application:
    """The page alone, and the database threads that it is looked up in."""
    shared = {route.path: route.handler for route in ROUTES}[path.removeprefix("/vivere")]
    site = web.Application()
    site[SHARING] = Sharing()
    site.cleanup_ctx.append(_threads)
    site.router.add_get(path, {"constant": _constant, "bare": _bare(shared.__wrapped__), "shared": shared}[name])
    return site


async def _threads(site: web.Application) -> AsyncIterator[None]:
    perform.threads.open(database.threads(), at_end=database.disconnect)
    yield
    await perform.threads.close()


def _bare(page: Callable[[Query], Reading]) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return await perform.look_up(page(request.query).say)

    return handler


async def _constant(request: web.Request) -> web.Response:
    noon = "2026-11-21T12:00:00"
    message = "Lunch number 10 is served in the gym, bring your own plates"
    data = [{"id": "0" * 24, "message": message, "time": noon} for _ in range(ROWS)]
    return web.json_response({"data": data, "success": True})


async def serve_bare(site: web.Application, listener: socket.socket) -> None:
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await web.SockSite(runner, listener).start()
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    main()
