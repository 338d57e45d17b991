"""Rooms: whatever is told in whatever turns, each member hears what it should, once and in the order of the telling."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.realtime import rooms, session
from hub.realtime.connection import Connection
from hub.realtime.echo import Echo
from hub.realtime.frames import frame
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.rooms import Room
from hub.realtime.session import Session
from hub.realtime.websocket import WebSocketLink

ENGINE = Echo(Heartbeats(Heartbeat(20, 10))).engine
WHO = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.just("join"), WHO),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("join the other room too"), WHO),
    st.tuples(st.just("say"), st.frozensets(WHO, max_size=2)),
    st.tuples(st.just("say in the other room"), st.just(frozenset())),
    st.tuples(st.just("tell"), WHO),
    st.tuples(st.just("turn"), st.integers(1, 3)),
)


class Client:
    """A client at the other end of a connection; those of odd numbers poll."""

    def __init__(self, number: int) -> None:
        self.session = Session(ENGINE, f"session {number}", "127.0.0.1", 20, 10)
        self._polls = number % 2 == 1
        self.rooms: dict[str, Connection] = {}
        self.expected: list[bytes] = []

    @classmethod
    async def number(cls, number: int) -> Client:
        client = cls(number)
        client._end, other = socket.socketpair()
        client._end.setblocking(False)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=other)
        if not client._polls:
            client.session.link = WebSocketLink(ENGINE, client.session, transport, 1_000)
            client.session.fd = client.session.link.ready_fd
        client._transport = transport
        return client

    def join(self, name: str, room: Room) -> None:
        if name not in self.rooms:
            connection = self.rooms[name] = Connection(self.session, f"sid {name}", name, name)
            self.session.connections[name] = connection
            room.join(connection)

    def leave(self, name: str, room: Room) -> None:
        if (connection := self.rooms.pop(name, None)) is not None:
            # As when the server ends a connection, which is told so after whatever its room was told.
            room.catch_up(connection)
            room.leave(connection)
            del self.session.connections[name]

    def heard(self) -> bytes:
        """What came, as frames."""
        if self._polls:
            return b"".join(frame(1, packet) for packet in self.session.next_payload(10_000, 10_000_000))
        try:
            return self._end.recv(1 << 16)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        self._end.close()
        self._transport.abort()


class Scene:
    def __init__(self, clients: list[Client]) -> None:
        self.clients = clients
        self.rooms = {"/": Room(), "/other": Room()}
        self._said = 0

    def _next(self, what: str) -> bytes:
        self._said += 1
        return f"4{what} {self._said}".encode()

    async def step(self, what: str, argument) -> None:
        match what:
            case "join":
                self.clients[argument].join("/", self.rooms["/"])
            case "join the other room too":
                self.clients[argument].join("/other", self.rooms["/other"])
            case "leave":
                self.clients[argument].leave("/", self.rooms["/"])
            case "say":
                self._say("/", argument)
            case "say in the other room":
                self._say("/other", argument)
            case "tell":
                self._tell(self.clients[argument])
            case "turn":
                for _ in range(argument):
                    await asyncio.sleep(0)

    def _say(self, name: str, personally: frozenset[int]) -> None:
        packet = self._next("all")
        personal = {}
        for number, client in enumerate(self.clients):
            if name in client.rooms:
                own = self._next("own") if number in personally else packet
                client.expected.append(own)
                if number in personally:
                    personal[client.rooms[name]] = own
        self.rooms[name].say(packet, personal)

    def _tell(self, client: Client) -> None:
        for connection in client.rooms.values():
            packet = self._next("only you")
            client.expected.append(packet)
            connection.send(packet)


@settings(deadline=None, max_examples=300)
@example([("join", 0), ("join", 2), ("join the other room too", 2), ("say", frozenset()), ("tell", 2)])
@given(steps=st.lists(STEPS, max_size=40))
def test_everybody_hears_what_they_should_once_and_in_its_order(steps):
    async def play() -> None:
        scene = Scene([await Client.number(number) for number in range(5)])
        for what, argument in steps:
            await scene.step(what, argument)
        await scene.step("turn", 10)
        heard = [client.heard() for client in scene.clients]
        expected = [b"".join(frame(1, packet) for packet in client.expected) for client in scene.clients]
        for client in scene.clients:
            client.close()
        assert heard == expected

    asyncio.run(play())


async def test_what_one_turn_says_comes_in_one_write(monkeypatch):
    writes: list[bytes] = []
    monkeypatch.setattr(rooms.os, "write", lambda fd, data: writes.append(data) or len(data))
    client, room = await Client.number(0), Room()
    client.join("/", room)

    for number in range(16):
        room.say(f"4{number}".encode())
    await asyncio.sleep(0)

    assert writes == [b"".join(frame(1, f"4{number}".encode()) for number in range(16))]
    client.close()


@pytest.mark.parametrize("members", [499, 500, 501, 1200])
async def test_a_long_round_lets_others_in_between_and_still_reaches_everybody(members):
    room = Room()
    clients = [await Client.number(2 * number) for number in range(3)]
    many = [Connection(Session(ENGINE, str(number), "127.0.0.1", 20, 10), "sid", "/", "/") for number in range(members)]
    for connection in many:
        room.join(connection)
    for client in clients:
        client.join("/", room)

    room.say(b"4first")
    await asyncio.sleep(0)
    room.say(b"4second")
    for _ in range(10):
        await asyncio.sleep(0)

    both = [b"4first", b"4second"]
    assert [connection.session.next_payload(9, 999) for connection in many] == [both] * members
    assert [client.heard() for client in clients] == [b"".join(frame(1, packet) for packet in both)] * 3
    for client in clients:
        client.close()


async def test_who_comes_back_while_a_long_round_goes_on_hears_only_what_is_said_after(monkeypatch):
    monkeypatch.setattr(rooms, "MEMBERS_AT_A_TIME", 1)
    room, returning, other = Room(), await Client.number(1), await Client.number(3)
    returning.join("/", room)
    other.join("/", room)

    room.say(b"4before")
    await asyncio.sleep(0)
    room.leave(returning.rooms.pop("/"))
    returning.session.connections.clear()
    returning.join("/", room)
    for _ in range(5):
        await asyncio.sleep(0)
    room.say(b"4after")
    for _ in range(5):
        await asyncio.sleep(0)

    assert returning.heard() == frame(1, b"4after")
    assert other.heard() == frame(1, b"4before") + frame(1, b"4after")
    for client in (returning, other):
        client.close()


async def test_somebody_who_breaks_away_in_the_middle_of_the_telling_keeps_nothing_from_the_others():
    room, clients = Room(), [await Client.number(2 * number) for number in range(4)]
    for client in clients:
        client.join("/", room)
    clients[1].join("/other", Room())
    clients[1]._end.close()
    clients[2]._end.close()

    for number in range(3):
        room.say(f"4{number}".encode())
        await asyncio.sleep(0.01)

    expected = b"".join(frame(1, f"4{number}".encode()) for number in range(3))
    assert [clients[0].heard(), clients[3].heard()] == [expected, expected]
    assert [client.session.is_closed for client in clients] == [False, True, True, False]
    for client in clients:
        client.close()


async def test_what_the_kernel_takes_after_all_makes_nobody_slow(monkeypatch):
    client = await Client.number(0)
    monkeypatch.setattr(session.os, "write", lambda fd, data: 1)

    client.session.send(b"4all of it, at the second try")

    assert (client.session.is_ready, client.session.waits_since) == (True, None)
    assert client._end.recv(100) == frame(1, b"4all of it, at the second try")[1:]
    client.close()


async def test_whoever_is_about_to_be_cut_off_hears_nothing_of_what_follows():
    client = await Client.number(0)

    ENGINE.cut_off(client.session, "slow")
    client.session.flush()
    client.session.send(b"4after something that was not told")

    assert client.heard() == b""
    client.close()
