"""Several nodes of one hub while Redis fails them: every client hears every event once and in its order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing

import pytest
import redis

from hub.delivery import Emit
from hub.domain import journal
from hub.node import Node
from hub.perform import perform, run
from hub.realtime import bus, line, streams
from hub.realtime.bus import CHANNEL, STREAM_CHANNELS, channel_of
from hub.realtime.courier import HubCourier
from tests.build import Valkey
from tests.http.halp import acting
from tests.listening import Listener
from tests.realtime.between import Between, between, frozen
from tests.realtime.serving import Served, second_node
from tests.running import RunningHub

STREAM = "announcements"


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """The hub's, and of this test alone, to be killed."""
    server = Valkey()
    yield server
    server.stop()


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Everything that waits for a while waits a tenth of it."""
    for module, name in [
        (bus, "PING_SECONDS"),
        (bus, "LONGEST_BACKOFF_SECONDS"),
        (bus, "SILENCE_SECONDS"),
        (line, "SILENCE_SECONDS"),
        (line, "CONNECT_SECONDS"),
        (streams, "CHECK_SECONDS"),
    ]:
        monkeypatch.setattr(module, name, getattr(module, name) / 10)


@pytest.fixture
def without_looking(monkeypatch) -> None:
    """No node looks at the journal by itself."""
    monkeypatch.setattr(streams, "CHECK_SECONDS", 60)


class NoJobs:
    def send(self, job_ids: list[int]) -> None:
        assert job_ids == []


async def tell(node: Node, *numbers: int, stream: str = STREAM) -> None:
    """Have a node commit events and hand them on."""
    entries = await perform(journal.append, [Emit(stream, "noted", {"number": number}) for number in numbers])
    HubCourier(node.server.streams, node.bus, NoJobs()).hand_on(entries, [])  # type: ignore[arg-type]


class Member:
    """A client that may go from node to node; a recovering one goes on where it was."""

    def __init__(self, *, recovers: bool) -> None:
        self._recovers = recovers
        self._lives: list[Listener] = []

    @property
    def numbers(self) -> list[int]:
        return [payload["number"] for life in self._lives for payload in life.of("noted")]

    async def join(self, address: str) -> None:
        auth = {"recover": True} if self._recovers else {}
        if self._lives:
            await self.leave()
            auth["offset"] = self._lives[-1].offset
        self._lives.append(await Listener.at(address, f"/{STREAM}", **auth))
        if self._recovers:
            await self._lives[-1].until(1, "ready")

    async def until(self, count: int) -> list[int]:
        before = sum(len(life.of("noted")) for life in self._lives[:-1])
        await self._lives[-1].until(count - before, "noted")
        return self.numbers

    async def leave(self) -> None:
        await self._lives[-1].leave()


class Venue:
    """A hub of several nodes: the first close to Redis, the others with something between."""

    def __init__(self, hub: RunningHub) -> None:
        self.nodes = [hub.node]
        self.addresses = [hub.address]
        self.ways: list[Between] = []
        self.members: list[Member] = []

    def add(self, node: Node, served: Served, way: Between) -> None:
        self.nodes.append(node)
        self.addresses.append(served.address)
        self.ways.append(way)

    async def enter(self, number: int, *, recovers: bool) -> Member:
        self.members.append(Member(recovers=recovers))
        await self.members[-1].join(self.addresses[number])
        return self.members[-1]

    async def until_connected(self, *which: bool) -> None:
        async with asyncio.timeout(5):
            while tuple(node.bus.is_connected for node in self.nodes) != which:
                await asyncio.sleep(0.005)


async def venue_of(hub: RunningHub, valkey: Valkey, others: int, stack: AsyncExitStack) -> Venue:
    venue = Venue(hub)
    for _ in range(others):
        way = await stack.enter_async_context(between(valkey))
        there = RunningHub(hub.settings.model_copy(update={"redis_url": way.address}))
        venue.add(*await stack.enter_async_context(second_node(there)), way)
    await venue.until_connected(*[True] * (others + 1))
    return venue


@pytest.fixture
async def venue(impatient, hub, valkey) -> AsyncIterator[Venue]:
    """Three nodes, and a client of each kind on each of them."""
    async with AsyncExitStack() as stack:
        venue = await venue_of(hub, valkey, 2, stack)
        for number in range(3):
            for recovers in (True, False):
                await venue.enter(number, recovers=recovers)
        yield venue
        for member in venue.members:
            await member.leave()


async def heard_by_all(venue: Venue, count: int) -> list[list[int]]:
    return [await member.until(count) for member in venue.members]


async def test_a_node_that_is_cut_off_hears_and_is_heard_by_the_journal(venue):
    await tell(venue.nodes[0], 0)
    venue.ways[0].swallow()
    for number in range(1, 10):
        await tell(venue.nodes[number % 3], number)

    heard = await heard_by_all(venue, 10)

    assert heard == [list(range(10))] * 6


async def test_a_node_says_that_it_is_cut_off_and_when_it_no_longer_is(venue, valkey, hub):
    valkey.kill()
    await venue.until_connected(False, False, False)
    _, away = await hub.get("/readyz")
    _, figures = await hub.get("/metrics")
    valkey.start()
    await venue.until_connected(True, True, True)
    status, back = await hub.get("/readyz")

    assert ("redis" in away["degraded"], away["ready"], "redis" in back["degraded"]) == (True, True, False)
    assert "hub_bus_connected 0.0" in figures.splitlines()
    assert status == 200


@pytest.mark.parametrize("harm", ["cut", "swallow"])
async def test_nothing_is_missed_doubled_or_out_of_order_while_a_way_heals(venue, harm):
    for number in range(30):
        if number % 10 == 3:
            getattr(venue.ways[0], harm)()
        if number % 10 == 7:
            venue.ways[0].heal()
        await tell(venue.nodes[number % 3], number)
        await asyncio.sleep(0.01)

    heard = await heard_by_all(venue, 30)

    assert heard == [list(range(30))] * 6


async def test_nothing_is_missed_doubled_or_out_of_order_while_redis_freezes_dies_and_comes_back(venue, valkey):
    with frozen(valkey):
        for number in range(10):
            await tell(venue.nodes[number % 3], number)
            await asyncio.sleep(0.01)
    await tell(venue.nodes[0], 10)
    valkey.kill()
    await tell(venue.nodes[1], *range(11, 20))
    valkey.start()
    await tell(venue.nodes[2], *range(20, 30))

    heard = await heard_by_all(venue, 30)

    assert heard == [list(range(30))] * 6


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_in_whatever_order_every_client_hears_every_event_once(venue, valkey, seed):
    chance = random.Random(seed)
    wanderer = venue.members[0]
    harms = [venue.ways[0].cut, venue.ways[1].cut, venue.ways[0].swallow, venue.ways[1].swallow, lambda: None]
    for number in range(60):
        if number % 5 == 0:
            chance.choice(harms)()
        if number % 7 == 0:
            venue.ways[chance.randrange(2)].heal()
        if number % 15 == 0:
            await wanderer.join(chance.choice(venue.addresses))
        await tell(chance.choice(venue.nodes), number)
        await asyncio.sleep(chance.choice([0, 0, 0.01, 0.03]))
    for way in venue.ways:
        way.heal()

    heard = await heard_by_all(venue, 60)

    assert heard == [list(range(60))] * 6


async def test_many_tell_at_once_from_every_node_and_all_hear_it_in_one_order(venue):
    await asyncio.gather(*(tell(venue.nodes[number % 3], number) for number in range(60)))

    heard = await heard_by_all(venue, 60)

    assert sorted(heard[0]) == list(range(60))
    assert heard == [heard[0]] * 6


def test_a_node_hears_the_others_again_within_five_seconds_of_healing():
    hangs_when_it_heals = line.CONNECT_SECONDS + bus.LONGEST_BACKOFF_SECONDS
    was_not_noticed_yet = line.SILENCE_SECONDS + bus.FIRST_BACKOFF_SECONDS

    assert bus.PING_SECONDS < line.SILENCE_SECONDS
    assert bus.LONGEST_BACKOFF_SECONDS <= 2
    assert max(hangs_when_it_heals, was_not_noticed_yet) + streams.CHECK_SECONDS < 5


# -- which channels a node listens to ---------------------------------------------------------------------------------


async def listeners_of(valkey: Valkey, stream: str, count: int) -> bool:
    """Whether so many nodes come to listen to a stream's channel."""
    with closing(redis.from_url(valkey.address)) as client:
        for _ in range(200):
            if dict(client.pubsub_numsub(channel_of(stream)))[channel_of(stream).encode()] == count:
                return True
            await asyncio.sleep(0.01)
    return False


