"""Counters that moved: the person's sockets hear of it at once, and their devices if nobody looks after a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub import clock
from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain.counters import CountersMoved
from hub.reactions.streams import messages_of
from hub.wire import halp

SYNC_DEVICES = "push.sync_devices"

_grace = timedelta(seconds=5)


def give_grace(seconds: float) -> None:
    """How long a person has to read elsewhere; told once, when a process starts."""
    global _grace
    _grace = timedelta(seconds=seconds)


def after_grace() -> datetime:
    """When nobody counts as reading elsewhere any more what has just happened."""
    return clock.now() + _grace


@deliveries.register
def _(fact: CountersMoved) -> list[Delivery]:
    heard = Emit(messages_of(fact.account_id), "counters", halp.push_payload(fact.counters))
    return [heard, sync_devices(fact.account_id)] if fact.has_devices else [heard]


def sync_devices(account_id: int) -> Job:
    """One job for a person, however much happens: it looks at what is true when it runs."""
    return Job(
        SYNC_DEVICES,
        {"account_id": account_id},
        due_at=after_grace(),
        unique_key=f"push:{account_id}",
        again=True,
    )
