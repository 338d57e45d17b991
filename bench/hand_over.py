"""Hands jobs to Celery from a loop, by the hub's HandOver or by Celery's own `.delay()`, and says what that cost.

    python -m bench.hand_over
    python -m bench.hand_over (hub | delay) REDIS_ADDRESS COUNT

The first compares both on a Valkey of its own, in turns, and prints medians and their ratio. The second is one of its
turns, in a process of its own, so that its CPU time is the hand-over's alone. It prints one JSON object: CPU for each
job, how long each call kept the loop, how late others on the loop were woken, and whether all the jobs arrived.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import redis
from celery import Celery

from bench.image_upload import note_lags
from bench.servers import valkey
from hub import broker
from hub.courier import HandOver

A_TURN = 20
"""Jobs that one turn of the loop makes, as a busy server does."""
WARM_UP = 200
LONGEST_SECONDS = 60
RUNS = 3
COUNTS = {"delay": 1_000, "hub": 10_000}
Send = Callable[[int], object]


def main() -> None:
    """What both cost, in turns, and how many times as much the one costs."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, valkey(Path(folder) / "valkey"):
        runs = [{kind: _cpu_us(kind, folder) for kind in COUNTS} for _ in range(RUNS)]
    delay, hub = (statistics.median(run[kind] for run in runs) for kind in COUNTS)
    print(f".delay() {delay:.1f} us CPU a job, the hub's hand-over {hub:.1f} us: 1/{delay / hub:.0f}")


def _cpu_us(kind: str, folder: str) -> float:
    words = [kind, f"unix://{folder}/valkey?db=0", str(COUNTS[kind])]
    ran = subprocess.run([sys.executable, "-m", "bench.hand_over", *words], check=True, stdout=subprocess.PIPE)
    return json.loads(ran.stdout)["cpu_us"]


def one_turn(kind: str, address: str, count: int) -> None:
    with closing(redis.from_url(address)) as queues:
        send = by_the_hub(address) if kind == "hub" else by_delay(address)
        asyncio.run(hand_over(send, WARM_UP))
        wait_for(queues, WARM_UP)
        began = time.process_time()
        blocked, lags = asyncio.run(hand_over(send, count))
        arrived = wait_for(queues, count)
        cpu = time.process_time() - began
    said = {"cpu_us": cpu / count * 1e6, "blocked_us": blocked / count * 1e6, "lag_ms": max(lags) * 1e3}
    print(json.dumps({**said, "lost": count - arrived}))


def by_the_hub(address: str) -> Send:
    hand_over = HandOver(broker.client(address))

    def send(job_id: int) -> None:
        while not hand_over.room():
            time.sleep(0.001)
        hand_over.send([job_id], within=LONGEST_SECONDS)

    return send


def by_delay(address: str) -> Send:
    celery = Celery("bench", broker=broker.broker_address(address))
    celery.config_from_object("celeryconfig")

    @celery.task(name=broker.JOB_TASK)
    def job(job_id: int) -> None:
        """Nobody works here: it is only handed over."""

    return job.delay


async def hand_over(send: Send, count: int) -> tuple[float, list[float]]:
    """The seconds that the calls took in all, and how late somebody else was woken meanwhile."""
    lags, blocked = [0.0], 0.0
    noting = asyncio.create_task(note_lags(lags))
    for first in range(0, count, A_TURN):
        began = time.perf_counter()
        for job_id in range(first, first + A_TURN):
            send(job_id)
        blocked += time.perf_counter() - began
        await asyncio.sleep(0)
    noting.cancel()
    with suppress(asyncio.CancelledError):
        await noting
    return blocked, lags


def wait_for(valkey: redis.Redis, count: int) -> int:
    """How many arrived; they are taken away, and the queue is as empty as before."""
    deadline = time.monotonic() + LONGEST_SECONDS
    queue = "hub:hub"
    while (arrived := valkey.llen(queue)) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    valkey.delete(queue)
    return arrived


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_turn(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