async def test_a_node_listens_to_the_streams_of_its_own_clients_and_lets_go_of_them(clock, hub, valkey):
    async with AsyncExitStack() as stack:
        venue = await venue_of(hub, valkey, 1, stack)
        first, second = await venue.enter(0, recovers=False), await venue.enter(1, recovers=False)
        on_both = await listeners_of(valkey, STREAM, 2)
        await second.leave()
        clock.forward(seconds=60)
        async with asyncio.timeout(5):
            while venue.nodes[1].server.streams.members(STREAM):
                await asyncio.sleep(0.01)
        clock.forward(seconds=60)
        venue.nodes[1].server.streams.forget_unwanted()

        assert (on_both, await listeners_of(valkey, STREAM, 1)) == (True, True)
        await first.leave()


async def test_a_node_without_clients_listens_to_what_concerns_itself_alone(hub, valkey):
    async with asyncio.timeout(5):
        while not hub.node.bus.is_connected:
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)

    with closing(redis.from_url(valkey.address)) as client:
        channels = {channel.decode() for channel in client.pubsub_channels("hub:bus*")}

    assert channels == {CHANNEL, *(STREAM_CHANNELS + name for name in ("canary", "credentials", "mentor"))}


async def test_what_was_said_before_a_stream_was_subscribed_to_is_read_as_soon_as_it_is(without_looking, hub, valkey):
    async with AsyncExitStack() as stack:
        venue = await venue_of(hub, valkey, 1, stack)
        opened: list[str] = []
        venue.nodes[1].server.streams.followed = opened.append
        member = await venue.enter(1, recovers=False)
        await tell(venue.nodes[0], 1, 2)

        venue.nodes[1].bus.follow(*opened)

        assert await member.until(2) == [1, 2]
        await member.leave()


async def test_what_was_said_while_a_node_was_deaf_is_read_as_soon_as_it_hears_again(without_looking, hub, valkey):
    async with AsyncExitStack() as stack:
        venue = await venue_of(hub, valkey, 1, stack)
        member = await venue.enter(1, recovers=True)
        run(journal.append, [Emit(STREAM, "noted", {"number": 1})])

        venue.ways[0].cut()

        assert await member.until(1) == [1]
        await member.leave()


# -- with Redis away --------------------------------------------------------------------------------------------------


async def test_with_redis_away_signing_out_ends_the_sockets_on_every_node_within_two_seconds(hub, valkey, tom):
    async with AsyncExitStack() as stack:
        venue = await venue_of(hub, valkey, 1, stack)
        listeners = [await Listener.at(address, "/messages", tom) for address in venue.addresses]
        valkey.kill()

        await acting.done(hub.post("/halp/logout", by=tom))

        assert [await listener.until_ended(within=2) for listener in listeners] == [True, True]
        valkey.start()
