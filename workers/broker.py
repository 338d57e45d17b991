"""A guard for Celery's Redis transport.

kombu 5.7.0 ends the whole worker with an AttributeError when Redis goes away while a task with late acknowledgement
runs: it asks a channel that is closed already for its connection's parameters. Saying "no connection" instead lets the
worker reconnect like after every other loss. To be dropped when a later kombu passes
`tests/faults/test_losing_the_broker.py` without it.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(kombu_redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("the channel is closed")
        return super()._connparams(asynchronous)


class Transport(kombu_redis.Transport):
    Channel = Channel


def guard() -> None:
    """Use the guarded transport for every Redis address; `redis` also serves unix sockets."""
    for alias in ("redis", "rediss"):
        TRANSPORT_ALIASES[alias] = "workers.broker:Transport"
