"""Two nodes behind a balancer are replaced one after the other, while somebody talks and a crowd listens.

Used by a test with a small crowd, and by `bench/rolling.py` with a large one.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from tests import people
from tests.balancer import Balancer, balancing
from tests.build import SECRET, bound_to
from tests.followers import Crowd, crowd
from tests.people import Person
from tests.processes import Server, Site

PEOPLE = 20
"""Who the crowd are: each of them has many devices."""


@dataclass
class Speaker:
    """Announces numbers, one by one; a call that fails is sent again, with its key, until it is acknowledged."""

    address: str
    by: Person
    said: list[str] = field(default_factory=list)

    async def talk(self, every_seconds: float) -> None:
        while True:
            await self.say(str(len(self.said)))
            await asyncio.sleep(every_seconds)

    async def say(self, number: str) -> None:
        headers = {**self.by.headers, "Idempotency-Key": f"announcement-{number}"}
        while not await self._is_acknowledged({"message": number}, headers):
            await asyncio.sleep(0.05)
        self.said.append(number)

    async def _is_acknowledged(self, body: dict[str, str], headers: dict[str, str]) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(self.address, timeout=aiohttp.ClientTimeout(5)) as http,
                http.post("/vivere/organiser/announcements", json=body, headers=headers) as reply,
            ):
                return reply.status == 201
        return False


@dataclass
class Rolling:
    """Two nodes behind a balancer, a crowd that listens through it, and a speaker."""

    site: Site
    balancer: Balancer
    nodes: list[Server]
    crowd: Crowd
    speaker: Speaker
    stopped_in: list[float] = field(default_factory=list)
    """Seconds from SIGTERM to the end of each node that was replaced."""
    back_in: list[float] = field(default_factory=list)
    """Seconds from its end until everybody was connected, to the other one."""

    async def replace(self, place: int) -> None:
        """Have a node end and, when everybody is connected to the other, a new one come in its stead."""
        node = self.nodes[place]
        began = time.monotonic()
        node.stop()
        await node.until_dead()
        ended = time.monotonic()
        self.stopped_in.append(ended - began)
        await self.crowd.until_all_are_connected()
        self.back_in.append(time.monotonic() - ended)
        self.nodes[place] = await self.site.serve(port=self.balancer.nodes[place].port)
        await self.balancer.until_ready(len(self.nodes))

    async def tickets(self, place: int) -> dict[str, int]:
        """What became of the resume tickets that clients brought to a node."""
        async with aiohttp.ClientSession(self.nodes[place].address) as http, http.get("/metrics") as reply:
            counted = re.findall(r'^hub_tickets_total{outcome="(\w+)"} ([\d.]+)$', await reply.text(), re.MULTILINE)
        return {outcome: int(float(count)) for outcome, count in counted}


@asynccontextmanager
async def rolling(site: Site, clients: int) -> AsyncIterator[Rolling]:
    nodes = [await site.serve() for _ in range(2)]
    speaker, listeners = _cast(site)
    tokens = [listeners[number % PEOPLE].token for number in range(clients)]
    ports = [int(node.address.rpartition(":")[2]) for node in nodes]
    async with balancing(*ports) as (balancer, port):
        await balancer.until_ready(len(nodes))
        async with crowd(port, tokens) as listening:
            yield Rolling(site, balancer, nodes, listening, Speaker(f"http://127.0.0.1:{port}", speaker))


def _cast(site: Site) -> tuple[Person, list[Person]]:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        olga = people.make("Olga", staff=True)
        listeners = [people.make(f"Listener {number}") for number in range(PEOPLE)]
    return _signed_in(olga), [_signed_in(listener) for listener in listeners]


def _signed_in(actor: Actor) -> Person:
    return Person(actor, Keys(SECRET).mint(actor.public_id, "vivere", timedelta(days=1)))
