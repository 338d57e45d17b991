"""Clients that take too little are cut off, by bytes and by age; what may be lost is lost first; nobody else waits."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from hub.listening import SEND_BUFFER_BYTES
from hub.namespaces import conformance
from hub.reactions.streams import ECHOES
from hub.realtime import engine
from hub.realtime.backlog import DROP_BEYOND_BYTES, PACKET_BYTES, Backlog
from hub.realtime.classes import Coalesced, Droppable
from hub.realtime.session import MOST_QUEUED_BYTES
from tests.realtime.raw import Raw, raw
from tests.running import RunningHub

EVENT = "x" * 10_000
POSITIONS = Coalesced.under("positions")
POLLING = "/socket.io/?EIO=4&transport=polling"
HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
JOIN = bytes([0x81, 0x82, 0, 0, 0, 0]) + b"40"
OTHER = bytes([0x81, 0x8A, 0, 0, 0, 0]) + b"40/custom,"
PONG = bytes([0x81, 0x81, 0, 0, 0, 0]) + b"3"


@pytest.fixture
def served(hub, monkeypatch) -> RunningHub:
    """A hub with a room, where nothing may wait for longer than a moment."""
    monkeypatch.setattr(engine, "OLDEST_SECONDS", 0.5)
    for namespace in conformance.namespaces(hub.node.server.say, lambda payload: None):
        hub.node.server.mount(namespace)
    return hub


@asynccontextmanager
async def never_reading(served: RunningHub, join: bytes = JOIN) -> AsyncIterator[socket.socket]:
    """A connection that has joined, or only opened where nothing is said, and reads nothing by itself."""
    loop = asyncio.get_running_loop()
    host, port = served.address.removeprefix("http://").split(":")
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, (host, int(port)))
        await loop.sock_sendall(client, HANDSHAKE + join)
        while (b'40{"sid"' if join else b'0{"sid"') not in await loop.sock_recv(client, 4096):
            pass
        yield client


async def reads_little(client: socket.socket) -> None:
    with suppress(ConnectionError):
        while await asyncio.get_running_loop().sock_recv(client, 100):
            await asyncio.sleep(0.1)


async def answers_only(client: socket.socket) -> None:
    with suppress(ConnectionError):
        while True:
            await asyncio.get_running_loop().sock_sendall(client, PONG)
            await asyncio.sleep(0.3)


async def does_nothing(client: socket.socket) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("habit", [does_nothing, reads_little, answers_only])
async def test_whoever_takes_too_little_is_cut_off_and_the_others_hear_everything(served, habit):
    server = served.node.server
    async with never_reading(served) as client, raw(served) as bystander:
        await bystander.connect("/")
        await bystander.next()
        (slow, _) = server.streams.members(ECHOES)
        behaving = asyncio.create_task(habit(client))
        most, said = 0, 0

        async with asyncio.timeout(10):
            while len(server.engine) == 2:
                server.say("/", ECHOES, "msg", {"n": said, "pad": EVENT})
                said += 1
                assert f'"n":{said - 1},' in (await bystander.next() or "")
                most = max(most, slow.session.waiting_bytes)
                await asyncio.sleep(0.005)

        behaving.cancel()
        assert 0 < most < MOST_QUEUED_BYTES + SEND_BUFFER_BYTES


async def test_a_client_that_is_a_megabyte_behind_is_cut_off_at_once(served, monkeypatch):
    monkeypatch.setattr(engine, "OLDEST_SECONDS", 60)
    async with never_reading(served):
        (slow,) = served.node.server.streams.members(ECHOES)

        for _ in range(500):
            served.node.server.say("/", ECHOES, "msg", EVENT)
            await asyncio.sleep(0)

        assert slow.session.is_closed


async def test_a_slow_client_of_two_namespaces_takes_nothing_from_the_others(served):
    async with never_reading(served) as client, raw(served) as bystander:
        await asyncio.get_running_loop().sock_sendall(client, OTHER)
        await joins(bystander)
        async with asyncio.timeout(5):
            while not any(len(one.session.connections) == 2 for one in served.node.server.streams.members(ECHOES)):
                await asyncio.sleep(0.01)

        for number in range(150):
            served.node.server.say("/", ECHOES, "msg", {"n": number, "pad": EVENT})

            assert f'"n":{number},' in (await bystander.next() or "")

        assert len(served.node.server.engine) == 1


async def test_clients_that_break_off_as_they_join_leave_nobody_in_the_room(served):
    loop = asyncio.get_running_loop()
    for _ in range(30):
        async with never_reading(served, b"") as client:
            await loop.sock_sendall(client, JOIN)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with asyncio.timeout(3):
        while len(served.node.server.engine):
            await asyncio.sleep(0.01)

    assert served.node.server.streams.members(ECHOES) == []


@pytest.mark.settings(rate_limits=True)
async def test_a_client_that_sends_megabytes_is_closed_before_they_are_read(served):
    async with raw(served) as client:
        await joins(client)

        for _ in range(4):
            await client.say('42["message","' + "x" * 900_000 + '"]')

        assert await client.was_closed()


async def test_a_poller_that_stops_asking_is_cut_off_by_age(served):
    _, opened = await served.get(POLLING)
    sid = opened.split('"')[3]
    await served.call("POST", f"{POLLING}&sid={sid}", data="40")
    assert len(served.node.server.engine) == 1

    async with asyncio.timeout(5):
        while len(served.node.server.engine):
            await asyncio.sleep(0.05)


def taken(backlog: Backlog) -> list[bytes]:
    return backlog.take(most=100, bytes_of_them=1_000_000)


def test_of_what_is_coalesced_only_the_newest_of_a_kind_is_told_after_the_rest():
    backlog = Backlog()
    for packet in (POSITIONS(b"4one"), b"4kept", POSITIONS(b"4three"), Coalesced.under("other")(b"4else")):
        backlog.put(packet, 1.0)

    assert backlog.size == len(b"4kept4three4else") + 3 * PACKET_BYTES
    assert (taken(backlog), backlog.size) == ([b"4kept", b"4three", b"4else"], 0)


def test_what_may_be_dropped_is_dropped_for_whoever_is_behind_and_for_nobody_else():
    backlog = Backlog()

    backlog.put(Droppable(b"4typing"), 1.0)
    backlog.put(b"4" * (DROP_BEYOND_BYTES + 1), 2.0)
    backlog.put(Droppable(b"4typing again"), 3.0)

    assert [len(packet) for packet in taken(backlog)] == [len(b"4typing"), DROP_BEYOND_BYTES + 1]


def test_what_waits_longest_is_known_also_when_only_the_newest_is_kept():
    backlog = Backlog()
    backlog.put(POSITIONS(b"4one"), 1.0)
    backlog.put(POSITIONS(b"4two"), 5.0)

    assert backlog.oldest == 1.0


async def test_a_saying_reaches_the_whole_room(served):
    async with raw(served) as one, raw(served) as another:
        for client in (one, another):
            await joins(client)

        await one.say('42["pub",{"a":[1,"é"]}]')

        assert [await one.next(), await another.next()] == ['42["msg",{"a":[1,"é"]}]'] * 2


async def joins(client: Raw) -> None:
    await client.connect("/")
    assert await client.next() == '42["auth",{}]'
