"""The namespaces of the conformance profile: they send back what they hear, as protocol suites and load generators ask.

`/` and `/custom`: `auth` is told after the CONNECT packet, with what the client said when it connected; `message` comes
back as `message-back`, `message-with-ack` as its own acknowledgement. `/` is besides one room, in which everybody is:
`pub` is told to it as `msg`, `pub_kept` is stored first; `echo` is acknowledged with its argument.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from socketio import packet

from hub.domain.actors import Actor
from hub.domain.refusals import Refusal
from hub.reactions.streams import ECHOES
from hub.realtime import packets
from hub.realtime.classes import EventClass
from hub.realtime.connection import Connection
from hub.realtime.events import Answer, Declared, Shape, Verbatim, plainly

Say = Callable[[str, str, str, Any], None]
"""Tell a namespace's listeners of a stream of an event with a payload, which is not kept."""
GREET_SECONDS = 0.03
"""After the CONNECT packet. Suites wait for one message, then the next, and miss one that comes in the same read."""
Keep = Callable[[Any], None]
"""Keep a payload, and then tell it."""


class EchoNamespace:
    """Lets anybody in and takes anything."""

    is_public = True
    takes_binary = True
    hears: Mapping[str, Shape] = {}
    not_kept: Mapping[str, EventClass] = {}

    def __init__(self, name: str, stream: str, more: Mapping[str, Declared[Any] | Verbatim]) -> None:
        self.name = name
        self._stream = stream
        self.events = {"message": Verbatim(_back), "message-with-ack": Verbatim(_echo), **more}

    def stream_of(self, actor: Actor | None) -> str:
        return self._stream

    def refusal_of(self, no: Refusal, /) -> Answer:
        return plainly(no)

    def greets(self, connection: Connection, auth: Any) -> None:
        asyncio.get_running_loop().call_later(GREET_SECONDS, _greet, connection, {} if auth is None else auth)


def namespaces(say: Say, keep: Keep) -> list[EchoNamespace]:
    def publish(connection: Connection, arguments: list[Any]) -> list[Any]:
        say("/", ECHOES, "msg", arguments[0] if arguments else None)
        return []

    def publish_kept(connection: Connection, arguments: list[Any]) -> list[Any]:
        keep(arguments[0] if arguments else None)
        return []

    room = {"pub": Verbatim(publish), "pub_kept": Verbatim(publish_kept), "echo": Verbatim(_echo)}
    return [EchoNamespace("/", ECHOES, room), EchoNamespace("/custom", f"{ECHOES}:custom", {})]


def _greet(connection: Connection, auth: Any) -> None:
    if connection.session.connections.get(connection.namespace) is connection:
        _emit(connection, "auth", auth)


def _back(connection: Connection, arguments: list[Any]) -> list[Any]:
    _emit(connection, "message-back", *arguments)
    return []


def _echo(connection: Connection, arguments: list[Any]) -> list[Any]:
    return arguments


def _emit(connection: Connection, event: str, *arguments: Any) -> None:
    for one in packets.whole(packet.EVENT, connection.namespace, [event, *arguments]):
        connection.send(one)
