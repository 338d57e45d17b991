"""Crew: who organises an event, in which role, and who helps at it, with what they are asked to do.

Neither gives any rights. Whoever takes part in an event is not of its crew, and the other way round: both sides lock
the event's row before they look, which is what makes it exact.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from hub.domain import accounts, events
from hub.domain.actors import Actor
from hub.domain.privileges import CREATE, DELETE, ORGANISER, UPDATE, VOLUNTEER, demand
from hub.domain.refusals import Conflict, NotFound
from models import Account, Entrant, Event, Organiser, Volunteer

Kind = type[Organiser] | type[Volunteer]


class PersonUnknown(Conflict):
    """Nobody has this username."""

    code = "person_unknown"


class AlreadyCrew(Conflict):
    code = "already_crew"


class TakesPart(Conflict):
    """They are registered for the event, alone or in a team."""

    code = "takes_part"


class NotCrew(NotFound):
    code = "not_crew"


def organisers(public_id: str) -> list[Organiser]:
    """Of one event, as they were added, each with their account."""
    return _of(Organiser, events.get(public_id))


def volunteers(public_id: str) -> list[Volunteer]:
    return _of(Volunteer, events.get(public_id))


def _of(kind: Kind, event: Event) -> list:
    return list(kind.select(kind, Account).join(Account).where(kind.event == event.id).order_by(kind.id))


def add_organiser(public_id: str, username: str, role: str, *, by: Actor) -> list[Organiser]:
    """Answers all of them."""
    demand(by, ORGANISER, CREATE)
    return _add(Organiser, public_id, username, role=role)


def add_volunteer(public_id: str, username: str, tasks: Collection[str], *, by: Actor) -> list[Volunteer]:
    """Answers all of them."""
    demand(by, VOLUNTEER, CREATE)
    return _add(Volunteer, public_id, username, tasks=json.dumps(list(tasks)))


def _add(kind: Kind, public_id: str, username: str, **more: str) -> list:
    event = events.get_locked(public_id)
    person = _known(username)
    if Entrant.select().where((Entrant.event == event.id) & (Entrant.account == person.id)).exists():
        raise TakesPart()
    if _found(kind, event, person) is not None:
        raise AlreadyCrew()
    kind.create(event=event, account=person, **more)
    return _of(kind, event)


def _known(username: str) -> Account:
    person = accounts.find(username)
    if person is None:
        raise PersonUnknown()
    return person


def set_tasks(public_id: str, username: str, tasks: Collection[str] | None, *, by: Actor) -> Volunteer:
    """Ask a volunteer to do other things; None leaves it as it is."""
    demand(by, VOLUNTEER, UPDATE)
    volunteer = _named(Volunteer, public_id, username)
    if tasks is not None:
        volunteer.tasks = json.dumps(list(tasks))
        volunteer.save(only=[Volunteer.tasks])
    return volunteer


def remove_organiser(public_id: str, username: str, *, by: Actor) -> None:
    demand(by, ORGANISER, DELETE)
    _named(Organiser, public_id, username).delete_instance()


def remove_volunteer(public_id: str, username: str, *, by: Actor) -> None:
    demand(by, VOLUNTEER, DELETE)
    _named(Volunteer, public_id, username).delete_instance()


def _named(kind: Kind, public_id: str, username: str):
    """The row of somebody, with their account and the event, which nobody else changes; raises NotCrew."""
    event, person = events.get_locked(public_id), accounts.find(username)
    found = None if person is None else _found(kind, event, person)
    if found is None:
        raise NotCrew()
    found.event, found.account = event, person
    return found


def _found(kind: Kind, event: Event, person: Account):
    return kind.get_or_none(kind.event == event.id, kind.account == person.id)
