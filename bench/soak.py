"""`./run bench soak`: the whole hub while people come and go for a long time. Does anything grow?

    ./run bench soak [--minutes 10] [--clients 2000] [--churn 200] [--server hub]

Each second so many leave and others come in their place, with tokens of their own; beside it somebody keeps opening
mentor tickets, which everybody hears. Memory, descriptors, threads and tasks of the server are looked at every few
seconds. Each is flat when its median in the last quarter of the time is no more than a little above that in the second;
the first belongs to warming up.
"""

from __future__ import annotations

import argparse
import re
import shlex
import statistics
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import pages, people, workplace
from bench.generator import Phase, load, only
from bench.parts.rest import CALLS
from bench.parts.slow import resident_kb
from bench.servers import HUB, WHOLE_HUB, Running, Server, started

LOOK_EVERY = 5.0
TICKET_EVERY = 10.0
MAY_GROW = {"memory": 1.05, "descriptors": 1.05, "threads": 1.0, "tasks": 1.05}
TITLES = {"memory": "memory, MiB", "descriptors": "descriptors", "threads": "threads", "tasks": "tasks"}
ROWS = 12
SERVERS = {server.name: server for server in (HUB, WHOLE_HUB)}


@dataclass(frozen=True)
class Look:
    minute: float
    seen: dict[str, float]


def main(words: Sequence[str], place_with_people) -> None:
    said = arguments(words)
    workplace.prepare()
    with place_with_people(said.clients) as made, started(SERVERS[said.server], made) as running:
        looks, churned = soak(SERVERS[said.server], running, made, said)
    text = report(looks, churned, "./run bench soak " + shlex.join(words))
    print(text)
    if said.minutes >= 10 or said.write:
        pages.write("soak", text)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--churn", type=int, default=200, help="who leave and who come, a second")
    parser.add_argument("--server", choices=SERVERS, default=WHOLE_HUB.name)
    parser.add_argument("--write", action="store_true", help="write to docs/benchmarks.md whatever the length")
    return parser.parse_args(words)


def soak(server: Server, running: Running, made: Path, said: argparse.Namespace) -> tuple[list[Look], Phase]:
    looks: list[Look] = []
    over = threading.Event()
    beside = [threading.Thread(target=look_again_and_again, args=(running, looks, over))]
    if server is WHOLE_HUB:
        beside.append(threading.Thread(target=open_tickets, args=(running.port, made, over)))
    for thread in beside:
        thread.start()
    try:
        phase = f"churn={said.churn},{said.minutes * 60:g}"
        [churned] = only(load(server, running, made, phase, clients=said.clients), "churn")
    finally:
        over.set()
        for thread in beside:
            thread.join()
    return looks, churned


def look_again_and_again(running: Running, looks: list[Look], over: threading.Event) -> None:
    began = time.monotonic()
    while not over.wait(LOOK_EVERY):
        looks.append(Look((time.monotonic() - began) / 60, look(running)))


def look(running: Running) -> dict[str, float]:
    folders = [Path(f"/proc/{pid}") for pid in running.process_ids]
    seen = {
        "memory": resident_kb(running) / 1024,
        "descriptors": sum(len(list((folder / "fd").iterdir())) for folder in folders),
        "threads": sum(len(list((folder / "task").iterdir())) for folder in folders),
    }
    return {**seen, **tasks_of(running.port)}


def tasks_of(port: int) -> dict[str, float]:
    """What the server says of its tasks itself, if it does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
            found = re.search(r"^hub_tasks(?:\{.*\})? ([\d.e+]+)$", reply.read().decode(), re.MULTILINE)
    except OSError:
        return {}
    return {"tasks": float(found[1])} if found else {}


def open_tickets(port: int, made: Path, over: threading.Event) -> None:
    tokens = iter((made / people.TOKENS).read_text().split())
    while not over.wait(TICKET_EVERY):
        CALLS["write"].once(port, next(tokens))


def report(looks: list[Look], churned: Phase, command: str) -> str:
    lines = [
        f"Measured by `{command.strip()}`: {churned['moves']:,} people left and as many came, {churned['failed']} of "
        f"them in vain. The server spent {churned['move_us']:.0f} µs of CPU for each, all else included.",
        "",
        *pages.as_table(rows_of(looks)),
        "",
        *pages.as_table(
            [["", "second quarter", "last quarter", "flat"], *(judged(key, looks) for key in kinds(looks))]
        ),
    ]
    return "\n".join(lines)


def kinds(looks: list[Look]) -> list[str]:
    return [key for key in TITLES if all(key in look.seen for look in looks)]


def rows_of(looks: list[Look]) -> list[list[str]]:
    shown = looks[:: max(1, len(looks) // ROWS)]
    head = ["minute", *(TITLES[key] for key in kinds(looks))]
    return [head, *([f"{look.minute:.1f}", *(f"{look.seen[key]:,.0f}" for key in kinds(looks))] for look in shown)]


def judged(key: str, looks: list[Look]) -> list[str]:
    quarter = max(1, len(looks) // 4)
    before, after = (
        statistics.median(look.seen[key] for look in part) for part in (looks[quarter : 2 * quarter], looks[-quarter:])
    )
    return [TITLES[key], f"{before:,.1f}", f"{after:,.1f}", "yes" if after <= before * MAY_GROW[key] else "**no**"]
