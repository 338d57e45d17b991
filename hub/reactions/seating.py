"""Seats: where many move at once, a job goes on with it. What people are told of it stands in `teams`."""

from __future__ import annotations

from hub.delivery import Delivery, Job, deliveries
from hub.domain.seating import MoreToSeat

GO_ON = "seating.go_on"


@deliveries.register
def _(fact: MoreToSeat) -> list[Delivery]:
    number = fact.event_number
    return [Job(GO_ON, {"event_number": number}, unique_key=f"seating:{number}", again=True)]
