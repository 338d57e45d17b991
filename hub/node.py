"""One server node: the Socket.IO server, the bus, the courier and the relay, started and stopped as one."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from hub import broker, clock
from hub.courier import HandOver
from hub.domain.credentials import Keys
from hub.domain.journal import Entry
from hub.namespaces import announcements, members, mentor, messages, schedule, sessions, teams
from hub.perform import use_courier
from hub.presence import MESSAGES, TEAMS
from hub.reactions.streams import CANARY, CREDENTIALS
from hub.realtime.bus import Bus, Message
from hub.realtime.connection import Connection
from hub.realtime.courier import HubCourier
from hub.realtime.credentials import Tokens
from hub.realtime.events import Namespace
from hub.realtime.presence import Leases
from hub.realtime.sayings import Saying
from hub.realtime.server import HubServer
from hub.relay import Relay
from hub.settings import Settings

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
        self.server = HubServer(
            self.namespaces,
            tokens.who,
            still_good=tokens.still_good,
            secret=keys.secret,
            ping_interval=settings.ping_interval_seconds,
            ping_timeout=settings.ping_timeout_seconds,
            cors_origins=settings.cors_origins,
        )
        self.bus = Bus(settings.redis_address, self._heard, self.server.streams.check_soon)
        self.server.tell_others = self.bus.publish
        self.server.joined = self._joined
        self.server.left = self.leases.drop
        self.server.acted = lambda connection: self.leases.active(connection, True)
        self.canary_heard_at: datetime | None = None
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
        self.leases.start()
        await self._positions.start()
        await self._listen(CANARY, self._canary_sang)
        await self._listen(CREDENTIALS, self._credential_revoked)
        (await self.server.streams.follow(CREDENTIALS)).when_anew = self.server.close_signed_in
        self._relay_thread.start()

    async def stop(self) -> None:
        self._relay.stop()
        await self._positions.stop()
        await self.server.drain()
        await self.leases.stop()
        await self.bus.stop()
        await asyncio.to_thread(self._relay_thread.join, RELAY_SECONDS)
        self._hand_over.close()

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
        self.server.end_credential(json.loads(entry.payload)["jti"])

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


NODE: web.AppKey[Node] = web.AppKey("node", Node)
