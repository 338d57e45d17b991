"""How many messages a hub takes and tells: pairs of people write to each other over sockets, each message acknowledged.

    .venv/bin/python -m bench.messages [--pairs 20] [--seconds 10] [--runs 3] [--url http://…]

Without `--url` it starts a whole hub of its own (`hub up`: server, worker, Valkey, SQLite) in a temporary folder, so
server and clients share this machine. Said are medians over the runs: messages acknowledged (that is: stored for good)
and heard by their recipients in a second, and the time from `send` to its acknowledgement and to the other's ear.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import socketio

PASSWORD_MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"
WARM_UP_SECONDS = 1.0


@dataclass
class Seen:
    """What one run saw: milliseconds from `send` to the acknowledgement, and to the recipient's ear."""

    acknowledged: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)


@dataclass
class Pair:
    sender: socketio.AsyncClient
    recipient: socketio.AsyncClient
    recipient_id: int
    sent_at: dict[str, float] = field(default_factory=dict)


def main() -> None:
    said = arguments()
    with hub_at(said.url) as url:
        asyncio.run(measure(url, said.pairs, said.seconds, said.runs))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--url", help="a hub that runs already")
    return parser.parse_args()


@contextmanager
def hub_at(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HUB_DATA_DIR": folder, "HUB_PORT": "0", "HUB_RATE_LIMITS": "off"}
        command = [sys.executable, "-m", "hub", "up"]
        hub = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            yield address_in(hub)
        finally:
            hub.terminate()
            hub.communicate(timeout=20)


def address_in(hub: subprocess.Popen[str]) -> str:
    for line in hub.stdout or ():
        if found := re.search(r"(http://\S+)/healthz", line):
            return found[1]
    raise SystemExit("the hub did not start")


async def measure(url: str, pairs: int, seconds: float, runs: int) -> None:
    async with people(url, pairs) as couples:
        await run(couples, WARM_UP_SECONDS)
        seen = [await run(couples, seconds) for _ in range(runs)]
    print(f"{pairs} pairs, {runs} runs of {seconds:g} s")
    print(f"acknowledged per second  {median(len(one.acknowledged) / seconds for one in seen):8.0f}")
    print(f"heard per second         {median(len(one.heard) / seconds for one in seen):8.0f}")
    for name in ("acknowledged", "heard"):
        times = [sorted(getattr(one, name)) for one in seen]
        p50, p99 = (median(at(part, share) for part in times) for share in (0.5, 0.99))
        print(f"until {name:<12}       p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")


def median(figures: Any) -> float:
    return statistics.median(figures)


def at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@asynccontextmanager
async def people(url: str, pairs: int) -> AsyncIterator[list[Pair]]:
    async with aiohttp.ClientSession(url) as http:
        couples = [await pair(http, url, number) for number in range(pairs)]
    try:
        yield couples
    finally:
        for couple in couples:
            await couple.sender.disconnect()
            await couple.recipient.disconnect()


async def pair(http: aiohttp.ClientSession, url: str, number: int) -> Pair:
    (_, sender), (recipient_id, recipient) = [await member(http, f"{name}-{number}") for name in ("ann", "tom")]
    return Pair(await connected(url, sender), await connected(url, recipient), recipient_id)


async def member(http: aiohttp.ClientSession, name: str) -> tuple[int, str]:
    email = f"{name}-{time.time_ns()}@example.org"
    body = {"email": email, "passwordHash": PASSWORD_MD5, "firstname": name, "lastname": "Lee"}
    async with http.post("/halp/register", json=body) as reply:
        said = await reply.json()
    return said["profile"]["userId"], said["sessionId"]


async def connected(url: str, session_id: str) -> socketio.AsyncClient:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(url, namespaces=["/messages"], transports=["websocket"], auth={"token": session_id})
    return client


async def run(couples: list[Pair], seconds: float) -> Seen:
    seen = Seen()
    for couple in couples:
        couple.recipient.on("message", hears(couple, seen), namespace="/messages")
    until = time.perf_counter() + seconds
    await asyncio.gather(*(write(couple, seen, until) for couple in couples))
    # What was acknowledged last is still on its way to the other's ear.
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while len(seen.heard) < len(seen.acknowledged):
                await asyncio.sleep(0.01)
    return seen


def hears(couple: Pair, seen: Seen) -> Any:
    async def hear(message: dict[str, Any]) -> None:
        began = couple.sent_at.pop(message["body"], None)
        if began is not None:
            seen.heard.append((time.perf_counter() - began) * 1000)

    return hear


async def write(couple: Pair, seen: Seen, until: float) -> None:
    while (began := time.perf_counter()) < until:
        body = f"message {began}"
        couple.sent_at[body] = began
        said = {"to": couple.recipient_id, "body": body, "senderMode": "student"}
        answer = await couple.sender.call("send", said, namespace="/messages", timeout=30)
        assert answer["ok"], answer
        seen.acknowledged.append((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    main()
