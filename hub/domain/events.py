"""The schedule: what happens when and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain import locations
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import CREATE, DELETE, EVENT, UPDATE, demand
from hub.domain.refusals import Invalid, NotFound
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


def _get(public_id: str) -> Event:
    event = locked(_with_locations().where(Event.public_id == public_id)).get_or_none()
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
    event = _get(public_id)
    for name, value in fields.items():
        setattr(event, name, value)
    return _save(event, location)


def _save(event: Event, location: str | None) -> Event:
    if event.end_time < event.start_time:
        raise Invalid("end_time", "lies before start_time")
    if location is not None:
        # Kept from being deleted until the event refers to it.
        event.location = locations.get_locked(location)
    event.save()
    record(EventSaved(event))
    return event


def delete(public_id: str, *, by: Actor) -> None:
    demand(by, EVENT, DELETE)
    _get(public_id).delete_instance()
    record(EventDeleted(public_id))
