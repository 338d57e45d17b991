"""One server node: the Socket.IO server, the bus, the courier and the relay, started and stopped as one."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import structlog
from aiohttp import web

from hub import broker, clock
from hub.courier import HandOver
from hub.domain import hops, journal
from hub.domain.credentials import Keys
from hub.domain.hops import Acknowledged
from hub.domain.journal import Entry
from hub.namespaces import announcements, members, mentor, messages, schedule, sessions, teams
from hub.perform import look_up, perform, use_courier
from hub.presence import MESSAGES, TEAMS
from hub.reactions.streams import CANARY, CREDENTIALS
from hub.realtime import memory
from hub.realtime.admission import Admission
from hub.realtime.bus import Bus, Message
from hub.realtime.connection import Connection
from hub.realtime.courier import HubCourier
from hub.realtime.credentials import Tokens
from hub.realtime.events import Namespace
from hub.realtime.heard import Heard
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.presence import Leases
from hub.realtime.sayings import Saying
from hub.realtime.server import HubServer
from hub.realtime.tickets import KEPT_FOR, Revocations, Tickets
from hub.realtime.vitals import Pulse, new_name
from hub.relay import Relay
from hub.settings import Settings
from hub.vitals import Vitals

log = structlog.get_logger(__name__)

PUBLIC = [mentor.NAMESPACE, announcements.NAMESPACE, schedule.NAMESPACE]
WHERE_PEOPLE_LOOK = {messages.NAME: MESSAGES, sessions.NAME: MESSAGES, teams.NAME: TEAMS}
"""Whoever is connected here may see what a push or a mail would tell them."""

RELAY_SECONDS = 1.0
"""What the relay's last round gets to end in."""


