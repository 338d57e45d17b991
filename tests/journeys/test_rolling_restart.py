"""Nodes are replaced while people listen: each goes in order, its clients go to the other, and nobody misses a word."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import aiohttp
import pytest

from tests.followers import NAMESPACE, UPGRADE, client_frame
from tests.rolling import rolling

CLIENTS = 120
IDLERS = 40


async def test_two_nodes_are_replaced_and_everybody_hears_every_word_once_and_in_order(site):
    async with rolling(site, CLIENTS) as roll:
        talking = asyncio.create_task(roll.speaker.talk(every_seconds=0.1))
        await roll.replace(0)
        used = await roll.tickets(1)
        await roll.replace(1)
        talking.cancel()
        await roll.crowd.until_all_have_heard(len(roll.speaker.said))

        crowd, said = roll.crowd, roll.speaker.said
        assert len(said) > 10
        assert [follower.heard for follower in crowd.followers if follower.heard[: len(said)] != said] == []
        assert (crowd.missed, crowd.refused) == (0, [])
        assert crowd.fewest >= CLIENTS / 2
        assert used == {"used": CLIENTS / 2}
        assert max(roll.stopped_in) < 10


@pytest.fixture
def node(site) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of this test's own, whose exit status can be had, and its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, **site.environment, "HUB_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "hub", "serve"], env=environment, stderr=subprocess.DEVNULL)
    yield process, port
    process.kill()
    process.wait()


async def until_metric(port: int, name: str, count: int) -> None:
    """Wait until the node's figures of this name add up to so much."""
    async with asyncio.timeout(20), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        while True:
            with suppress(aiohttp.ClientError):
                async with http.get("/metrics") as reply:
                    found = re.findall(rf"^{name}{{.*}} ([\d.]+)$", await reply.text(), re.MULTILINE)
                    if found and sum(map(float, found)) == count:
                        return
            await asyncio.sleep(0.05)


async def test_a_node_ends_in_order_and_in_time_although_no_client_reads_or_leaves(node):
    process, port = node
    await until_metric(port, "hub_jobs", 0)
    idlers = [socket.create_connection(("127.0.0.1", port)) for _ in range(IDLERS)]
    for idler in idlers:
        idler.sendall(UPGRADE + client_frame(f'40{NAMESPACE},{{"recover":true}}'))
    await until_metric(port, "hub_sockets", IDLERS)
    began = time.monotonic()

    process.send_signal(signal.SIGTERM)

    status = await asyncio.to_thread(process.wait, 15)
    assert (status, time.monotonic() - began < 10) == (0, True)
    for idler in idlers:
        idler.close()
