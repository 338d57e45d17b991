"""The festival's programme: the events of the schedule with their categories, tags, fees, rules and team sizes.

An event is one row for all contracts. What is made elsewhere has no category, no fee and room for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.domain import events, labels, locations, seating
from hub.domain.actors import Actor
from hub.domain.labels import CATEGORIES, TAGS
from hub.domain.privileges import CREATE, EVENT, UPDATE, demand
from hub.domain.refusals import Conflict, Invalid
from models import Event, Location, Registration

BY_DATE, BY_NAME = ORDERS = ("date", "name")
LASTS = timedelta(hours=1)
"""Where nobody says how long."""
LARGEST_TEAM = 1000
AS_GIVEN = ("short_description", "long_description", "seats")
PARTICULARS = ("prize", "rules", "faq")
SIZES = {"min_size": "minSize", "max_size": "maxSize"}
"""Each with what clients call it."""

Times = Callable[[datetime | None, datetime | None], tuple[datetime, datetime]]
"""When an event will start and end, from when it does so far: None where it is new."""


@dataclass(frozen=True)
class FestivalEvent:
    """An event, with the names of what it is in."""

    event: Event
    categories: tuple[str, ...]
    tags: tuple[str, ...]


class EventHasRegistrations(Conflict):
    """Whoever takes part does so alone, or as a team; that cannot change under them."""

    code = "event_has_registrations"


def get(public_id: str) -> FestivalEvent:
    return _shown([events.get(public_id)])[0]


def programme(
    *,
    categories: Iterable[str] = (),
    tags: Iterable[str] = (),
    order: str = BY_DATE,
    number: int = 1,
    size: int | None = None,
) -> list[FestivalEvent]:
    """The events that are in all of these categories and have all of these tags: all, or one page of them."""
    found = Event.select(Event, Location).join(Location).order_by(Event.start_time, Event.id)
    for kind, names in ((CATEGORIES, list(categories)), (TAGS, list(tags))):
        if names:
            found = found.where(labels.within(kind, names))
    if order == BY_DATE and size is not None:
        return _shown(list(found.paginate(number, size)))
    return _shown(_part(_by_name(found) if order == BY_NAME else list(found), number, size))


def _by_name(found: Iterable[Event]) -> list[Event]:
    # Databases fold letters differently, and SQLite no others than those of English.
    return sorted(found, key=lambda event: event.short_description.casefold())


def _part(rows: list[Event], number: int, size: int | None) -> list[Event]:
    """One page; without a size the first has everything."""
    size = size or max(1, len(rows))
    return rows[(number - 1) * size : number * size]


def _shown(rows: list[Event]) -> list[FestivalEvent]:
    ids = [event.id for event in rows]
    categories, tags = labels.of(CATEGORIES, ids), labels.of(TAGS, ids)
    return [FestivalEvent(event, categories[event.id], tags[event.id]) for event in rows]


def add(given: Mapping[str, Any], *, by: Actor) -> FestivalEvent:
    """Put an event on the programme. `given` holds `venue` and `times`, and what else is known of it."""
    demand(by, EVENT, CREATE)
    return _save(Event(), given)


def change(public_id: str, given: Mapping[str, Any], *, by: Actor) -> FestivalEvent:
    """Change what is given and keep the rest. Whoever is registered stays so; more seats are given on at once."""
    demand(by, EVENT, UPDATE)
    changed = _save(events.get_locked(public_id), given)
    seating.event_changed(changed.event)
    return changed


def _save(event: Event, given: Mapping[str, Any]) -> FestivalEvent:
    _set_plain(event, given)
    _set_sizes(event, given)
    if "times" in given:
        event.start_time, event.end_time = given["times"](event.start_time, event.end_time)
        if event.end_time < event.start_time:
            raise Invalid("endTime", "lies before the start")
    event.location = _place(event, given.get("venue"))
    events.save(event)
    for kind, name in ((CATEGORIES, "categories"), (TAGS, "tags")):
        if name in given:
            labels.put(kind, event, given[name])
    return _shown([event])[0]


def _set_plain(event: Event, given: Mapping[str, Any]) -> None:
    for name in AS_GIVEN:
        if name in given:
            setattr(event, name, given[name])
    if "fees" in given:
        event.fees = json.dumps(given["fees"])
    particulars = {name: given[name] for name in PARTICULARS if name in given}
    event.particulars = json.dumps({**json.loads(event.particulars), **particulars})


def _set_sizes(event: Event, given: Mapping[str, Any]) -> None:
    is_for_teams = given.get("is_for_teams", event.is_for_teams)
    if is_for_teams != event.is_for_teams:
        _refuse_with_registrations(event)
    event.is_for_teams = is_for_teams
    for name in SIZES:
        setattr(event, name, given.get(name, getattr(event, name)) if is_for_teams else None)
    if is_for_teams:
        _refuse_unfit_sizes(event)


def _refuse_with_registrations(event: Event) -> None:
    if event.id is not None and Registration.select().where(Registration.event == event.id).exists():
        raise EventHasRegistrations()


def _refuse_unfit_sizes(event: Event) -> None:
    least, most = (_fit_size(getattr(event, name), called) for name, called in SIZES.items())
    if most < least:
        raise Invalid("maxSize", "is smaller than minSize")


def _fit_size(size: int | None, called: str) -> int:
    if size is None:
        raise Invalid(called, "is missing")
    if not 1 <= size <= LARGEST_TEAM:
        raise Invalid(called, f"is no whole number from 1 to {LARGEST_TEAM}")
    return size


def _place(event: Event, venue: str | None) -> Location:
    """Where it takes place, held until it is told so. Of several places of one name it stays where it is."""
    if event.id is not None and venue in (None, event.location.name):
        return locations.get_locked(event.location.public_id)
    return locations.at(venue or "")


def set_pictures(public_id: str, names: Mapping[str, str], *, by: Actor) -> Event:
    """Show these as `picture`, as `logo` or as both; those that they replace are given back to the store."""
    demand(by, EVENT, UPDATE)
    event = events.get_locked(public_id)
    before = [getattr(event, what) for what in names]
    for what, name in names.items():
        setattr(event, what, name)
    events.drop_pictures(*before)
    return events.save(event)
