"""Latency: how long a message is on its way when messages come at a pace that every server holds."""

from __future__ import annotations

from bench.comparing import Column, Figures, Goal, Part, Trial, against
from bench.generator import load, only
from bench.servers import HUB, NODE, STOCK, started

SERVERS = {server.name: server for server in (STOCK, NODE, HUB)}
A_SECOND = 2
PACE_SECONDS = 20.0


def measure(name: str, trial: Trial) -> Figures:
    server = SERVERS[name]
    with started(server, trial.made) as running:
        phase = f"pace={A_SECOND},{trial.seconds(PACE_SECONDS):g}"
        [pace] = only(load(server, running, trial.made, phase, clients=trial.clients), "pace")
    return {
        "p50": pace["p50_ms"],
        "p99": pace["p99_ms"],
        "worst": pace["worst_ms"],
        "delivery": pace["delivery_us"],
        "others": pace["others_busy"] * 100,
    }


LATENCY = Part(
    "latency",
    "Latency",
    f"{A_SECOND} messages a second to everybody. Counted from the publisher's send to each client's receive.",
    list(SERVERS),
    measure,
    [
        Column("p50", "p50 ms", 1),
        Column("p99", "p99 ms", 1),
        Column("worst", "worst ms", 1),
        Column("delivery", "µs/delivery", 2),
        Column("others", "others busy %", 0),
    ],
    [
        Goal("p99, against stock", against("hub", "stock", "p99"), 1 / 8),
        Goal("p99, against Node", against("hub", "Node", "p99"), 0.6),
    ],
)
