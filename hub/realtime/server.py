"""The Socket.IO server (protocol 5): its packets over the hub's own sessions, streams and rules.

A connection listens to exactly one stream, and `Streams` knows who listens. What clients may say is declared by their
namespace. What a client may not do ends its socket; passing trouble closes its transport, so that it comes back by
itself.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import Counter
from socketio import packet

from hub import clock
from hub.domain import journal
from hub.domain.credentials import Claims, DeadCredential, Keys
from hub.perform import DatabaseAway, Overloaded
from hub.realtime import frames, mounting, packets
from hub.realtime.assembly import Assembly
from hub.realtime.classes import must_arrive
from hub.realtime.connection import Connection
from hub.realtime.credentials import StillGood, Who, never
from hub.realtime.desk import Desk
from hub.realtime.drain import Drain, Pace
from hub.realtime.engine import Engine
from hub.realtime.events import Namespace
from hub.realtime.gate import Gate, OpenGate
from hub.realtime.heartbeats import Heartbeats
from hub.realtime.limits import Bucket
from hub.realtime.lobby import Lobby
from hub.realtime.packets import MalformedPacket, Packet
from hub.realtime.recovery import BadHandshake, Handshake, Pids, parse_handshake
from hub.realtime.registry import Registry
from hub.realtime.sayings import Saying
from hub.realtime.session import Session
from hub.realtime.streams import Streams
from hub.realtime.tasks import Tasks
from hub.realtime.tickets import Revocations, Tickets

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 10.0
"""A transport that joined no namespace by then is closed."""
ENDED_SECONDS = 1.0
"""How long a transport stays open once its last namespace was ended."""
COME_BACK_SECONDS = (1.0, 3.0)
"""When who finds a node that stops may try again."""
MOST_HELD, MOST_HELD_SIZE = 64, 1024 * 1024
"""Packets, and their characters, that may come while a CONNECT is being decided."""
PACKETS_PER_SECOND, PACKETS_AT_ONCE = 100.0, 500.0
SIZE_OF_A_TOKEN = 4096
"""Bytes of a packet that count as one more."""
COST_OF_CONNECT = 20.0
"""Each asks for a token and a stream: as much work as that many events."""
LONGEST_CONNECT = 16 * 1024
"""Characters: a token, a ticket and what else a client says of itself, several times over."""

CLOSED = Counter("hub_sockets_closed", "Sockets that the hub closed", ["reason"])
CLOSE_CODES = {"malformed": frames.POLICY, "flood": frames.POLICY, "internal_error": frames.INTERNAL_ERROR}


class HubServer:
    def __init__(
        self,
        namespaces: Sequence[Namespace],
        who: Who,
        *,
        secret: str,
        still_good: StillGood = never,
        heartbeats: Heartbeats,
        cors_origins: tuple[str, ...],
        connect_seconds: float | None = None,
        bounds_packets: bool = True,
        says_codes: bool = True,
        tickets: Tickets | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._origins = cors_origins
        self.engine = Engine(self, heartbeats, cors_origins)
        self.streams = Streams(self._cut_off)
        self.is_draining = False
        self._pace = pace or Pace()
        self.tickets = tickets or Tickets(Keys(secret), Revocations(lambda: False))
        """Without being told what is taken back, a server issues and believes none."""
        self._connect_seconds = connect_seconds
        self._bounds_packets = bounds_packets
        self._says_codes = says_codes
        self._namespaces: dict[str, Namespace] = {}
        self._still_good = still_good
        self._registry = Registry(self._credential_ran_out)
        self._desk = Desk(self._namespaces, self._registry)
        self._tasks = Tasks()
        self._joinless: dict[Session, float] = {}
        """Transports that joined no namespace yet, the oldest first, and until when they may."""
        self._assembling: set[Session] = set()
        self._lobby = Lobby(
            self.streams,
            self._registry,
            who,
            Pids(secret),
            self.tickets,
            take_over=self._take_over,
            joined=self._has_joined,
            replaying=self._see_to,
            broken=lambda connection: self.close_transport(connection.session, "replay_broken"),
        )
        self.admission: Gate = OpenGate()
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

    def attach(
        self,
        app: web.Application,
        path: str,
        peer_of: mounting.PeerOf = lambda request: request.remote or "unknown",
    ) -> None:
        """Serve at a path of an application."""
        app.router.add_route("*", path, mounting.route(self.engine, self._origins, peer_of))

    # -- what Engine.IO says ------------------------------------------------------------------------------------------

    def refusal(self, peer: str) -> float | None:
        return random.uniform(*COME_BACK_SECONDS) if self.is_draining else self.admission.refusal(peer)

    def opened(self, session: Session) -> None:
        self._wait_for_join(session)

    def _wait_for_join(self, session: Session) -> None:
        """A transport that carries no namespace has a while to join one."""
        self.admission.entered(session.peer)
        seconds = CONNECT_SECONDS if self._connect_seconds is None else self._connect_seconds
        self._joinless[session] = self.engine.now() + seconds

    def said(self, session: Session, message: str | bytes) -> None:
        # What still comes on a transport that is being closed is not begun any more.
        if session.is_closed:
            return
        if session.held is not None:
            session.held.append(message)
            if len(session.held) > MOST_HELD or sum(map(len, session.held)) > MOST_HELD_SIZE:
                self.close_transport(session, "flood")
            return
        try:
            # Before it is parsed, for that is what a large one costs.
            if self._may(session, 1.0 + len(message) / SIZE_OF_A_TOKEN):
                self._take(session, message)
        except MalformedPacket as wrong:
            self.close_transport(session, "malformed", detail=str(wrong))
        except Exception:
            # The edge: a bug costs this client its transport, and nobody else anything.
            log.exception("socket_failed", session=session.sid)
            self.close_transport(session, "internal_error")

    def closed(self, session: Session) -> None:
        if self._joinless.pop(session, None) is not None:
            self.admission.left(session.peer)
        self._assembling.discard(session)
        session.held = session.assembly = None
        for connection in list(session.connections.values()):
            self._forget(connection)

    def ticked(self) -> None:
        """Close transports that joined nothing for too long, or began a packet and do not end it."""
        now = self.engine.now()
        # The oldest stand first, so no more are looked at than are late.
        for session, _ in list(takewhile(lambda one: one[1] < now, self._joinless.items())):
            if session.held is None:
                self.close_transport(session, "no_namespace")
        for session in [one for one in self._assembling if one.assembly is None or one.assembly.until < now]:
            if session.assembly is not None:
                self.close_transport(session, "malformed", detail="attachments that did not come")
            self._assembling.discard(session)

    # -- packets ------------------------------------------------------------------------------------------------------

    def _take(self, session: Session, message: str | bytes) -> None:
        parsed = self._whole(session, message)
        if parsed is None:
            return
        name = parsed.namespace
        if parsed.kind == packet.EVENT:
            self._take_event(session, name, parsed)
        elif parsed.kind == packet.CONNECT:
            if parsed.size > LONGEST_CONNECT:
                raise MalformedPacket("a CONNECT that is too long")
            self._connect(session, name, parsed.data)
        elif parsed.kind == packet.DISCONNECT:
            self._leave(session, name, parsed.data)
        else:
            raise MalformedPacket("a packet that only servers send, or an answer to nothing")

    def _leave(self, session: Session, name: str, said: Any) -> None:
        if said is not None:
            raise MalformedPacket("a DISCONNECT that says something")
        # One that crosses the hub's own is no fault.
        connection = session.connections.get(name)
        if connection is None:
            return
        self._forget(connection)
        if not session.connections:
            self._wait_for_join(session)

    def _whole(self, session: Session, message: str | bytes) -> Packet | None:
        """The packet that a message is or completes; None while attachments are still to come."""
        if isinstance(message, bytes):
            if session.assembly is None:
                raise MalformedPacket("a binary frame that nothing announced")
            whole = session.assembly.add(message)
            if whole is not None:
                session.assembly = None
                self._assembling.discard(session)
            return whole
        if session.assembly is not None:
            raise MalformedPacket("a packet among the attachments of another")
        parsed = packets.parse(message)
        if not parsed.attachments:
            return parsed
        name = parsed.namespace
        if name not in session.connections or not self._namespaces[name].takes_binary:
            raise MalformedPacket("attachments where none are taken")
        session.assembly = Assembly(parsed, self.engine.now())
        self._assembling.add(session)
        return None

    def _may(self, session: Session, cost: float) -> bool:
        """Whether this is within what one client may do; if not, its transport is closed."""
        if not self._bounds_packets:
            return True
        if session.bucket is None:
            session.bucket = Bucket(PACKETS_PER_SECOND, PACKETS_AT_ONCE)
        if session.bucket.take(self.engine.now(), cost):
            return True
        self.close_transport(session, "flood")
        return False

    # -- connecting ---------------------------------------------------------------------------------------------------

    def _connect(self, session: Session, name: str, auth: Any) -> None:
        namespace = self._namespaces.get(name)
        if not self._may(session, COST_OF_CONNECT):
            return
        if namespace is None:
            self._refuse(session, name, "Invalid namespace", "invalid_namespace")
            return
        if name in session.connections:
            raise MalformedPacket("a second CONNECT to one namespace")
        try:
            handshake = parse_handshake(auth)
        except BadHandshake as wrong:
            self._refuse(session, name, str(wrong), wrong.code)
            return
        if not self._lobby.let_in_now(session, namespace, handshake, auth):
            session.held = []
            self._start(session, self._let_in(session, namespace, handshake, auth))

    async def _let_in(self, session: Session, namespace: Namespace, handshake: Handshake, auth: Any) -> None:
        try:
            await self._lobby.let_in(session, namespace, handshake, auth)
        except DeadCredential as dead:
            self._refuse(session, namespace.name, "Sign in again", dead.code)
        held, session.held = session.held, None
        for message in held or ():
            self.said(session, message)

    def _has_joined(self, connection: Connection) -> None:
        if self._joinless.pop(connection.session, None) is not None:
            self.admission.left(connection.session.peer)
        self.joined(connection)

    def _refuse(self, session: Session, name: str, message: str, code: str) -> None:
        session.send(packets.refused(name, message, {"code": code} if self._says_codes else None))

    def _take_over(self, pid: str) -> None:
        """A client has come back, here: its older connection is ended, wherever that is."""
        self.end_older(pid)
        self.tell_others("take_over", pid=pid, at=clock.now().isoformat())

    # -- what clients say ---------------------------------------------------------------------------------------------

    def _take_event(self, session: Session, name: str, parsed: Packet) -> None:
        """See that an event is carried out. This does not wait for it, because the client's PONGs come behind it."""
        connection = session.connections.get(name)
        if connection is None:
            raise MalformedPacket("an event on a namespace that was not joined")
        if not self._desk.accept(connection, parsed):
            self.close_transport(session, "flood")
            return
        self.acted(connection)
        if connection.inbox and connection.inbox.is_idle:
            connection.inbox.worker = self._start(session, self._desk.work_off(connection))

    def _see_to(self, connection: Connection, work: Awaitable[None]) -> None:
        self._start(connection.session, work)

    def _start(self, session: Session, work: Awaitable[None]) -> asyncio.Task[None]:
        return self._tasks.start(self._at_its_own_cost(session, work))

    async def _at_its_own_cost(self, session: Session, work: Awaitable[None]) -> None:
        """Do something for one client: what goes wrong closes its transport, and costs nobody else anything."""
        try:
            await work
        except (DatabaseAway, Overloaded):
            self.close_transport(session, "database_away")
        except Exception:
            # The edge: a bug costs this client its transport, and nobody else anything.
            log.exception("socket_failed", session=session.sid)
            self.close_transport(session, "internal_error")

    # -- leaving ------------------------------------------------------------------------------------------------------

    def _forget(self, connection: Connection) -> None:
        if self._registry.remove(connection):
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
            self.close_transport(old.session, "taken_over")

    def end_credential(self, jti: str) -> None:
        """End every connection that came with this token, and keep out whoever is just being let in with it."""
        for connection in self._registry.take_back(jti):
            self._end_dead(connection, "credential_revoked")

    def close_signed_in(self) -> None:
        """Have everybody with a token come back: it is not known which of the tokens were taken back."""
        for connection in self._registry.signed_in():
            self._desk.clear(connection)
            self.close_transport(connection.session, "credentials_unknown")

    def end(self, connection: Connection, reason: str) -> None:
        """End one connection for good: the client is told by DISCONNECT, and does not come back by itself."""
        connection.send(packets.disconnected(connection.namespace))
        self._forget(connection)
        CLOSED.labels(reason).inc()
        log.info("socket_ended", sid=connection.sid, namespace=connection.namespace, reason=reason)
        session = connection.session
        if not session.connections:
            asyncio.get_running_loop().call_later(ENDED_SECONDS, self._close_if_idle, session)

    def _close_if_idle(self, session: Session) -> None:
        if not session.connections:
            self.close_transport(session, "no_namespace")

    def _credential_ran_out(self, connection: Connection, claims: Claims) -> None:
        self._start(connection.session, self._ask_again(connection, claims))

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
        self.close_transport(connection.session, reason)

    def close_transport(self, session: Session, reason: str, **detail: str) -> None:
        """Close a client's transport; a stock client comes back by itself."""
        if session.is_closed:
            return
        CLOSED.labels(reason).inc()
        log.info("transport_closed", session=session.sid, reason=reason, **detail)
        self.engine.close(session, CLOSE_CODES.get(reason, frames.GOING_AWAY), reason)

    def _send_away(self, session: Session) -> None:
        # Without a line in the log for each of thousands.
        CLOSED.labels("drain").inc()
        self.engine.close(session, frames.GOING_AWAY, "drain", lets_ask_once_more=True)

    # -- telling ------------------------------------------------------------------------------------------------------

    def say(self, namespace: str, stream: str, event: str, payload: Any) -> None:
        """Tell this node's listeners of a stream something that has no number and is not kept."""
        event_class = self._namespaces[namespace].not_kept.get(event, must_arrive)
        self.streams.say(namespace, stream, event_class(packets.event(namespace, event, journal.spell(payload))))

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
        """Take nobody new, send every client away so that it goes to another node or comes back, and stop."""
        if self.is_draining:
            return
        self.is_draining = True
        await Drain(self.tickets, self._send_away, self._pace).send_away(self.engine.sessions())
        if late := await self._tasks.end_within(self._pace.last_seconds):
            log.warning("drain_cut_short", tasks=late, consequence="clients send again what was not acknowledged")
        await self.streams.stop()
        self.engine.stop()
