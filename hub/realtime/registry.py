"""Who is connected to this node, found by transport, by pid and by token. Nothing here is searched through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from prometheus_client import Gauge

from hub import clock
from hub.realtime.connection import Connection

SOCKETS = Gauge("hub_sockets", "Connections to namespaces on this node", ["namespace"])


class Registry:
    """The connections of a node. `expired` is called when a connection's token has run out."""

    def __init__(self, expired: Callable[[Connection], None]) -> None:
        self._expired = expired
        self._live: set[Connection] = set()
        self._by_transport: dict[str, dict[str, Connection]] = {}
        self._by_pid: dict[str, Connection] = {}
        self._by_jti: dict[str, set[Connection]] = {}
        self._expiries: dict[Connection, asyncio.TimerHandle] = {}

    def open_transport(self, eio_sid: str) -> None:
        self._by_transport[eio_sid] = {}

    def close_transport(self, eio_sid: str) -> list[Connection]:
        """Forget a transport; answers the connections that it carried, which are still to be removed."""
        return list(self._by_transport.pop(eio_sid, {}).values())

    def transports(self) -> list[str]:
        return list(self._by_transport)

    def is_open(self, eio_sid: str) -> bool:
        return eio_sid in self._by_transport

    def carries_none(self, eio_sid: str) -> bool:
        return not self._by_transport.get(eio_sid)

    def on(self, eio_sid: str, namespace: str) -> Connection | None:
        return self._by_transport.get(eio_sid, {}).get(namespace)

    def with_pid(self, pid: str) -> Connection | None:
        return self._by_pid.get(pid)

    def with_token(self, jti: str) -> list[Connection]:
        return list(self._by_jti.get(jti, ()))

    def signed_in(self) -> list[Connection]:
        return [connection for connection in self._live if connection.claims is not None]

    def is_live(self, connection: Connection) -> bool:
        return connection in self._live

    def add(self, connection: Connection) -> None:
        """Note a connection whose transport is open."""
        self._live.add(connection)
        self._by_transport[connection.eio_sid][connection.namespace] = connection
        if connection.pid is not None:
            self._by_pid[connection.pid] = connection
        if connection.claims is not None:
            self._by_jti.setdefault(connection.claims.jti, set()).add(connection)
            left = (connection.claims.expires_at - clock.now()) / timedelta(seconds=1)
            loop = asyncio.get_running_loop()
            self._expiries[connection] = loop.call_later(max(0.0, left), self._expired, connection)
        SOCKETS.labels(connection.namespace).inc()

    def remove(self, connection: Connection) -> bool:
        """Take a connection out of every index; False where it was out already."""
        if connection not in self._live:
            return False
        self._live.discard(connection)
        self._by_transport.get(connection.eio_sid, {}).pop(connection.namespace, None)
        if connection.pid is not None and self._by_pid.get(connection.pid) is connection:
            del self._by_pid[connection.pid]
        if connection.claims is not None:
            self._remove_token(connection, connection.claims.jti)
        SOCKETS.labels(connection.namespace).dec()
        return True

    def _remove_token(self, connection: Connection, jti: str) -> None:
        self._expiries.pop(connection).cancel()
        self._by_jti[jti].discard(connection)
        if not self._by_jti[jti]:
            del self._by_jti[jti]
