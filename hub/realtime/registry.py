"""Who is connected to this node, found by pid and by token. Nothing here is searched through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from prometheus_client import Gauge

from hub import clock
from hub.domain.credentials import Claims
from hub.realtime.connection import Connection

LETTING_IN_SECONDS = 60.0
"""Longer than it ever takes from looking a token up to listening."""

SOCKETS = Gauge("hub_sockets", "Connections to namespaces on this node", ["namespace"])


@cache
def _sockets_of(namespace: str) -> Gauge:
    """Labels are looked up once: storms of connects ask for them thousands of times a second."""
    return SOCKETS.labels(namespace)


class Registry:
    """The connections of a node. `expired` is called when the credential of one has run out."""

    def __init__(self, expired: Callable[[Connection, Claims], None]) -> None:
        self._expired = expired
        self._by_pid: dict[str, Connection] = {}
        self._by_credential: dict[str, set[Connection]] = {}
        self._expiries: dict[Connection, asyncio.TimerHandle] = {}
        self._taken_back: dict[str, asyncio.TimerHandle] = {}
        self._taken_over: dict[str, asyncio.TimerHandle] = {}

    def with_pid(self, pid: str) -> Connection | None:
        return self._by_pid.get(pid)

    def take_over(self, pid: str) -> None:
        """Note that another node has the client of this pid."""
        _note_lately(pid, self._taken_over)

    def was_taken_over(self, pid: str) -> bool:
        return pid in self._taken_over

    def take_back(self, name: str) -> list[Connection]:
        """Note that a token, or all of an account, is dead; answers its connections, which are still to be ended."""
        _note_lately(name, self._taken_back)
        return list(self._by_credential.get(name, ()))

    def was_taken_back(self, connection: Connection) -> bool:
        """Whether a connection's token died lately, as it may while it is let in, or after it has left."""
        return connection.claims is not None and any(name in self._taken_back for name in connection.claims.names)

    def signed_in(self) -> set[Connection]:
        return set().union(*self._by_credential.values())

    def is_live(self, connection: Connection) -> bool:
        return connection.session.connections.get(connection.namespace) is connection

    def add(self, connection: Connection) -> None:
        """Note a connection whose transport is open."""
        connection.session.connections[connection.namespace] = connection
        if connection.pid is not None:
            self._by_pid[connection.pid] = connection
        if connection.claims is not None:
            self._add_token(connection, connection.claims)
        _sockets_of(connection.namespace).inc()

    def remove(self, connection: Connection) -> bool:
        """Take a connection out of every index; False where it was out already."""
        if not self.is_live(connection):
            return False
        del connection.session.connections[connection.namespace]
        if connection.pid is not None and self._by_pid.get(connection.pid) is connection:
            del self._by_pid[connection.pid]
        if connection.claims is not None:
            self._remove_token(connection, connection.claims)
        _sockets_of(connection.namespace).dec()
        return True

    def renew(self, connection: Connection, claims: Claims) -> None:
        """Note what the credential of a live connection says now."""
        if connection.claims is not None:
            self._remove_token(connection, connection.claims)
        connection.claims = claims
        self._add_token(connection, claims)

    def _add_token(self, connection: Connection, claims: Claims) -> None:
        for name in claims.names:
            self._by_credential.setdefault(name, set()).add(connection)
        left = (claims.expires_at - clock.now()) / timedelta(seconds=1)
        timer = asyncio.get_running_loop().call_later(max(0.0, left), self._expired, connection, claims)
        self._expiries[connection] = timer

    def _remove_token(self, connection: Connection, claims: Claims) -> None:
        self._expiries.pop(connection).cancel()
        for name in claims.names:
            self._by_credential[name].discard(connection)
            if not self._by_credential[name]:
                del self._by_credential[name]


def _note_lately(name: str, names: dict[str, asyncio.TimerHandle]) -> None:
    """Note a name for a while from now on, whether it was noted before or not."""
    if (earlier := names.get(name)) is not None:
        earlier.cancel()
    names[name] = asyncio.get_running_loop().call_later(LETTING_IN_SECONDS, names.pop, name)
