"""Connections: what joining costs, what a joined client weighs, and what it costs when all leave at once."""

from __future__ import annotations

from bench.comparing import Column, Figures, Goal, Medians, Part, Trial, against, of
from bench.generator import Phase, load
from bench.servers import HUB, NODE, STOCK, WHOLE_HUB, Server, started

SERVERS = {server.name: server for server in (STOCK, NODE, HUB, WHOLE_HUB)}
FEW, STORM = 500, 5000
QUIET_SECONDS = 20


def measure(name: str, trial: Trial) -> Figures:
    server = SERVERS[name]
    joined, left = _there_and_away(server, trial, trial.clients)
    _, few_left = _there_and_away(server, trial, min(FEW, trial.clients))
    stormed, all_left = _there_and_away(server, trial, max(STORM, trial.clients), in_flight=STORM, anyhow=True)
    return {
        "connect": joined["connect_us"],
        "join_p99": joined["join_p99_ms"],
        "memory": joined["memory_kb_each"],
        "failed": stormed["failed"],
        "storm_seconds": stormed["seconds"],
        "storm_connect": stormed["connect_us"],
        "leave_few": few_left["leave_us"],
        "leave": left["leave_us"],
        "leave_storm": all_left["leave_us"],
        "others": max(phase["others_busy"] for phase in (joined, left, stormed)) * 100,
    }


def _there_and_away(server: Server, trial: Trial, clients: int, **more: int) -> list[Phase]:
    with started(server, trial.made) as running:
        return load(server, running, trial.made, f"bye={QUIET_SECONDS}", clients=clients, **more)


def _grows(medians: Medians) -> float:
    return medians["hub"]["leave_storm"] / medians["hub"]["leave_few"]


CONNECTIONS = Part(
    "connections",
    "Connections",
    "Everybody brings a signed token of their own, which is checked, and joins; only `hub` knows nobody and lets "
    "them in as strangers. 64 are on their way at once, and in "
    f"the storm all {STORM}. Memory is what the resident set has grown by a second and a half later. `whole hub` is "
    "`hub serve` with SQLite and Valkey, accounts in the database and the namespace `/mentor`.",
    list(SERVERS),
    measure,
    [
        Column("connect", "µs/connect", 0),
        Column("join_p99", "p99 ms to join", 0),
        Column("memory", "KB a client", 1),
        Column("storm_connect", "storm: µs/connect", 0),
        Column("storm_seconds", "seconds", 1),
        Column("failed", "failed", 0),
        Column("leave_few", f"µs/leave, {FEW}", 0),
        Column("leave", "all", 0),
        Column("leave_storm", f"{STORM}", 0),
        Column("others", "others busy %", 0),
    ],
    [
        Goal("KB for each joined client, whole hub", of("whole hub", "memory"), 10),
        Goal("CPU per connect, whole hub against stock", against("whole hub", "stock", "connect"), 0.5),
        Goal("CPU per connect of a stranger, hub against stock", against("hub", "stock", "connect"), 0.5),
        Goal("failed in the storm, whole hub", of("whole hub", "failed"), 0),
        Goal("failed in the storm, hub", of("hub", "failed"), 0),
        Goal(f"CPU per leave, {STORM} at once against {FEW}", _grows, 1.3),
    ],
)
