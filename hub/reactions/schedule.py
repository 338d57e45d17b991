"""The schedule: events, places and the four times."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.events import EventDeleted, EventSaved
from hub.domain.locations import LocationDeleted, LocationSaved
from hub.domain.times import TimesSet
from hub.reactions.streams import SCHEDULE
from hub.wire import vivere


@deliveries.register
def _(fact: EventSaved) -> list[Delivery]:
    return [Emit(SCHEDULE, "save", vivere.event(fact.event))]


@deliveries.register
def _(fact: EventDeleted) -> list[Delivery]:
    return [Emit(SCHEDULE, "delete", {"id": fact.public_id})]


@deliveries.register
def _(fact: LocationSaved) -> list[Delivery]:
    return [Emit(SCHEDULE, "location_save", vivere.location(fact.location))]


@deliveries.register
def _(fact: LocationDeleted) -> list[Delivery]:
    return [Emit(SCHEDULE, "location_delete", {"id": fact.public_id})]


@deliveries.register
def _(fact: TimesSet) -> list[Delivery]:
    return [Emit(SCHEDULE, "times", vivere.times(fact.times))]
