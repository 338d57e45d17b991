"""The desk: what clients send is carried out here, that of each connection strictly one after another.

Accepted: a client that comes back on a new connection may be carried out there before the last of what it sent on the
old one. Who sends something again does so under its `client_id`, which makes that harmless.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from prometheus_client import Histogram
from socketio import packet
from structlog.contextvars import bind_contextvars

from hub.realtime import packets
from hub.realtime.connection import Connection
from hub.realtime.events import Namespace, Verbatim, answer
from hub.realtime.inbox import Sent
from hub.realtime.packets import MalformedPacket, Packet
from hub.realtime.registry import Registry

log = structlog.get_logger(__name__)

CARRIED_OUT = Histogram(
    "hub_client_event_seconds", "Time to carry out a client's event", ["namespace", "event", "outcome"]
)


class Desk:
    def __init__(self, namespaces: Mapping[str, Namespace], registry: Registry) -> None:
        self._namespaces = namespaces
        self._registry = registry

    def accept(self, connection: Connection, parsed: Packet) -> bool:
        """Put an event where it waits for its turn; False where too much waits already. What needs no wait is done."""
        event, *arguments = parsed.data
        declared = self._namespaces[connection.namespace].events.get(event)
        if declared is None:
            raise MalformedPacket("an event that the namespace does not know")
        if isinstance(declared, Verbatim):
            told = declared.handle(connection, arguments)
            if parsed.ack is not None and not parsed.attachments:
                connection.send(packets.ack(connection.namespace, parsed.ack, *told))
            elif parsed.ack is not None:
                for one in packets.whole(packet.ACK, connection.namespace, told, parsed.ack):
                    connection.send(one)
            return True
        return connection.inbox.put(Sent(event, arguments, parsed.ack, parsed.size))

    async def work_off(self, connection: Connection) -> None:
        """Carry out what waits, also after the client has left, unless its credential was taken back meanwhile."""
        try:
            while connection.inbox and not self._registry.was_taken_back(connection):
                await self._carry_out(connection, connection.inbox.take())
        finally:
            # Nothing may overtake an event that failed: the client was told of none, and sends them again in order.
            self.clear(connection)

    async def _carry_out(self, connection: Connection, sent: Sent) -> None:
        bind_contextvars(sid=connection.sid, namespace=connection.namespace, client_event=sent.event)
        began = time.perf_counter()
        told = await answer(self._namespaces[connection.namespace], connection, sent.event, sent.arguments)
        outcome = "ok" if told["ok"] else "refused"
        CARRIED_OUT.labels(connection.namespace, sent.event, outcome).observe(time.perf_counter() - began)
        # The next connection to this namespace on the same transport counts its acknowledgements anew.
        if sent.ack is not None and self._registry.is_live(connection):
            connection.send(packets.ack(connection.namespace, sent.ack, told))

    def clear(self, connection: Connection) -> None:
        """What waits will not be carried out; nobody was told that it was."""
        if dropped := connection.inbox.drop():
            log.info("client_events_dropped", sid=connection.sid, namespace=connection.namespace, count=dropped)
