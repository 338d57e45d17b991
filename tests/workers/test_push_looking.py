"""Whether somebody looks: real leases in a real Valkey hold a push back, and only while they say `active`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from itertools import count

import pytest
import redis

from hub.domain.actors import Actor
from hub.domain.modes import TUTOR
from hub.presence import HOLD, Presence, Whereabouts, keys
from hub.realtime.connection import Connection
from hub.realtime.echo import Echo
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.presence import Leases
from hub.realtime.session import Session
from tests.build import Sqlite, Valkey
from tests.domain.tutoring import end, read, shake_hands, write
from tests.workers.pushed import Meanwhile, add_android, state, told, unread
from workers.gateways import push as gateways

ENGINE = Echo(Heartbeats(Heartbeat(20, 10))).engine
_numbers = count()


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: nothing here is about the database."""
    return sqlite.new_database()


class Desk:
    """One person's socket at one node, seen from both ends."""

    def __init__(self, node: Leases, whereabouts: Whereabouts, person: Actor) -> None:
        self._node = node
        self._whereabouts = whereabouts
        self._account_id = person.id
        self._socket = Connection(
            Session(ENGINE, "session", "127.0.0.1", 20, 10), f"socket {next(_numbers)}", "/messages", "", person
        )
        node.take(self._socket)

    async def says(self, *, active: bool) -> None:
        self._node.active(self._socket, active)
        await self._until(Presence.ACTIVE if active else Presence.IDLE)

    async def leaves(self) -> None:
        self._node.drop(self._socket)
        await self._until(Presence.GONE)

    async def _until(self, presence: Presence) -> None:
        async with asyncio.timeout(5):
            while self._whereabouts.of(self._account_id) is not presence:
                await asyncio.sleep(0.01)


@pytest.fixture
async def node(valkey: Valkey) -> AsyncIterator[Leases]:
    leases = Leases(valkey.address)
    leases.start()
    yield leases
    await leases.stop()


@pytest.fixture
def whereabouts(valkey: Valkey) -> Iterator[Whereabouts]:
    with closing(Whereabouts(valkey.address)) as reader:
        yield reader


@pytest.fixture
async def desk(node: Leases, whereabouts: Whereabouts, tom: Actor) -> Desk:
    """Tom's."""
    return Desk(node, whereabouts, tom)


async def test_who_looks_is_not_pushed_to_as_long_as_they_do(worker, iphones, ann, tom, desk):
    await desk.says(active=True)
    write(tom, by=ann)

    worker.work_for(minutes=10)

    assert (iphones.pushes, state()) == ([], ("waiting", 0, None))


@pytest.mark.parametrize("grace", [5, 1, 0])
async def test_who_looks_no_more_is_pushed_to_at_the_next_look(worker, configure, iphones, ann, tom, desk, grace):
    configure(push_grace_seconds=str(grace))
    await desk.says(active=True)
    write(tom, by=ann)
    worker.work_for(seconds=5)

    await desk.says(active=False)
    worker.work_for(seconds=max(2, 2 * grace))

    assert iphones.pushes == [unread(tom, "70", 1)]


async def test_who_leaves_is_pushed_to_at_the_next_look(worker, iphones, ann, tom, desk):
    await desk.says(active=True)
    write(tom, by=ann)
    worker.work_for(seconds=5)

    await desk.leaves()
    worker.work_for(seconds=10)

    assert (iphones.pushes, state()) == ([unread(tom, "70", 1)], ("done", 1, None))


async def test_who_is_connected_and_says_nothing_is_pushed_to(worker, iphones, ann, tom, desk):
    write(tom, by=ann)

    worker.work_for(seconds=5)

    assert iphones.pushes == [unread(tom, "70", 1)]


async def test_who_looks_and_reads_is_never_pushed_to(worker, iphones, ann, tom, desk):
    await desk.says(active=True)
    write(tom, by=ann)
    worker.work_for(seconds=5)

    read(ann, by=tom, mode=TUTOR)
    await desk.leaves()
    worker.work_for(minutes=1)

    assert (iphones.pushes, state()) == ([], ("done", 1, None))


async def test_that_one_person_looks_keeps_no_other_from_their_push(worker, iphones, ann, tom, desk):
    await desk.says(active=True)
    write(tom, by=ann)
    write(ann, by=tom, mode=TUTOR)

    worker.work_for(minutes=1)

    assert told(iphones) == [("a0", 1)]


async def test_who_begins_to_look_between_two_of_their_devices_is_told_on_the_second_only_when_they_stop(
    worker, iphones, androids, ann, tom, valkey
):
    """The node's lease is taken by hand: its loop does not turn while the worker works."""

    def look() -> None:
        with closing(redis.from_url(valkey.address)) as client:
            client.eval(HOLD, 2, *keys(tom.id), "socket", 30_000, 30_000)

    add_android(tom, "droid")
    both = Meanwhile(look)
    gateways.use(apn=both, gcm=both)
    write(tom, by=ann)

    worker.work_for(minutes=1)
    assert (len(both.pushes), state()) == (1, ("waiting", 0, None))

    valkey.flush()
    worker.work_for(minutes=1)
    assert told(both) == [("70", 1), ("droid", 1)]


async def test_the_end_of_a_session_is_pushed_also_to_who_looks_and_only_once(worker, iphones, ann, tom, desk):
    await desk.says(active=True)
    shake_hands(ann, tom)
    end(by=ann)
    worker.work()
    at_once = [(given.address, given.text) for given in iphones.pushes]

    await desk.says(active=False)
    worker.work_for(minutes=1)

    assert sorted(at_once) == [("70", "Your session has ended."), ("a0", "Your session has ended.")]
    assert len(iphones.pushes) == 2


def test_with_redis_away_everybody_counts_as_not_looking(worker, configure, iphones, ann, tom):
    configure(redis_url="unix:///nowhere/valkey.sock?db=0")
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert iphones.pushes == [unread(tom, "70", 1)]
