"""Runs the load generators and reads what they print: for each phase one JSON object in a line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bench import people, workplace
from bench.servers import Running, Server

Phase = dict[str, Any]

LONGEST_SECONDS = 1200


class Spoilt(Exception):
    """A run that is worth nothing: clients were refused or cut off, or messages got lost."""


def load(server: Server, running: Running, made: Path, *phases: str, clients: int, **more: Any) -> list[Phase]:
    """What the phases cost, joining first. `more` are further options of the generator, with `_` for `-`."""
    return read(started_load(server, running, made, *phases, clients=clients, **more))


def started_load(
    server: Server, running: Running, made: Path, *phases: str, clients: int, **more: Any
) -> subprocess.Popen[str]:
    options = {
        "port": running.port,
        "watch": running.watched,
        "clients": clients,
        "namespace": server.namespace,
        "say": server.said,
        **({"tokens": made / people.TOKENS} if server.knows_people else {}),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return started([str(workplace.LOAD), *(_option(name, value) for name, value in options.items()), *phases])


def _option(name: str, value: Any) -> str:
    return f"--{name}" if value is True else f"--{name}={value}"


def asking(running: Running, path: str, *, seconds: float) -> Phase:
    """GET on kept-alive connections."""
    words = [f"--port={running.port}", f"--watch={running.watched}", f"--seconds={seconds:g}", path]
    return read(started([str(workplace.ASKING), *words]))[0]


def started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read(generator: subprocess.Popen[str]) -> list[Phase]:
    printed, complaints = generator.communicate(timeout=LONGEST_SECONDS)
    phases = [json.loads(line) for line in printed.splitlines()]
    if generator.returncode:
        raise Spoilt(complaints.strip() or f"the generator ended with {generator.returncode}: {printed}")
    for phase in phases:
        if phase.get("lost_clients") or phase.get("complete") is False:
            raise Spoilt(f"clients or messages were lost: {phase}")
    return phases


def only(phases: list[Phase], name: str) -> list[Phase]:
    return [phase for phase in phases if phase["phase"] == name]
