"""A hot public JSON route, against the same document on stock aiohttp."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from bench import workplace
from bench.comparing import Column, Figures, Goal, Part, Trial, against
from bench.generator import asking
from bench.servers import WHOLE_HUB, Running, started, started_as

PATH = "/vivere/announcements"
ASKING_SECONDS = 5.0
STOCK_AIOHTTP, HUB = "stock aiohttp", WHOLE_HUB.name


def measure(name: str, trial: Trial) -> Figures:
    with _serving(name, trial) as running:
        asked = asking(running, PATH, seconds=trial.seconds(ASKING_SECONDS))
    return {
        "request": asked["request_us"],
        "requests_s": asked["requests_s"],
        "p99": asked["p99_ms"],
        "refused": asked["refused"],
        "others": asked["others_busy"] * 100,
    }


@contextmanager
def _serving(name: str, trial: Trial) -> Iterator[Running]:
    with started(WHOLE_HUB, trial.made) as hub:
        if name == HUB:
            yield hub
            return
        document = trial.made / "document.json"
        with urllib.request.urlopen(f"http://127.0.0.1:{hub.port}{PATH}") as reply:
            document.write_bytes(reply.read())
    script = workplace.PEERS / "aiohttp_route.py"
    with started_as(name, lambda port: [workplace.PYTHON, script, str(port), document]) as stock:
        yield stock


ROUTE = Part(
    "route",
    "A hot JSON route",
    f"`GET {PATH}` on 64 kept-alive connections, each asking again as soon as it is answered. Stock aiohttp says the "
    "same document from memory, without a database, middleware or log.",
    [STOCK_AIOHTTP, HUB],
    measure,
    [
        Column("request", "µs/request", 1),
        Column("requests_s", "requests/s", 0),
        Column("p99", "p99 ms", 1),
        Column("refused", "not 200", 0),
        Column("others", "others busy %", 0),
    ],
    [Goal("CPU per request, against stock aiohttp", against(HUB, STOCK_AIOHTTP, "request"), 0.7)],
)
