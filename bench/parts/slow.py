"""Slow consumers: what clients that do not keep up cost the server, when they are cut, and what the others notice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import people
from bench.comparing import Column, Figures, Goal, Medians, Part, Trial, of
from bench.generator import load, only
from bench.servers import HUB, HUB_KEPT, STOCK, Running, started
from bench.slow_readers import HABITS, SlowReader, never_reads, slow_readers

SERVERS = {server.name: server for server in (STOCK, HUB, HUB_KEPT)}
NOBODY = "nobody is slow"
OTHERS, SLOW = 100, 10
A_SECOND, SIZE = 20, 50_000
"""A megabyte a second for each client."""
PACE_SECONDS = 20
LOOK_SECONDS = 0.1
KINDS = {f"{server}: {habit}": (server, habit) for server in SERVERS for habit in (NOBODY, *HABITS)}


def measure(name: str, trial: Trial) -> Figures:
    server, habit = SERVERS[KINDS[name][0]], KINDS[name][1]
    tokens = [] if habit == NOBODY else (trial.made / people.TOKENS).read_text().split()[-SLOW:]
    phase = f"pace={A_SECOND},{PACE_SECONDS}"
    with (
        started(server, trial.made) as running,
        peak_memory(running) as peak,
        slow_readers(running.port, server.namespace, tokens, HABITS.get(habit, never_reads)) as readers,
    ):
        [pace] = only(load(server, running, trial.made, phase, clients=OTHERS, size=SIZE), "pace")
    return {
        "p99": pace["p99_ms"],
        **until_cut(readers),
        "peak": max(peak) / 1024,
        "others": pace["others_busy"] * 100,
    }


def until_cut(readers: list[SlowReader]) -> Figures:
    """The longest that one of them stayed; whoever was still there in the end counts with all that time."""
    if not readers:
        return {}
    stayed = [reader.seconds_until_cut or PACE_SECONDS for reader in readers]
    return {"cut": max(stayed), "left": sum(reader.cut_at is None for reader in readers)}


@contextmanager
def peak_memory(running: Running) -> Iterator[list[int]]:
    """What the server's resident set was at different times until the end of the block, in KB."""
    over, seen = threading.Event(), [resident_kb(running)]

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            seen.append(resident_kb(running))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def resident_kb(running: Running) -> int:
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 for pid in running.process_ids)


def _each_costs(server: str, habit: str):
    def mib(medians: Medians) -> float:
        return (medians[f"{server}: {habit}"]["peak"] - medians[f"{server}: {NOBODY}"]["peak"]) / SLOW

    return mib


def _others_wait(server: str, habit: str):
    return lambda medians: medians[f"{server}: {habit}"]["p99"] / medians[f"{server}: {NOBODY}"]["p99"]


def _goals(server: str, habit: str) -> list[Goal]:
    kind = f"{server}: {habit}"
    return [
        Goal(f"{kind}: MiB each", _each_costs(server, habit), 2),
        Goal(f"{kind}: seconds until the last is cut", of(kind, "cut"), 15),
        Goal(f"{kind}: the others' p99, with against without", _others_wait(server, habit), 1.25),
    ]


SLOW_CONSUMERS = Part(
    "slow",
    "Slow consumers",
    f"{OTHERS} clients that read and {SLOW} that do not hear {A_SECOND} messages of {SIZE // 1000} KB a second. They "
    "count as cut when the server has closed its end. What they are told must arrive: by `hub` as it is, by "
    "`hub, kept` stored in the journal first.",
    list(KINDS),
    measure,
    [
        Column("p99", "others' p99 ms", 1),
        Column("peak", "server's peak, MiB", 1),
        Column("cut", "s until the last is cut", 1),
        Column("left", f"never cut, of {SLOW}", 0),
        Column("others", "others busy %", 0),
    ],
    [goal for server in ("hub", "hub, kept") for habit in HABITS for goal in _goals(server, habit)],
)
