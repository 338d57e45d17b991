"""What a worker process needs before it does anything: settings, logs, the database and the courier."""

from __future__ import annotations

import ctypes
import signal
import sys
from functools import cache

from hub import broker, database
from hub.courier import HandOver, WorkerCourier
from hub.observability import configure_logs
from hub.perform import use_courier
from hub.settings import Settings, load
from hub.wire import addresses

PR_SET_PDEATHSIG = 1


@cache
def settings() -> Settings:
    return load()


def open_child() -> None:
    """In each process that does work: its own database connection and its own courier."""
    die_with_parent()
    configure_logs("worker")
    addresses.speak_as(settings().public_address)
    database.connect_to(settings().database_address)
    use_courier(WorkerCourier(settings().redis_address, HandOver(broker.client(settings().redis_address))))


def die_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, so that a killed hub leaves nothing behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
