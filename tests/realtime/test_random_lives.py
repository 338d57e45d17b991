"""Random lives of a few clients over real sockets: whatever they do, each hears every event once and in its order."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import aiohttp
import pytest

from hub.delivery import Emit
from hub.domain import journal
from hub.perform import run
from hub.realtime import packets, rooms, streams
from tests.people import Person
from tests.realtime.raw import ENDPOINT
from tests.running import RunningHub

STREAM_OF = {"/mentor": "mentor", "/announcements": "announcements"}
CLIENTS, STEPS = 5, 60


class Life:
    """One client, who is told from which person's view, and what is wrong with what it heard."""

    def __init__(self, hub: RunningHub, person: Person | None) -> None:
        self.faults: list[str] = []
        self.at: dict[str, int] = {}
        """The number of the last event heard, by namespace, while it is joined."""
        self._hub = hub
        self._person = person
        self._brings: dict[str, dict[str, Any]] = {name: {"recover": True} for name in STREAM_OF}
        self._asked: set[str] = set()
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._socket = await self._hub.http.ws_connect(ENDPOINT)
        self._asked.clear()
        self.at.clear()
        self._reading = asyncio.create_task(self._read(self._socket))

    async def cut(self) -> None:
        """Be gone without a word."""
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        connection = self._socket._response.connection
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
        await self._socket.close()

    async def join(self, name: str) -> None:
        if name in self._asked:
            return
        self._asked.add(name)
        token = {} if self._person is None else {"token": self._person.token}
        await self._socket.send_str(f"40{name}," + json.dumps({**self._brings[name], **token}))

    async def leave(self, name: str) -> None:
        if name in self.at:
            del self.at[name]
            self._asked.discard(name)
            await self._socket.send_str(f"41{name},")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            kind, rest = message.data[:2], message.data[2:]
            name, _, said = rest.partition(",")
            if kind == "42" and name in self._asked:
                self._hear(name, *json.loads(said))

    def _hear(self, name: str, event: str, payload: Any, offset: str = "") -> None:
        if not offset:
            # The places in the mentors' queue, and asides: they are not kept.
            return
        seq = int(offset.rpartition("-")[2])
        if event == "ready":
            self._begin(name, payload, offset, seq)
        elif event == "noted":
            if name in self.at and seq != self.at[name] + 1:
                self.faults.append(f"{name}: {seq} after {self.at[name]}")
            if payload["seen_by"] != (self._person.actor.username if self._person else "all"):
                self.faults.append(f"{name}: {seq} in the view of {payload['seen_by']}")
            self.at[name] = seq
        self._brings[name]["offset"] = offset

    def _begin(self, name: str, ready: dict[str, Any], offset: str, seq: int) -> None:
        if self._brings[name].get("offset", offset) != offset and ready["recovered"]:
            self.faults.append(f"{name}: goes on from {offset}")
        self._brings[name]["pid"] = ready["pid"]
        self.at[name] = seq


async def tell(hub: RunningHub, chance: random.Random, people: list[Person]) -> None:
    """Events, of which the node hears in another order, twice, or not at all."""
    stream = chance.choice(list(STREAM_OF.values()))
    views = {person.actor.id: {"seen_by": person.actor.username} for person in people}
    emits = [Emit(stream, "noted", {"seen_by": "all"}, views) for _ in range(chance.randrange(1, 5))]
    entries = await asyncio.to_thread(run, journal.append, emits)
    for entry in chance.choices(entries, k=len(entries)):
        hub.node.server.streams.offer(entry)
        # And in between something to one of them alone, as answers are.
        if members := hub.node.server.streams.members(stream):
            member = chance.choice(members)
            member.send(packets.event(member.namespace, "aside", "{}"))


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_clients_do_each_hears_every_event_once_and_in_its_order(hub, ada, olga, monkeypatch, seed):
    monkeypatch.setattr(rooms, "MEMBERS_AT_A_TIME", 2)
    monkeypatch.setattr(streams, "GAP_GRACE_SECONDS", 0.001)
    chance = random.Random(seed)
    lives = [Life(hub, person) for person in (ada, olga, None, None, ada)[:CLIENTS]]
    for life in lives:
        await life.open()

    for _ in range(STEPS):
        life, name = chance.choice(lives), chance.choice(list(STREAM_OF))
        match chance.randrange(8):
            case 0:
                await life.cut()
                await life.open()
            case 1:
                await life.leave(name)
            case 2 | 3 | 4:
                await life.join(name)
            case _:
                await tell(hub, chance, [ada, olga])
        await asyncio.sleep(chance.choice([0, 0, 0.002, 0.01]))

    await settled(hub, lives)
    assert [life.faults for life in lives] == [[]] * CLIENTS
    for life in lives:
        await life.cut()


async def settled(hub: RunningHub, lives: list[Life]) -> None:
    """Wait until everybody has heard everything, and join who has not joined."""
    for life in lives:
        for name in STREAM_OF:
            await life.join(name)
    heads = {name: run(journal.heads_of, [stream]).get(stream) for name, stream in STREAM_OF.items()}
    expected = {name: head.seq for name, head in heads.items() if head is not None}
    async with asyncio.timeout(10):
        while any({name: life.at.get(name) for name in expected} != expected for life in lives):
            assert [life.faults for life in lives] == [[]] * CLIENTS
            await asyncio.sleep(0.02)
