"""Seats: where many move at once, or end with their event, jobs go on with it. What people hear stands in `teams`."""

from __future__ import annotations

from dataclasses import asdict

from hub.delivery import Delivery, Job, deliveries
from hub.domain.event_ends import EndsUntold
from hub.domain.seating import MoreToSeat

GO_ON = "seating.go_on"
TELL_OF_ENDS = "seating.tell_of_ends"


@deliveries.register
def _(fact: MoreToSeat) -> list[Delivery]:
    number = fact.event_number
    return [Job(GO_ON, {"event_number": number}, unique_key=f"seating:{number}", again=True)]


@deliveries.register
def _(fact: EndsUntold) -> list[Delivery]:
    return [Job(TELL_OF_ENDS, asdict(fact))]
