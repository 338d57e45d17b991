"""The lobby: where a client that asks for a namespace is let in, told what it missed, and joined to its stream."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from hub import clock
from hub.domain import journal
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, DeadCredential
from hub.realtime import packets
from hub.realtime.connection import Connection
from hub.realtime.credentials import Who
from hub.realtime.events import Namespace
from hub.realtime.recovery import Handshake, Pids
from hub.realtime.registry import Registry
from hub.realtime.replay import proven_position, replay
from hub.realtime.session import MOST_QUEUED_BYTES, Session
from hub.realtime.streams import Stream, Streams
from hub.realtime.tickets import Tickets

REPLAY_AHEAD_BYTES = MOST_QUEUED_BYTES // 4
"""A replay reads its next page once less than this waits for the client."""
ROOM_SECONDS = 0.02
"""Between two looks whether a client has taken enough of a replay."""


class Lobby:
    """`take_over(pid)` ends whoever used a pid before; `replaying(connection, work)` sees to it that work is done."""

    def __init__(
        self,
        streams: Streams,
        registry: Registry,
        who: Who,
        pids: Pids,
        tickets: Tickets,
        *,
        take_over: Callable[[str], None],
        joined: Callable[[Connection], None],
        replaying: Callable[[Connection, Any], None],
        broken: Callable[[Connection], None],
    ) -> None:
        self._streams = streams
        self._registry = registry
        self._who = who
        self._pids = pids
        self._tickets = tickets
        self._take_over = take_over
        self._joined = joined
        self._replaying = replaying
        self._broken = broken

    def let_in_now(self, session: Session, namespace: Namespace, handshake: Handshake, auth: Any) -> bool:
        """Let in a stranger whose stream is at hand, without waiting for anything; False where that cannot be done."""
        if handshake.token is not None or handshake.offset is not None or not namespace.is_public:
            return False
        stream = self._streams.at_hand(namespace.stream_of(None))
        if stream is None:
            return False
        connection = self._connection(session, namespace, handshake, None, None)
        self._streams.keep_for(connection)
        self._join(connection, namespace, stream, handshake, None, auth)
        return True

    async def let_in(self, session: Session, namespace: Namespace, handshake: Handshake, auth: Any) -> None:
        """Let in whoever the database knows. Raises DeadCredential where nobody unknown may listen."""
        claims, actor = await self._person(handshake, namespace)
        if session.is_closed:
            return
        connection = self._connection(session, namespace, handshake, claims, actor)
        try:
            stream = await self._streams.arrive(connection)
            position = await proven_position(self._streams, stream, handshake)
            if self._registry.was_taken_back(connection):
                # After it was looked up: a stranger, where strangers may listen.
                if not namespace.is_public:
                    raise DeadCredential()
                connection.actor = connection.claims = None
            if not session.is_closed:
                self._join(connection, namespace, stream, handshake, position, auth)
        finally:
            if not self._registry.is_live(connection):
                self._streams.leave(connection)

    async def _person(self, handshake: Handshake, namespace: Namespace) -> tuple[Claims | None, Actor | None]:
        """The person behind the token. A public namespace lets a dead token in as a stranger."""
        try:
            if handshake.token is None:
                raise DeadCredential()
            by_ticket = handshake.ticket and self._tickets.open(handshake.ticket, handshake.token, clock.now())
            return by_ticket or await self._who(handshake.token)
        except DeadCredential:
            if namespace.is_public:
                return None, None
            raise

    def _connection(
        self, session: Session, namespace: Namespace, handshake: Handshake, claims: Claims | None, actor: Actor | None
    ) -> Connection:
        return Connection(
            session=session,
            sid=secrets.token_urlsafe(15),
            namespace=namespace.name,
            stream=namespace.stream_of(actor),
            actor=actor,
            claims=claims,
            recovers=handshake.wants,
            since=clock.now(),
        )

    def _join(
        self,
        connection: Connection,
        namespace: Namespace,
        stream: Stream,
        handshake: Handshake,
        position: int | None,
        auth: Any,
    ) -> None:
        """Answer CONNECT, say `ready`, send again what was missed, and listen from there on."""
        self._welcome(connection, stream, handshake, position)
        if namespace.greets is not None:
            namespace.greets(connection, auth)
        if not self._registry.is_live(connection):
            return
        if position is None or position == stream.seq:
            self._streams.join(connection)
        else:
            self._replaying(connection, self._replay(connection, stream, (stream.epoch, position)))

    def _welcome(self, connection: Connection, stream: Stream, handshake: Handshake, position: int | None) -> None:
        reply: dict[str, Any] = {"sid": connection.sid}
        connection.heard = stream.seq if position is None else position
        if connection.recovers:
            connection.pid = self._pid_for(connection, handshake, position is not None)
            reply["pid"] = connection.pid
        self._registry.add(connection)
        self._joined(connection)
        connection.send(packets.connected(connection.namespace, reply))
        if connection.recovers:
            self._say_ready(connection, stream, position)

    def _pid_for(self, connection: Connection, handshake: Handshake, recovered: bool) -> str:
        """The client's own pid if it is genuine and everything is made good, else a new one."""
        known = handshake.pid
        is_theirs = known and self._pids.is_genuine(known, connection.viewer, connection.stream)
        if recovered and known and is_theirs and not self._registry.was_taken_over(known):
            self._take_over(known)
            return known
        return self._pids.new(connection.viewer, connection.stream)

    def _say_ready(self, connection: Connection, stream: Stream, position: int | None) -> None:
        start = stream.seq if position is None else position
        ready = {
            "recovered": position is not None,
            "from": start,
            "head": stream.seq,
            "epoch": stream.epoch,
            "pid": connection.pid,
        }
        offset = packets.offset_of(stream.epoch, start)
        connection.send(packets.event(connection.namespace, "ready", journal.spell(ready), offset))

    async def _replay(self, connection: Connection, stream: Stream, offset: tuple[str, int]) -> None:
        has_met = await replay(self._streams, connection, stream, offset, self._has_room)
        if not self._registry.is_live(connection):
            return
        if has_met:
            self._streams.join(connection)
        else:
            self._broken(connection)

    async def _has_room(self, connection: Connection) -> bool:
        """Wait until little enough waits for the client; False once it has left."""
        while self._registry.is_live(connection) and connection.session.waiting_bytes > REPLAY_AHEAD_BYTES:
            await asyncio.sleep(ROOM_SECONDS)
        return self._registry.is_live(connection)
