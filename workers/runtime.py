"""What a worker process needs before it does anything: settings, logs, the database and the courier."""

from __future__ import annotations

from functools import cache

from hub import broker, database, orphans
from hub.courier import HandOver, WorkerCourier
from hub.observability import configure_logs
from hub.perform import use_courier
from hub.reactions import counters
from hub.settings import Settings, load
from hub.wire import addresses, local_times


@cache
def settings() -> Settings:
    return load()


def open_child(parent: int) -> None:
    """In each process that does work: its own database connection and courier, and an end when its parent ends."""
    orphans.die_with(parent)
    configure_logs("worker")
    addresses.speak_as(settings().public_address)
    local_times.speak_in(settings().timezone)
    counters.give_grace(settings().push_grace_seconds)
    database.connect_to(settings().database_address)
    use_courier(WorkerCourier(settings().redis_address, HandOver(broker.client(settings().redis_address))))
