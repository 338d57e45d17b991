"""How long it takes to count 200,000 members, and how long others wait meanwhile, on SQLite and on Postgres.

    .venv/bin/python -m bench.figures [--members 200000] [--runs 5] [--postgres postgresql://…]

A process of its own counts, as a worker does, while this one writes and reads, as a server does; its waits
without anybody counting are told to compare. Then a hub in this process serves what was stored to several
readers at once, while a task on its loop notes how late it is woken. Medians over the runs, and the worst.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import logging
import multiprocessing
import random
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bench.image_upload import SECRET, note_lags
from hub import app, clock, database, migrations
from hub.domain import figures, tallies
from hub.perform import run, run_reading
from hub.settings import Settings
from hub.wire import flux_figures
from models import Account, FiguresRow, Member, db

CHUNK = 2000
STATES = {"nsw": 2000, "vic": 3000, "qld": 4000, "sa": 5000, "wa": 6000, "tas": 7000, "nt": 800, "act": 2600}
GIVEN = {
    "fname": "Ada",
    "mnames": "Maria Josephine",
    "sname": "Byron",
    "name": "Ada Maria Josephine Byron",
    "address": "17; EXAMPLE STREET; SYDNEY (NSW); 2000; AU",
    "contact_number": "+61400000000",
    "onAECRoll": True,
    "referred_by": "",
    "member_comment": "I heard of this from a friend, and would like to know more. " * 3,
    "dob": "1990-02-01T12:00:00",
}
CALM_SECONDS = 2.0
PAUSE_SECONDS = 0.005
READERS = 20
Waits = dict[str, list[float]]


def main() -> None:
    said = arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for address in ["", *([said.postgres] if said.postgres else [])]:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), address or f"sqlite:///{folder}/bench.sqlite3", said.members, said.runs)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--members", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--postgres", help="an empty database to measure as well")
    return parser.parse_args()


def measure(folder: Path, address: str, members: int, runs: int) -> None:
    database.connect_to(address)
    migrations.migrate()
    began = time.perf_counter()
    fill(random.Random(7), members)
    print(f"\n{address.partition(':')[0]}: {members} members, made in {time.perf_counter() - began:.0f} s")
    calm, busy = Waits(write=[], read=[]), Waits(write=[], read=[])
    end = time.perf_counter() + CALM_SECONDS
    others(calm, until=lambda: time.perf_counter() > end)
    steps, peak = counted_meanwhile(address, runs, busy)
    report(steps, peak, calm, busy)
    asyncio.run(serve(folder, address, runs))
    database.disconnect()


def counted_meanwhile(address: str, runs: int, waits: Waits) -> tuple[list[dict[str, float]], int]:
    """What each step took in a process of its own, and the MiB by which that grew."""
    afresh = multiprocessing.get_context("spawn")
    ours, theirs = afresh.Pipe()
    worker = afresh.Process(target=count_when_told, args=(address, theirs))
    worker.start()
    steps = []
    for _ in range(runs):
        ours.send(True)
        others(waits, until=ours.poll)
        steps.append(ours.recv())
    ours.send(False)
    peak = ours.recv()
    worker.join()
    return steps, peak


def count_when_told(address: str, told: Connection) -> None:
    database.connect_to(address)
    before = peak_mib()
    while told.recv():
        told.send(count())
    told.send(peak_mib() - before)


def peak_mib() -> int:
    """The most memory that this process ever had. What `resource` tells begins with its parent's."""
    said = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
    return int(said.split()[0]) // 1024


def count() -> dict[str, float]:
    """What the sweep does, in seconds by step."""
    began, worked = time.perf_counter(), time.process_time()
    counted = run_reading(figures.count)
    read = time.perf_counter()
    texts = flux_figures.texts(counted)
    spelled = time.perf_counter()
    run(figures.store, texts, counted.counted_at)
    stored = time.perf_counter()
    steps = {"count": read - began, "spell": spelled - read, "store": stored - spelled, "in all": stored - began}
    # The same on a busy machine, where the process itself waits for its turn.
    return {**steps, "of which at work": time.process_time() - worked}


