"""Rooms: connections that hear the same, told in one go.

What one turn of the loop says to a room is joined, framed once, and written once to each member. Each member knows how
far it has heard, so whatever else it is told in between comes in its order: what the room said before goes first. A
long round pauses every few hundred members, for others wait too.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from hub.realtime.session import NOT_READY, joined

if TYPE_CHECKING:
    from hub.realtime.connection import Connection

log = structlog.get_logger(__name__)

MEMBERS_AT_A_TIME = 500
UP_TO_DATE = sys.maxsize
"""The position of who is told at once, or nothing more."""
NOBODY: Mapping[Connection, bytes] = {}


class Room:
    """`end` counts the packets that the room was told; a member's `position` is how many of them it has heard.

    A client that is connected to several namespaces may hear several rooms. It is told packet by packet, in the order
    of the telling, and written to once at the end of the turn.
    """

    __slots__ = ("_base", "_joined", "_members", "_mixed", "_round", "_said", "_upto", "end")

    def __init__(self) -> None:
        self._members: dict[Connection, None] = {}
        self._mixed: dict[Connection, None] = {}
        self._said: list[bytes] = []
        """What not every member has heard yet; `_base` packets came before."""
        self._base = 0
        self._round: list[Connection] | None = None
        """Who is still to be told in the round that is under way."""
        self._upto = 0
        self._joined = b""
        self.end = 0

    def __len__(self) -> int:
        return len(self._members) + len(self._mixed)

    def members(self) -> list[Connection]:
        return [*self._members, *self._mixed]

    def join(self, connection: Connection) -> None:
        """Let a connection hear what is said from now on."""
        connection.room = self
        others = connection.session.connections
        if len(others) > 1:
            connection.position = UP_TO_DATE
            self._mixed[connection] = None
            for other in others.values():
                if other.room is not None:
                    other.room._mix(other)
        else:
            connection.position = self.end
            self._members[connection] = None

    def leave(self, connection: Connection) -> None:
        if connection.room is self:
            self._members.pop(connection, None)
            self._mixed.pop(connection, None)
            connection.room = None
            # Nothing of a round that is under way is meant for it any more.
            connection.position = UP_TO_DATE

    def _mix(self, connection: Connection) -> None:
        if connection in self._members:
            self.catch_up(connection)
            connection.position = UP_TO_DATE
            del self._members[connection]
            self._mixed[connection] = None

    def say(self, packet: bytes, personal: Mapping[Connection, bytes] = NOBODY) -> None:
        """Tell every member a packet, or what is meant for it in its stead."""
        for connection in self._mixed:
            session = connection.session
            if session.cork():
                asyncio.get_running_loop().call_soon(session.uncork)
            session.send(personal.get(connection, packet))
        for connection, own in personal.items():
            if connection in self._members:
                self.catch_up(connection)
                connection.session.send(own)
                connection.position = self.end + 1
        if self._members:
            self._say_to_all(packet)

    def _say_to_all(self, packet: bytes) -> None:
        self._said.append(packet)
        self.end += 1
        if self._round is None:
            self._round = []
            asyncio.get_running_loop().call_soon(self._begin_round)

    def catch_up(self, connection: Connection) -> None:
        """Tell one member what the room was told and it has not heard yet."""
        if connection.position < self.end:
            packets = self._said[connection.position - self._base :]
            connection.position = self.end
            connection.session.send_all(packets, joined(packets))

    def _begin_round(self) -> None:
        self._upto = self.end
        self._joined = joined(self._said)
        self._round = list(self._members)
        self._go_on()

    def _go_on(self) -> None:
        assert self._round is not None
        chunk = self._round[-MEMBERS_AT_A_TIME:]
        del self._round[-MEMBERS_AT_A_TIME:]
        try:
            self._write_to(chunk)
        except Exception:
            # The edge: whoever may not have been told comes back and recovers; the room goes on.
            log.exception("round_failed", members=len(chunk))
            for connection in chunk:
                connection.session.engine.cut_off(connection.session, "internal_error")
        if self._round:
            asyncio.get_running_loop().call_soon(self._go_on)
        else:
            self._end_round()

    def _write_to(self, chunk: list[Connection]) -> None:
        """The loop that fan-out spends its time in: one system call for each member, and as little else as can be."""
        base, upto, data, write = self._base, self._upto, self._joined, os.write
        size = len(data)
        for connection in chunk:
            if connection.position != base:
                self._write_the_rest_to(connection)
                continue
            connection.position = upto
            session = connection.session
            if session.fd == NOT_READY:
                session.send_all(self._said[: upto - base], data)
                continue
            try:
                sent = write(session.fd, data)
            except BlockingIOError:
                sent = 0
            except OSError:
                session.engine.lost(session)
                continue
            if sent != size:
                session.wrote(data, sent)

    def _write_the_rest_to(self, connection: Connection) -> None:
        """For a member that heard some of it already, or has left."""
        if connection.room is self and connection.position < self._upto:
            packets = self._said[connection.position - self._base : self._upto - self._base]
            connection.position = self._upto
            connection.session.send_all(packets, joined(packets))

    def _end_round(self) -> None:
        del self._said[: self._upto - self._base]
        self._base, self._joined, self._round = self._upto, b"", None
        if self._said:
            self._round = []
            asyncio.get_running_loop().call_soon(self._begin_round)
