"""Places of the event and their maps."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import IntegrityError

from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import CREATE, DELETE, LOCATION, UPDATE, demand
from hub.domain.refusals import Conflict, NotFound
from models import Location, alone, locked


@dataclass(frozen=True)
class LocationSaved:
    location: Location


@dataclass(frozen=True)
class LocationDeleted:
    public_id: str


class LocationNotFound(NotFound):
    code = "location_not_found"


class LocationInUse(Conflict):
    """Events take place there; they must be moved or deleted first."""

    code = "location_in_use"


def maps() -> list[Location]:
    """The places on the list of maps, by rank; rank 0 is the first that counts (the document: rank > -1)."""
    return list(Location.select().where(Location.rank >= 0).order_by(Location.rank, Location.id))


def every() -> list[Location]:
    return list(Location.select().order_by(Location.name, Location.id))


def get(public_id: str) -> Location:
    location = Location.get_or_none(Location.public_id == public_id)
    if location is None:
        raise LocationNotFound()
    return location


def add(*, by: Actor, **fields: object) -> Location:
    demand(by, LOCATION, CREATE)
    location = Location.create(**fields)
    record(LocationSaved(location))
    return location


def change(public_id: str, *, by: Actor, **fields: object) -> Location:
    """Change the fields given and keep the others."""
    demand(by, LOCATION, UPDATE)
    location = get_locked(public_id)
    for name, value in fields.items():
        setattr(location, name, value)
    location.save()
    record(LocationSaved(location))
    return location


def set_image(public_id: str, *, key: str, content_type: str, by: Actor) -> tuple[Location, str | None]:
    """Give a place the image that lies in the store under `key`; answers also the key of the one it had before."""
    demand(by, LOCATION, UPDATE)
    location = get_locked(public_id)
    before, location.image_key, location.image_type = location.image_key, key, content_type
    location.save()
    record(LocationSaved(location))
    return location, before


def delete(public_id: str, *, by: Actor) -> Location:
    """Forget a place where nothing takes place; answers what it was, so that its image can go too."""
    demand(by, LOCATION, DELETE)
    location = get_locked(public_id)
    try:
        location.delete_instance()
    except IntegrityError:
        raise LocationInUse() from None
    record(LocationDeleted(public_id))
    return location


def get_locked(public_id: str) -> Location:
    """The place, which nobody else may change or delete until this unit ends."""
    location = locked(Location.select().where(Location.public_id == public_id)).get_or_none()
    if location is None:
        raise LocationNotFound()
    return location


def at(name: str) -> Location:
    """The place of exactly this name, made where there is none; nobody deletes it until this unit ends."""
    return _named(name) or _first_named(name)


def _named(name: str) -> Location | None:
    return locked(Location.select().where(Location.name == name).order_by(Location.id).limit(1)).get_or_none()


def _first_named(name: str) -> Location:
    # Of two who name a new place at the same moment, one makes it and the other finds it.
    alone(Location)
    found = _named(name)
    if found is None:
        found = Location.create(name=name)
        record(LocationSaved(found))
    return found
