"""What follows from a fact: an event to everyone on a stream (`Emit`), or work for a worker (`Job`).

Reactions turn facts into deliveries and touch nothing else; `perform` stores them in the same transaction as the
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any


@dataclass(frozen=True)
class Emit:
    """An event for all listeners of a stream; `views` says what the named accounts hear instead of the payload."""

    stream: str
    event: str
    payload: Any
    views: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """Work by name with plain arguments, due now or at a moment (UTC, naive)."""

    name: str
    arguments: Mapping[str, Any]
    due_at: datetime | None = None
    unique_key: str | None = None
    """At most one job with this key is ever stored."""
    again: bool = False
    """Have the job that has the key already done once more, if it is not waiting anyway."""
    account_id: int | None = None
    """Whom it is for, where the arguments do not say so."""


Delivery = Emit | Job


@singledispatch
def deliveries(fact: object) -> list[Delivery]:
    """What follows from `fact`; reactions register themselves by the fact's class. By default nothing does."""
    return []
