"""`./run bench`: the hub beside stock python-socketio and Node's socket.io, one after the other on the same core.

./run bench                                     everything, three rounds, written to docs/benchmarks.md
./run bench --only fanout --only acks           some parts
./run bench --rounds 1 --clients 500 --quick    a first look: nothing is written
./run bench soak --minutes 10                   churn for a long time; see bench/soak.py
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import cores, pages, people, soak, workplace
from bench.comparing import Figures, Part, Trial, medians_of
from bench.generator import Spoilt
from bench.parts.connections import CONNECTIONS, STORM
from bench.parts.fanout import DEFLATE, FANOUT
from bench.parts.jobs import JOBS
from bench.parts.latency import LATENCY
from bench.parts.rest import REST
from bench.parts.round_trips import ACKS, PINGS
from bench.parts.route import ROUTE
from bench.parts.slow import SLOW_CONSUMERS
from bench.servers import DoesNotStart

ALL = [FANOUT, DEFLATE, CONNECTIONS, PINGS, ACKS, LATENCY, REST, ROUTE, JOBS, SLOW_CONSUMERS]
PARTS = {part.name: part for part in ALL}
QUICKLY = 0.3
CLIENTS, ROUNDS = 2000, 3


def main(words: Sequence[str]) -> None:
    if words[:1] == ["soak"]:
        soak.main(words[1:], place_with_people)
    else:
        compare(words)


def compare(words: Sequence[str]) -> None:
    said = arguments(words)
    workplace.prepare()
    with place_with_people(said.clients) as made:
        trial = Trial(made, said.clients, said.rounds, QUICKLY if said.quick else 1.0)
        for name in said.only or PARTS:
            tell(PARTS[name], trial, said, "./run bench " + shlex.join(words))
    if said.is_written:
        pages.write("place", pages.place())


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; may be said again")
    parser.add_argument("--servers", default="", help="only those whose name matches")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help="short phases, and nothing is written")
    parser.add_argument("--write", action="store_true", help="write to docs/benchmarks.md whatever the size")
    said = parser.parse_args(words)
    is_whole = said.clients >= CLIENTS and said.rounds >= ROUNDS and not said.quick and not said.servers
    said.is_written = said.write or is_whole
    return said


@contextmanager
def place_with_people(clients: int) -> Iterator[Path]:
    cores.make_room()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        people.make(Path(folder), max(clients, STORM))
        yield Path(folder)


def tell(part: Part, trial: Trial, said: argparse.Namespace, command: str) -> None:
    shown = run(part, [server for server in part.servers if re.search(said.servers, server)], trial)
    text = pages.section(part, medians_of(shown), trial.rounds, command.strip())
    print(f"\n## {part.title}\n\n{text}\n", flush=True)
    if said.is_written:
        pages.write(part.name, text)


def run(part: Part, servers: Sequence[str], trial: Trial) -> dict[str, list[Figures]]:
    """Round by round, so that whatever else the machine does meets all of them alike."""
    shown: dict[str, list[Figures]] = {server: [] for server in servers}
    for number in range(trial.rounds):
        for server in servers:
            print(
                f"bench: {part.name}, round {number + 1} of {trial.rounds}, {server} ...", file=sys.stderr, flush=True
            )
            try:
                shown[server].append(part.measure(server, trial))
            except (Spoilt, DoesNotStart) as wrong:
                print(f"bench: {part.name}, {server}: left out, for {wrong}", file=sys.stderr, flush=True)
    return shown


if __name__ == "__main__":
    main(sys.argv[1:])
