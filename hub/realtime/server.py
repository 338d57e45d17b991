"""The Socket.IO server: python-socketio's protocol over the hub's own connections, streams and rules.

It does not use python-socketio's rooms and managers: a connection listens to exactly one stream, and `Streams` knows
who listens. What a client may not do ends its socket; passing trouble closes its transport, so that it comes back by
itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import socketio
import structlog
from engineio import packet as eio_packet
from prometheus_client import Counter
from socketio import packet

from hub import clock
from hub.domain import journal
from hub.domain.actors import Actor
from hub.domain.credentials import SIGN_IN_KINDS, Claims, DeadCredential, Keys, actor_behind
from hub.perform import DatabaseAway, Overloaded, look_up
from hub.realtime import packets
from hub.realtime.connection import Connection, offset_of
from hub.realtime.packets import HubPacket, MalformedPacket
from hub.realtime.recovery import BadHandshake, Handshake, Pids, parse_handshake
from hub.realtime.registry import Registry
from hub.realtime.streams import Stream, Streams
from hub.realtime.transport import LONGEST_MESSAGE, MOST_QUEUED_BYTES, HubEngine

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 10.0
"""A transport that joined no namespace by then is closed."""
DRAIN_SECONDS = 2.0
"""What closing all transports may take when the node stops."""
LETTING_IN_SECONDS = 60.0
"""Longer than it ever takes from looking a token up to listening."""
REPLAY_AHEAD_BYTES = MOST_QUEUED_BYTES // 4
"""A replay reads its next page once less than this waits for the client."""

CLOSED = Counter("hub_sockets_closed", "Sockets that the hub closed", ["reason"])
REPLAYED = Counter("hub_events_replayed", "Events sent again to clients that came back")


class Namespace(Protocol):
    """What the server asks of a namespace."""

    @property
    def name(self) -> str: ...

    @property
    def is_public(self) -> bool: ...

    def stream_of(self, actor: Actor | None) -> str: ...


class HubServer(socketio.AsyncServer):
    def __init__(
        self,
        namespaces: Sequence[Namespace],
        keys: Keys,
        *,
        ping_interval: int,
        ping_timeout: int,
        cors_origins: tuple[str, ...],
    ) -> None:
        super().__init__(
            async_mode="aiohttp",
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            max_http_buffer_size=LONGEST_MESSAGE,
            http_compression=False,
            # CORS headers are set for the whole application in one place; here only origins are refused.
            cors_allowed_origins="*" if cors_origins == ("*",) else list(cors_origins),
            serializer=HubPacket,
            logger=False,
            engineio_logger=False,
        )
        self.streams = Streams(self._cut_off)
        self.is_draining = False
        self._namespaces: Mapping[str, Namespace] = {namespace.name: namespace for namespace in namespaces}
        self._keys = keys
        self._pids = Pids(keys.secret)
        self._registry = Registry(self._credential_expired)
        self._connecting: set[tuple[str, str]] = set()
        self._revoked_lately: set[str] = set()
        self._taken_lately: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.tell_others = lambda kind, **content: None
        """How to tell the other nodes something; set when there is a bus."""

    def _engineio_server_class(self) -> type[HubEngine]:
        return HubEngine

    # -- what Engine.IO says ------------------------------------------------------------------------------------------

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> bool | None:
        if self.is_draining:
            return False
        self._registry.open_transport(eio_sid)
        asyncio.get_running_loop().call_later(CONNECT_SECONDS, self._close_if_idle, eio_sid)
        return None

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        if not self._registry.is_open(eio_sid):
            return
        try:
            await self._handle_packet(eio_sid, packets.parse(data))
        except MalformedPacket as wrong:
            self.close_transport(eio_sid, "malformed", detail=str(wrong))
        except (DatabaseAway, Overloaded):
            self.close_transport(eio_sid, "database_away")
        except Exception:
            # The edge: a bug costs this client its transport, and nobody else anything.
            log.exception("socket_failed", eio_sid=eio_sid)
            self.close_transport(eio_sid, "internal_error")

    async def _handle_packet(self, eio_sid: str, parsed: HubPacket) -> None:
        namespace = parsed.namespace or "/"
        if parsed.packet_type == packet.CONNECT:
            await self._connect(eio_sid, namespace, parsed.data)
        elif parsed.packet_type == packet.DISCONNECT:
            self._forget(self._registry.on(eio_sid, namespace))
        elif parsed.packet_type == packet.EVENT:
            # No namespace declares events that clients may send yet.
            raise MalformedPacket("an event that the namespace does not know")
        else:
            raise MalformedPacket("a packet that only servers send, or an answer to nothing")

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        for connection in self._registry.close_transport(eio_sid):
            self._forget(connection)

    # -- connecting ---------------------------------------------------------------------------------------------------

    async def _connect(self, eio_sid: str, name: str, auth: Any) -> None:
        namespace = self._namespaces.get(name)
        if namespace is None:
            self._refuse(eio_sid, name, "Invalid namespace", "invalid_namespace")
            return
        if self._registry.on(eio_sid, name) is not None or (eio_sid, name) in self._connecting:
            raise MalformedPacket("a second CONNECT to one namespace")
        self._connecting.add((eio_sid, name))
        try:
            await self._let_in(eio_sid, namespace, parse_handshake(auth))
        except BadHandshake as wrong:
            self._refuse(eio_sid, name, str(wrong), wrong.code)
        except DeadCredential as dead:
            self._refuse(eio_sid, name, "Sign in again", dead.code)
        finally:
            self._connecting.discard((eio_sid, name))

    async def _let_in(self, eio_sid: str, namespace: Namespace, handshake: Handshake) -> None:
        claims, actor = await self._who(handshake, namespace)
        connection = self._connection(eio_sid, namespace, handshake, claims, actor)
        stream = await self.streams.follow(connection.stream)
        position = await self._proven_position(stream, handshake)
        if claims is not None and claims.jti in self._revoked_lately:
            # Taken back after it was looked up: a stranger, where strangers may listen.
            if not namespace.is_public:
                raise DeadCredential()
            connection = self._connection(eio_sid, namespace, handshake, None, None)
        if self._registry.is_open(eio_sid):
            self._join(connection, stream, handshake, position)

    async def _who(self, handshake: Handshake, namespace: Namespace) -> tuple[Claims | None, Actor | None]:
        """The person behind the token. A public namespace lets a dead token in as a stranger."""
        try:
            if handshake.token is None:
                raise DeadCredential()
            claims = self._keys.read(handshake.token, SIGN_IN_KINDS)
            return claims, await look_up(actor_behind, claims)
        except DeadCredential:
            if namespace.is_public:
                return None, None
            raise

    def _connection(
        self, eio_sid: str, namespace: Namespace, handshake: Handshake, claims: Claims | None, actor: Actor | None
    ) -> Connection:
        return Connection(
            eio_sid=eio_sid,
            sid=secrets.token_urlsafe(15),
            namespace=namespace.name,
            stream=namespace.stream_of(actor),
            send=lambda text: self._write(eio_sid, text),
            actor=actor,
            claims=claims,
            recovers=handshake.wants,
            since=clock.now(),
        )

    def _join(self, connection: Connection, stream: Stream, handshake: Handshake, position: int | None) -> None:
        """Answer CONNECT, say `ready`, send again what was missed, and listen from there on."""
        self._welcome(connection, stream, handshake, position)
        if position is None or position == stream.seq:
            stream.members.add(connection)
        else:
            self._spawn(self._replay(connection, stream, position))

    async def _proven_position(self, stream: Stream, handshake: Handshake) -> int | None:
        """The number after which the client goes on; None where it cannot be shown that nothing would be missing."""
        if not handshake.wants or handshake.offset is None:
            return None
        epoch, seq = handshake.offset
        if epoch != stream.epoch or seq > stream.seq:
            # This node may lag behind the one that gave the offset out.
            await self.streams.catch_up(stream)
        if epoch != stream.epoch or seq > stream.seq:
            return None
        if seq == stream.seq:
            return seq
        page = await look_up(journal.after, stream.name, seq, 1)
        return seq if page.whole and page.head.epoch == epoch else None

    def _welcome(self, connection: Connection, stream: Stream, handshake: Handshake, position: int | None) -> None:
        reply: dict[str, Any] = {"sid": connection.sid}
        if connection.recovers:
            connection.pid = self._pid_for(connection, handshake, position is not None)
            reply["pid"] = connection.pid
        self._registry.add(connection)
        self._packet(connection.eio_sid, packet.CONNECT, connection.namespace, reply)
        if connection.recovers:
            self._say_ready(connection, stream, position)

    def _pid_for(self, connection: Connection, handshake: Handshake, recovered: bool) -> str:
        """The client's own pid if it is genuine and everything is made good, else a new one."""
        known = handshake.pid
        is_theirs = known and self._pids.is_genuine(known, connection.viewer, connection.stream)
        if recovered and known and is_theirs and known not in self._taken_lately:
            self.end_older(known)
            self.tell_others("take_over", pid=known, at=clock.now().isoformat())
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
        offset = offset_of(stream.epoch, start)
        connection.send(packets.event_text(connection.namespace, "ready", journal.spell(ready), offset))

    async def _replay(self, connection: Connection, stream: Stream, position: int) -> None:
        """Send what the client missed, page by page at its own pace, until it has caught up with this node."""
        epoch = stream.epoch
        try:
            while position < stream.seq and self._registry.is_live(connection):
                page = await look_up(journal.after, stream.name, position)
                if page.head.epoch != epoch or not page.whole:
                    self.close_transport(connection.eio_sid, "replay_broken")
                    return
                for entry in page.entries:
                    # What is beyond this node's own position comes by the stream itself.
                    if entry.seq <= stream.seq:
                        connection.hear(entry)
                        position = entry.seq
                        REPLAYED.inc()
                        await self._let_drain(connection)
        except (DatabaseAway, Overloaded):
            self.close_transport(connection.eio_sid, "database_away")
            return
        # Nothing was awaited since the last comparison, so no event can fall between replay and listening.
        if not self._registry.is_live(connection):
            return
        if position == stream.seq and epoch == stream.epoch:
            stream.members.add(connection)
        else:
            self.close_transport(connection.eio_sid, "replay_broken")

    async def _let_drain(self, connection: Connection) -> None:
        while self._registry.is_live(connection) and self._waiting_bytes(connection) > REPLAY_AHEAD_BYTES:
            await asyncio.sleep(0.02)

    # -- leaving ------------------------------------------------------------------------------------------------------

    def _forget(self, connection: Connection | None) -> None:
        if connection is not None and self._registry.remove(connection):
            self.streams.leave(connection)

    def end_older(self, pid: str) -> None:
        """End the connection that used this pid before: its client has come back on another."""
        old = self._registry.with_pid(pid)
        if old is not None:
            self.end(old, "taken_over")

    def taken_over_elsewhere(self, pid: str, at: datetime) -> None:
        """Another node has this client since `at`. The news may be late, and the client back here since then."""
        old = self._registry.with_pid(pid)
        if old is not None and old.since < at:
            # If it is alive all the same and comes back, it gets a name of its own, or the two would go on for ever.
            self._taken_lately.add(pid)
            asyncio.get_running_loop().call_later(LETTING_IN_SECONDS, self._taken_lately.discard, pid)
            self.close_transport(old.eio_sid, "taken_over")

    def end_credential(self, jti: str) -> None:
        """End every connection that came with this token, and keep out whoever is just being let in with it."""
        self._revoked_lately.add(jti)
        asyncio.get_running_loop().call_later(LETTING_IN_SECONDS, self._revoked_lately.discard, jti)
        for connection in self._registry.with_token(jti):
            self.end(connection, "credential_revoked")

    def close_signed_in(self) -> None:
        """Have everybody with a token come back: it is not known which of the tokens were taken back."""
        for connection in self._registry.signed_in():
            self.close_transport(connection.eio_sid, "credentials_unknown")

    def end(self, connection: Connection, reason: str) -> None:
        """End one connection for good: the client is told by DISCONNECT, and does not come back by itself."""
        self._packet(connection.eio_sid, packet.DISCONNECT, connection.namespace)
        self._forget(connection)
        CLOSED.labels(reason).inc()
        log.info("socket_ended", sid=connection.sid, namespace=connection.namespace, reason=reason)
        if self._registry.carries_none(connection.eio_sid):
            asyncio.get_running_loop().call_later(1.0, self._close_if_idle, connection.eio_sid)

    def _credential_expired(self, connection: Connection) -> None:
        self.end(connection, "credential_expired")

    def _cut_off(self, connection: Connection, reason: str) -> None:
        self.close_transport(connection.eio_sid, reason)

    def close_transport(self, eio_sid: str, reason: str, **detail: str) -> None:
        """Close a client's transport; a stock client comes back by itself."""
        socket = self.eio.socket(eio_sid)
        if socket is None:
            return
        socket.is_leaving = True
        CLOSED.labels(reason).inc()
        log.info("transport_closed", eio_sid=eio_sid, reason=reason, **detail)
        self._spawn(socket.close(abort=True))

    def _close_if_idle(self, eio_sid: str) -> None:
        if self._registry.is_open(eio_sid) and self._registry.carries_none(eio_sid):
            self.close_transport(eio_sid, "no_namespace")

    # -- writing ------------------------------------------------------------------------------------------------------

    def _write(self, eio_sid: str, text: str) -> None:
        """Queue one packet's text for a client; one that takes too little is cut off."""
        socket = self.eio.socket(eio_sid)
        if socket is None:
            return
        if socket.queue.waiting_bytes > MOST_QUEUED_BYTES:
            self.close_transport(eio_sid, "slow")
            return
        socket.queue.put_nowait(eio_packet.Packet(eio_packet.MESSAGE, text))

    def _waiting_bytes(self, connection: Connection) -> int:
        socket = self.eio.socket(connection.eio_sid)
        return 0 if socket is None else socket.queue.waiting_bytes

    def _packet(self, eio_sid: str, kind: int, namespace: str, data: Any = None) -> None:
        self._write(eio_sid, HubPacket(kind, data, namespace).encode())

    def _refuse(self, eio_sid: str, namespace: str, message: str, code: str) -> None:
        data = {"message": message, "data": {"code": code}}
        self._packet(eio_sid, packet.CONNECT_ERROR, namespace, data)

    def say(self, namespace: str, stream: str, event: str, payload: Any) -> None:
        """Tell this node's listeners of a stream something that may be lost: it has no number and is not kept."""
        text = packets.event_text(namespace, event, journal.spell(payload))
        for member in self.streams.members(stream):
            if self._waiting_bytes(member) <= REPLAY_AHEAD_BYTES:
                member.send(text)

    # -- running ------------------------------------------------------------------------------------------------------

    async def drain(self) -> None:
        """Take nobody new, close every transport so that clients go to another node or come back, and stop."""
        self.is_draining = True
        for eio_sid in self._registry.transports():
            self.close_transport(eio_sid, "drain")
        await asyncio.sleep(0)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
        await self.streams.stop()
        with suppress(asyncio.CancelledError):
            await self.shutdown()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
