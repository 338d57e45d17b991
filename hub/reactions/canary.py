"""The canary's way: a job for a worker, then an event for every node."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain import canary
from hub.domain.canary import CanarySang, CanarySent
from hub.reactions.streams import CANARY
from hub.wire.moments import naive_iso


@deliveries.register
def _(fact: CanarySent) -> list[Delivery]:
    return [Job(canary.JOB, {})]


@deliveries.register
def _(fact: CanarySang) -> list[Delivery]:
    return [Emit(CANARY, "sang", {"at": naive_iso(fact.at)})]