def others(waits: Waits, *, until: Callable[[], bool]) -> None:
    """A commit and a read every few milliseconds; how long each took."""
    works = {
        "write": partial(run, tallies.count, "others", 10**9, timedelta(days=1)),
        "read": partial(run_reading, Member.get_by_id, 1),
    }
    while not until():
        for name, work in works.items():
            waits[name].append(timed(work))
        time.sleep(PAUSE_SECONDS)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(steps: list[dict[str, float]], peak: int, calm: Waits, busy: Waits) -> None:
    print(f"{'counting':<34}{'median ms':>10}{'worst ms':>10}")
    for name in steps[0]:
        line(name, [step[name] for step in steps])
    print(f"{'MiB that the process grew by':<34}{peak:>10}")
    for name in calm:
        line(f"others' {name}, nobody counting", calm[name])
        line(f"others' {name}, while counting", busy[name])


def line(name: str, seconds: list[float]) -> None:
    print(f"{name:<34}{statistics.median(seconds) * 1000:>10.1f}{max(seconds) * 1000:>10.1f}", flush=True)


async def serve(folder: Path, address: str, runs: int) -> None:
    given: dict[str, Any] = {"data_dir": folder, "database_url": address, "rate_limits": False, "secret_key": SECRET}
    listener = socket.create_server(("127.0.0.1", 0))
    runner = app.runner_of(app.build(Settings(**given)), shutdown_seconds=0.2)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    port = listener.getsockname()[1]
    for path in ("getinfo", "public_stats"):
        took, size, lags = await fetched_at_once(port, path, runs)
        line(f"{path}, {size / 1024**2:.1f} MiB, {READERS} at once", took)
        line("  the loop's lag meanwhile", lags)
    run(lambda: FiguresRow.delete().execute())
    took, _, lags = await fetched_at_once(port, "getinfo", 1)
    line(f"never counted, {READERS} at once", took)
    line("  the loop's lag meanwhile", lags)
    await runner.cleanup()


async def fetched_at_once(port: int, path: str, runs: int) -> tuple[list[float], int, list[float]]:
    """What each reader waited, the bytes that one got, and the worst lag of each run."""
    took, lags, size = [], [], 0
    for _ in range(runs):
        noted = [0.0]
        noting = asyncio.create_task(note_lags(noted))
        fetched = await asyncio.gather(*(asyncio.to_thread(fetch, port, path) for _ in range(READERS)))
        noting.cancel()
        took += [seconds for seconds, _ in fetched]
        lags.append(max(noted))
        size = fetched[0][1]
    return took, size, lags


def fetch(port: int, path: str) -> tuple[float, int]:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", f"/flux/api/v0/{path}")
        size = len(connection.getresponse().read())
        return time.perf_counter() - began, size
    finally:
        connection.close()


def fill(chance: random.Random, count: int) -> None:
    for first in range(1, count + 1, CHUNK):
        run(add, chance, range(first, min(first + CHUNK, count + 1)))
    with db.connection_context() if db.is_closed() else db.atomic():
        db.execute_sql("ANALYZE")


def add(chance: random.Random, people: range) -> None:
    now = clock.now()
    Account.insert_many({"username": f"m{n}", "name": f"M {n}", "created_at": now} for n in people).execute()
    Member.insert_many(member(chance, n) for n in people).execute()


def member(chance: random.Random, number: int) -> dict[str, object]:
    state = chance.choice(list(STATES))
    is_valid, moment = chance.random() < 0.6, clock.now() - timedelta(seconds=chance.uniform(0, 10**8))
    return {
        "account": number,
        "given": json.dumps(GIVEN),
        "signed_up_at": moment,
        "needs_validating": not is_valid and chance.random() < 0.9,
        "details_valid": is_valid,
        "double_checked": is_valid and chance.random() < 0.5,
        "validated_at": moment if is_valid else None,
        "is_on_roll": chance.random() < 0.95,
        "is_volunteer": chance.random() < 0.1,
        "state": state,
        "postcode": f"{STATES[state] + chance.randrange(600):04d}",
        "birth_year": str(1930 + chance.randrange(75)),
    }


if __name__ == "__main__":
    main()
