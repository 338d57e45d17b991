"""REST beside fan-out: a whole hub answers while people ask for mentors twice a second and everybody hears of it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat

from bench import people
from bench.comparing import Column, Figures, Goal, Part, Trial, of
from bench.generator import Spoilt, read, started_load
from bench.servers import WHOLE_HUB, started

FAN_OUT_SECONDS = 20.0
EMPTY, BESIDE = "nobody joined", "beside fan-out"
TICKET = json.dumps({"description": "It does not build", "location": "Table 12", "contact": ""}).encode()
Milliseconds = list[float]


@dataclass(frozen=True)
class Call:
    """What somebody asks for again and again, on a connection of its own each time."""

    method: str
    path: str
    a_second: int
    body: bytes | None = None

    def once(self, port: int, token: str) -> float:
        """How many milliseconds the answer took."""
        headers = {"X-MenloHacks-Authorization": token, "Content-Type": "application/json"}
        began = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request(self.method, self.path, self.body, headers)
            reply = connection.getresponse()
            said = reply.read()
        if reply.status >= 300:
            raise Spoilt(f"{self.method} {self.path}: {reply.status} {said[:200]!r}")
        return (time.perf_counter() - began) * 1000


CALLS = {
    "public": Call("GET", "/vivere/announcements", a_second=20),
    "own": Call("GET", "/vivere/mentorship/user/queue", a_second=20),
    "write": Call("POST", "/vivere/mentorship/create", a_second=2, body=TICKET),
}


def measure(name: str, trial: Trial) -> Figures:
    seconds = trial.seconds(FAN_OUT_SECONDS)
    with started(WHOLE_HUB, trial.made) as running:
        clients = trial.clients if name == BESIDE else 1
        generator = started_load(WHOLE_HUB, running, trial.made, f"listen={seconds:g}", clients=clients, hear="save")
        # The first line is printed when everybody has joined.
        assert generator.stdout is not None
        generator.stdout.readline()
        took = asked_meanwhile(running.port, trial, seconds)
        [listened] = read(generator)
    return {
        **{key: p95(times) for key, times in took.items()},
        "heard": listened["heard"] / clients,
        "server": listened["server_busy"] * 100,
        "others": listened["others_busy"] * 100,
    }


def asked_meanwhile(port: int, trial: Trial, seconds: float) -> dict[str, Milliseconds]:
    tokens = (trial.made / people.TOKENS).read_text().split()
    callers = {"public": repeat(tokens[0]), "own": repeat(tokens[1]), "write": tokens[2:]}
    with ThreadPoolExecutor(len(CALLS)) as threads:
        asked = {key: threads.submit(ask_at, call, port, callers[key], seconds) for key, call in CALLS.items()}
        return {key: times.result() for key, times in asked.items()}


def ask_at(call: Call, port: int, tokens: Iterable[str], seconds: float) -> Milliseconds:
    """A late answer delays the calls after it, which are then made at once."""
    began, took = time.perf_counter(), []
    for number, token in zip(range(int(call.a_second * seconds)), tokens, strict=False):
        time.sleep(max(0.0, began + number / call.a_second - time.perf_counter()))
        took.append(call.once(port, token))
    return took


def p95(took: Milliseconds) -> float:
    return sorted(took)[int(len(took) * 0.95)]


REST = Part(
    "rest",
    "REST beside fan-out",
    "The whole hub with everybody joined at `/mentor`: tickets are opened twice a second, and each is stored and told "
    "to all, with the places in the queue after it. Beside that somebody reads the announcements, and somebody their "
    "own tickets, each twenty times a second on new connections; times are the caller's.",
    [EMPTY, BESIDE],
    measure,
    [
        Column("public", "p95 ms, public read", 1),
        Column("own", "p95 ms, own tickets", 1),
        Column("write", "p95 ms, write", 1),
        Column("heard", "heard by each", 0),
        Column("server", "server busy %", 0),
        Column("others", "others busy %", 0),
    ],
    [
        Goal("p95 ms of a public read", of(BESIDE, "public"), 100),
        Goal("p95 ms of a person's own tickets", of(BESIDE, "own"), 100),
        Goal("p95 ms of a write", of(BESIDE, "write"), 100),
    ],
)