class Node:
    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.leases = Leases(settings.redis_address)
        tokens = Tokens(keys, timedelta(seconds=settings.halp_session_seconds))
        own = [messages.namespace(self._say, self.leases.active), sessions.namespace(settings)]
        self.namespaces: list[Namespace] = [*PUBLIC, *own, members.NAMESPACE, teams.NAMESPACE]
        self.admission = Admission(
            settings.most_sockets, settings.most_memory_mb, bounds_addresses=settings.rate_limits
        )
        self.revocations = Revocations(self._hears_of_revocations)
        self.server = HubServer(
            self.namespaces,
            tokens.who,
            tickets=Tickets(keys, self.revocations),
            still_good=tokens.still_good,
            secret=keys.secret,
            heartbeats=Heartbeats(Heartbeat(settings.ping_interval_seconds, settings.ping_timeout_seconds)),
            bounds_packets=settings.rate_limits,
            cors_origins=settings.cors_origins,
        )
        streams = self.server.streams
        self.server.admission = self.admission
        self.admission.open_sockets = lambda: len(self.server.engine)
        self.bus = Bus(settings.redis_address, self._heard, streams.check_soon, streams.heard_of)
        streams.followed, streams.let_go = self.bus.follow, self.bus.let_go
        self._revocations_read = min(KEPT_FOR, timedelta(seconds=settings.journal_seconds))
        """How far back the journal has all of them."""
        self.server.tell_others = self.bus.publish
        self.server.joined = self._joined
        self.server.left = self.leases.drop
        self.server.acted = lambda connection: self.leases.active(connection, True)
        self.canary_heard_at: datetime | None = None
        self.pulse = Pulse(settings.redis_address, new_name(), self._vitals)
        self._heard_by_people = Heard(f"node {self.pulse.name}", self.server.engine.ping_now, _note_heard)
        streams.told = self._heard_by_people.told
        self._started_at, self._version = clock.now(), version("hub")
        self._positions = mentor.Positions(self.server)
        self._hand_over = HandOver(broker.client(settings.redis_address))
        self._relay = Relay(settings.redis_address, self._hand_over)
        # A daemon, so that a broker that hangs cannot keep the process from ending.
        self._relay_thread = threading.Thread(target=self._relay.run_until_stopped, name="relay", daemon=True)

    @property
    def is_draining(self) -> bool:
        return self.server.is_draining

    async def start(self) -> None:
        use_courier(HubCourier(self.server.streams, self.bus, self._hand_over))
        self.server.streams.start()
        self.bus.start()
        self.admission.start()
        self.leases.start()
        self._heard_by_people.start()
        self.pulse.start()
        await self._positions.start()
        await self._listen(CANARY, self._canary_sang)
        await self._listen(CREDENTIALS, self._credential_revoked)
        (await self.server.streams.follow(CREDENTIALS)).when_anew = self._revocations_missed
        await self._read_revocations()
        self._relay_thread.start()

    async def drain(self) -> None:
        """Send everybody away who is connected; calls are answered meanwhile."""
        self.pulse.hurry()
        await self.server.drain()

    async def stop(self) -> None:
        self.admission.stop()
        self._relay.stop()
        await self._positions.stop()
        await self._heard_by_people.stop()
        await self.server.drain()
        await asyncio.gather(self.leases.stop(), self.pulse.stop())
        await self.bus.stop()
        await asyncio.to_thread(self._relay_thread.join, RELAY_SECONDS)
        self._hand_over.close()

    def _vitals(self) -> Vitals:
        return Vitals(
            name=self.pulse.name,
            started_at=self._started_at,
            version=self._version,
            sockets=self.admission.open_sockets(),
            streams=self.server.streams.number_followed,
            lag_ms=round(1000 * self.admission.lag.worst_since_asked(), 1),
            memory_mb=memory.resident() // memory.MEGABYTE,
            is_draining=self.is_draining,
        )

    def _joined(self, connection: Connection) -> None:
        if (place := WHERE_PEOPLE_LOOK.get(connection.namespace)) is not None:
            self.leases.take(connection, place)

    def _say(self, namespace: str, stream: str, event: str, payload: Any) -> None:
        self.server.say_everywhere(namespace, stream, event, payload)

    async def _listen(self, stream: str, ear) -> None:
        (await self.server.streams.follow(stream)).ears.append(ear)

    def _canary_sang(self, entry: Entry) -> None:
        self.canary_heard_at = clock.now()

    def _credential_revoked(self, entry: Entry) -> None:
        name = _revoked_in(entry)
        self.revocations.note(name)
        self.server.end_credential(name)

    def _hears_of_revocations(self) -> bool:
        return self.bus.is_connected and not self.server.streams.is_behind

    def _revocations_missed(self) -> None:
        self.revocations.begin_anew()
        self.server.close_signed_in()

    async def _read_revocations(self) -> None:
        """What was taken back before this node listened; a ticket may be older than the node."""
        since = clock.now() - self._revocations_read
        entries = await look_up(journal.since, CREDENTIALS, since)
        self.revocations.begin(map(_revoked_in, entries), since)

    def _heard(self, message: Message) -> None:
        """What another node or a worker says on the bus; nonsense is passed over, for the journal has the truth."""
        try:
            self._act_on(message)
        except Exception as wrong:
            # The edge: whatever somebody publishes, this node goes on listening.
            log.warning("odd_bus_message", reason=f"{type(wrong).__name__}: {wrong}")

    def _act_on(self, message: Message) -> None:
        if message["kind"] == "entry":
            content: dict[str, Any] = message["entry"]
            self.server.streams.offer(Entry(**content))
        elif message["kind"] == "take_over":
            self.server.taken_over_elsewhere(message["pid"], datetime.fromisoformat(message["at"]))
        elif message["kind"] == "say":
            self.server.said_elsewhere(Saying.model_validate(message))


async def _note_heard(many: list[Acknowledged]) -> None:
    await perform(hops.acknowledged, many)


def _revoked_in(entry: Entry) -> str:
    return json.loads(entry.payload)["jti"]


NODE: web.AppKey[Node] = web.AppKey("node", Node)
