"""The schedule: what happens when and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain import event_ends, locations
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import CREATE, DELETE, EVENT, UPDATE, demand
from hub.domain.profiles import ImagesDropped
from hub.domain.refusals import EndsTooEarly, NotFound
from models import Event, Location, locked


@dataclass(frozen=True)
class EventSaved:
    event: Event


@dataclass(frozen=True)
class EventDeleted:
    public_id: str


class EventNotFound(NotFound):
    code = "event_not_found"


def schedule() -> list[Event]:
    """All events with their places, by start."""
    return list(_with_locations().order_by(Event.start_time, Event.id))


def get(public_id: str) -> Event:
    """One event with its place."""
    return _found(_with_locations().where(Event.public_id == public_id))


def get_locked(public_id: str) -> Event:
    """One event with its place, which nobody else changes until the unit ends.

    Only the event: who registers must not wait for those who register for others at the same place.
    """
    _found(locked(Event.select(Event.id).where(Event.public_id == public_id)))
    return get(public_id)


def _found(query) -> Event:
    event = query.get_or_none()
    if event is None:
        raise EventNotFound()
    return event


def _with_locations():
    return Event.select(Event, Location).join(Location)


def add(*, location: str, by: Actor, **fields: Any) -> Event:
    """Put an event on the schedule; `location` is the public id of its place."""
    demand(by, EVENT, CREATE)
    return _save(Event(**fields), location)


def change(public_id: str, *, by: Actor, location: str | None = None, **fields: Any) -> Event:
    demand(by, EVENT, UPDATE)
    event = get_locked(public_id)
    for name, value in fields.items():
        setattr(event, name, value)
    return _save(event, location)


def _save(event: Event, location: str | None) -> Event:
    if event.end_time < event.start_time:
        raise EndsTooEarly("end_time", "start_time")
    # Kept from being deleted until the event refers to it, and from being renamed until it is told with its name.
    event.location = locations.get_locked(location or event.location.public_id)
    return save(event)


def save(event: Event) -> Event:
    """Keep an event, at the place that it has, and have it told."""
    event.save()
    record(EventSaved(event))
    return event


def delete(public_id: str, *, by: Actor) -> None:
    """Take an event off the schedule, with whatever belongs to it alone; who is registered is told."""
    demand(by, EVENT, DELETE)
    event = get_locked(public_id)
    event_ends.tell_all(event)
    event.delete_instance()
    record(EventDeleted(public_id))
    drop_pictures(event.picture, event.logo)


def drop_pictures(*names: str | None) -> None:
    """Give pictures that an event has no more back to the store."""
    dropped = tuple(name for name in names if name is not None)
    if dropped:
        record(ImagesDropped(dropped))
