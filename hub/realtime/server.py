"""The Socket.IO server: python-socketio's protocol over the hub's own connections, streams and rules.

It does not use python-socketio's rooms and managers: a connection listens to exactly one stream, and `Streams` knows
who listens. What clients may say is declared by their namespace. What a client may not do ends its socket; passing
trouble closes its transport, so that it comes back by itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import socketio
import structlog
from engineio import packet as eio_packet
from prometheus_client import Counter
from socketio import packet

from hub import clock
from hub.domain import journal
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, DeadCredential
from hub.perform import DatabaseAway, Overloaded
from hub.realtime import packets
from hub.realtime.connection import Connection, offset_of
from hub.realtime.credentials import StillGood, Who, never
from hub.realtime.desk import Desk
from hub.realtime.events import Namespace
from hub.realtime.packets import HubPacket, MalformedPacket
from hub.realtime.recovery import BadHandshake, Handshake, Pids, parse_handshake
from hub.realtime.registry import Registry
from hub.realtime.replay import proven_position, replay
from hub.realtime.sayings import Saying
from hub.realtime.streams import Stream, Streams
from hub.realtime.tasks import Tasks
from hub.realtime.transport import LONGEST_MESSAGE, MOST_QUEUED_BYTES, HubEngine

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 10.0
"""A transport that joined no namespace by then is closed."""
DRAIN_SECONDS = 2.0
"""What closing all transports, and what clients sent before, may take when the node stops."""
REPLAY_AHEAD_BYTES = MOST_QUEUED_BYTES // 4
"""A replay reads its next page once less than this waits for the client."""

CLOSED = Counter("hub_sockets_closed", "Sockets that the hub closed", ["reason"])


class HubServer(socketio.AsyncServer):
    def __init__(
        self,
        namespaces: Sequence[Namespace],
        who: Who,
        *,
        secret: str,
        still_good: StillGood = never,
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
        self._namespaces: dict[str, Namespace] = {}
        self._who = who
        self._still_good = still_good
        self._pids = Pids(secret)
        self._registry = Registry(self._credential_ran_out)
        self._desk = Desk(self._namespaces, self._registry)
        self._connecting: set[tuple[str, str]] = set()
        self._tasks = Tasks()
        self.tell_others = lambda kind, **content: None
        """How to tell the other nodes something; set when there is a bus."""
        self.joined: Callable[[Connection], None] = lambda connection: None
        self.left: Callable[[Connection], None] = lambda connection: None
        self.acted: Callable[[Connection], None] = lambda connection: None
        """Told of each event that a client sent and that will be carried out."""
        for namespace in namespaces:
            self.mount(namespace)

    def mount(self, namespace: Namespace) -> None:
        self._namespaces[namespace.name] = namespace

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
        # What still comes on a transport that is being closed is not begun any more.
        if self._registry.is_open(eio_sid) and self.eio.socket(eio_sid) is not None:
            await self._at_its_own_cost(eio_sid, self._handle_packet(eio_sid, data))

    async def _at_its_own_cost(self, eio_sid: str, work: Awaitable[None]) -> None:
        """Do something for one client: what goes wrong closes its transport, and costs nobody else anything."""
        try:
            await work
        except MalformedPacket as wrong:
            self.close_transport(eio_sid, "malformed", detail=str(wrong))
        except (DatabaseAway, Overloaded):
            self.close_transport(eio_sid, "database_away")
        except Exception:
            # The edge: a bug costs this client its transport, and nobody else anything.
            log.exception("socket_failed", eio_sid=eio_sid)
            self.close_transport(eio_sid, "internal_error")

    async def _handle_packet(self, eio_sid: str, data: str | bytes) -> None:
        parsed = packets.parse(data)
        namespace = parsed.namespace or "/"
        if parsed.packet_type == packet.CONNECT:
            await self._connect(eio_sid, namespace, parsed.data)
        elif parsed.packet_type == packet.DISCONNECT:
            self._forget(self._registry.on(eio_sid, namespace))
        elif parsed.packet_type == packet.EVENT:
            self._take(eio_sid, namespace, parsed)
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
        claims, actor = await self._person(handshake, namespace)
        connection = self._connection(eio_sid, namespace, handshake, claims, actor)
        try:
            stream = await self.streams.arrive(connection)
            position = await proven_position(self.streams, stream, handshake)
            if self._registry.was_taken_back(connection):
                # After it was looked up: a stranger, where strangers may listen.
                if not namespace.is_public:
                    raise DeadCredential()
                connection.actor = connection.claims = None
            if self._registry.is_open(eio_sid):
                self._join(connection, stream, handshake, position)
        finally:
            if not self._registry.is_live(connection):
                self.streams.leave(connection)

    async def _person(self, handshake: Handshake, namespace: Namespace) -> tuple[Claims | None, Actor | None]:
        """The person behind the token. A public namespace lets a dead token in as a stranger."""
        try:
            if handshake.token is None:
                raise DeadCredential()
            return await self._who(handshake.token)
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
            self.streams.join(connection)
        else:
            self._tasks.start(self._at_its_own_cost(connection.eio_sid, self._replay(connection, stream, position)))

    def _welcome(self, connection: Connection, stream: Stream, handshake: Handshake, position: int | None) -> None:
        reply: dict[str, Any] = {"sid": connection.sid}
        if connection.recovers:
            connection.pid = self._pid_for(connection, handshake, position is not None)
            reply["pid"] = connection.pid
        self._registry.add(connection)
        self.joined(connection)
        self._packet(connection.eio_sid, packet.CONNECT, connection.namespace, reply)
        if connection.recovers:
            self._say_ready(connection, stream, position)

    def _pid_for(self, connection: Connection, handshake: Handshake, recovered: bool) -> str:
        """The client's own pid if it is genuine and everything is made good, else a new one."""
        known = handshake.pid
        is_theirs = known and self._pids.is_genuine(known, connection.viewer, connection.stream)
        if recovered and known and is_theirs and not self._registry.was_taken_over(known):
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
        has_met = await replay(connection, stream, position, self._has_room)
        if not self._registry.is_live(connection):
            return
        if has_met:
            self.streams.join(connection)
        else:
            self.close_transport(connection.eio_sid, "replay_broken")

    async def _has_room(self, connection: Connection) -> bool:
        """Wait until little enough waits for the client; False once it has left."""
        while self._registry.is_live(connection) and self._waiting_bytes(connection) > REPLAY_AHEAD_BYTES:
            await asyncio.sleep(0.02)
        return self._registry.is_live(connection)

    # -- what clients say ---------------------------------------------------------------------------------------------

    def _take(self, eio_sid: str, namespace: str, parsed: HubPacket) -> None:
        """See that an event is carried out. This does not wait for it, because the client's PONGs come behind it."""
        connection = self._registry.on(eio_sid, namespace)
        if connection is None:
            raise MalformedPacket("an event on a namespace that was not joined")
        if not self._desk.accept(connection, parsed):
            self.close_transport(eio_sid, "flood")
            return
        self.acted(connection)
        if connection.inbox.is_idle:
            work = self._at_its_own_cost(eio_sid, self._desk.work_off(connection))
            connection.inbox.worker = self._tasks.start(work)

    # -- leaving ------------------------------------------------------------------------------------------------------

    def _forget(self, connection: Connection | None) -> None:
        if connection is not None and self._registry.remove(connection):
            self.streams.leave(connection)
            self.left(connection)

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
            self._registry.take_over(pid)
            self.close_transport(old.eio_sid, "taken_over")

    def end_credential(self, jti: str) -> None:
        """End every connection that came with this token, and keep out whoever is just being let in with it."""
        for connection in self._registry.take_back(jti):
            self._end_dead(connection, "credential_revoked")

    def close_signed_in(self) -> None:
        """Have everybody with a token come back: it is not known which of the tokens were taken back."""
        for connection in self._registry.signed_in():
            self._desk.clear(connection)
            self.close_transport(connection.eio_sid, "credentials_unknown")

    def end(self, connection: Connection, reason: str) -> None:
        """End one connection for good: the client is told by DISCONNECT, and does not come back by itself."""
        self._packet(connection.eio_sid, packet.DISCONNECT, connection.namespace)
        self._forget(connection)
        CLOSED.labels(reason).inc()
        log.info("socket_ended", sid=connection.sid, namespace=connection.namespace, reason=reason)
        if self._registry.carries_none(connection.eio_sid):
            asyncio.get_running_loop().call_later(1.0, self._close_if_idle, connection.eio_sid)

    def _credential_ran_out(self, connection: Connection, claims: Claims) -> None:
        self._tasks.start(self._at_its_own_cost(connection.eio_sid, self._ask_again(connection, claims)))

    async def _ask_again(self, connection: Connection, claims: Claims) -> None:
        """End a connection whose credential has run out, unless that was used meanwhile and lives on."""
        now_good = await self._still_good(claims)
        if not self._registry.is_live(connection):
            return
        if now_good is not None and now_good.expires_at > claims.expires_at:
            self._registry.renew(connection, now_good)
        else:
            self._end_dead(connection, "credential_expired")

    def _end_dead(self, connection: Connection, reason: str) -> None:
        """End a connection whose credential is dead; what it sent and was not begun must not happen any more."""
        self._desk.clear(connection)
        self.end(connection, reason)

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
        self._tasks.start(socket.close(abort=True))

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

    def say_everywhere(self, namespace: str, stream: str, event: str, payload: dict[str, Any]) -> None:
        """Tell the listeners of a stream on every node something that may be lost."""
        self.say(namespace, stream, event, payload)
        self.tell_others("say", namespace=namespace, stream=stream, event=event, payload=payload)

    def said_elsewhere(self, saying: Saying) -> None:
        """Another node has said something; this node's listeners hear it too, if it has such a namespace."""
        if saying.namespace in self._namespaces:
            self.say(saying.namespace, saying.stream, saying.event, saying.payload)

    # -- running ------------------------------------------------------------------------------------------------------

    async def drain(self) -> None:
        """Take nobody new, close every transport so that clients go to another node or come back, and stop."""
        self.is_draining = True
        for eio_sid in self._registry.transports():
            self.close_transport(eio_sid, "drain")
        await asyncio.sleep(0)
        if late := await self._tasks.end_within(DRAIN_SECONDS):
            log.warning("drain_cut_short", tasks=late, consequence="clients send again what was not acknowledged")
        await self.streams.stop()
        with suppress(asyncio.CancelledError):
            await self.shutdown()
