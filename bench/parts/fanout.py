"""Fan-out: what one message to one of many members of a room costs the server."""

from __future__ import annotations

from functools import partial

from bench.comparing import Column, Figures, Goal, Part, Trial, against
from bench.generator import Phase, load, only
from bench.servers import HUB, HUB_KEPT, NODE, STOCK, Server, started

SERVERS = {server.name: server for server in (STOCK, NODE, HUB, HUB_KEPT)}
FAN_OUT_SECONDS = 5.0


def measure(name: str, trial: Trial, *, deflate: bool) -> Figures:
    server = SERVERS[name]
    joined, one, sixteen = _phases(server, trial, deflate)
    return {
        "w1": one["delivery_us"],
        "w1_s": one["deliveries_s"],
        "w16": sixteen["delivery_us"],
        "w16_s": sixteen["deliveries_s"],
        "memory": joined["memory_kb_each"],
        "generator": one["generator_busy"] * 100,
        "others": max(one["others_busy"], sixteen["others_busy"]) * 100,
    }


def _phases(server: Server, trial: Trial, deflate: bool) -> list[Phase]:
    phases = [f"fanout={outstanding},{trial.seconds(FAN_OUT_SECONDS):g}" for outstanding in (1, 16)]
    with started(server, trial.made) as running:
        offers = {"deflate": True} if deflate else {}
        said = load(server, running, trial.made, *phases, clients=trial.clients, **offers)
    return only(said, "join") + only(said, "fanout")


COLUMNS = [
    Column("w1", "one outstanding: µs/delivery", 2),
    Column("w1_s", "deliveries/s", 0),
    Column("w16", "16 outstanding: µs/delivery", 2),
    Column("w16_s", "deliveries/s", 0),
    Column("generator", "generator busy %", 0),
    Column("others", "others busy %", 0),
]

FANOUT = Part(
    "fanout",
    "Fan-out",
    "Everybody is in one room, one of them publishes about 200 bytes of JSON. The next message is published as soon as "
    "everybody has the one before (one outstanding), or so that sixteen are on their way. `hub, kept` is the same with "
    "every message stored in the journal first (`pub_kept`).",
    list(SERVERS),
    partial(measure, deflate=False),
    COLUMNS,
    [
        Goal("one outstanding, against stock", against("hub", "stock", "w1"), 1 / 12),
        Goal("one outstanding, against Node", against("hub", "Node", "w1"), 0.6),
        Goal("16 outstanding, against stock", against("hub", "stock", "w16"), 1 / 100),
        Goal("16 outstanding, against Node", against("hub", "Node", "w16"), 1 / 20),
    ],
)

DEFLATE = Part(
    "deflate",
    "Clients that offer compression",
    "The same, but each client offers permessage-deflate, as every browser does.",
    [STOCK.name, NODE.name, HUB.name],
    partial(measure, deflate=True),
    [*COLUMNS[:-2], Column("memory", "KB a client", 1), *COLUMNS[-2:]],
    [Goal("one outstanding, against stock", against("hub", "stock", "w1"), 1 / 15)],
)
