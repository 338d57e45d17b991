"""Round trips: an idle client's ping, and an event that is acknowledged."""

from __future__ import annotations

from bench.comparing import Column, Figures, Goal, Part, Trial, against
from bench.generator import load, only
from bench.servers import HUB, NODE, STOCK, started

SERVERS = {server.name: server for server in (STOCK, NODE, HUB)}
OFTEN_SECONDS = 5
IDLE_SECONDS = 20.0
ACK_SECONDS = 5.0


def measure_pings(name: str, trial: Trial) -> Figures:
    server = SERVERS[name]
    with started(server, trial.made, ping_seconds=OFTEN_SECONDS) as running:
        said = load(server, running, trial.made, f"idle={trial.seconds(IDLE_SECONDS):g}", clients=trial.clients)
    [idle] = only(said, "idle")
    return {
        "ping": idle["ping_us"],
        "pings": idle["pings"],
        "busy": idle["server_busy"] * 100,
        "others": idle["others_busy"] * 100,
    }


def measure_acks(name: str, trial: Trial) -> Figures:
    server = SERVERS[name]
    with started(server, trial.made) as running:
        said = load(server, running, trial.made, f"acks={trial.seconds(ACK_SECONDS):g}", clients=trial.clients)
    [acks] = only(said, "acks")
    return {
        "ack": acks["ack_us"],
        "acks_s": acks["acks_s"],
        "p50": acks["p50_ms"],
        "p99": acks["p99_ms"],
        "others": acks["others_busy"] * 100,
    }


PINGS = Part(
    "idle",
    "Idle clients",
    f"Nobody says anything; each client is pinged every {OFTEN_SECONDS} s and answers. All that the server does "
    "in that time counts as the pings' cost.",
    list(SERVERS),
    measure_pings,
    [
        Column("ping", "µs/ping", 1),
        Column("pings", "pings", 0),
        Column("busy", "server busy %", 1),
        Column("others", "others busy %", 0),
    ],
    [Goal("CPU per ping and pong, against stock", against("hub", "stock", "ping"), 1 / 10)],
)

ACKS = Part(
    "acks",
    "Acknowledged events",
    "A hundred of the clients each send about 200 bytes, are sent them back in the acknowledgement, and send the next.",
    list(SERVERS),
    measure_acks,
    [
        Column("ack", "µs/round trip", 1),
        Column("acks_s", "round trips/s", 0),
        Column("p50", "p50 ms", 1),
        Column("p99", "p99 ms", 1),
        Column("others", "others busy %", 0),
    ],
    [Goal("CPU per acknowledged round trip, against stock", against("hub", "stock", "ack"), 1 / 5)],
)
