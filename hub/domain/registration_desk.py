"""Registrations as staff see them: how full each event is, and who comes, page by page.

A list may be long and is read in several units of work. It is in the order in which registrations were made, so that
whoever withdraws or registers meanwhile moves nobody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import fn

from hub.domain import events, registrations
from hub.domain.actors import Actor
from hub.domain.privileges import READ, REGISTRATION, demand
from hub.domain.seating import STATES, WAITING
from models import Account, Entrant, Event, Registration, Team

_SHOWN_OF_PEOPLE = (
    *(Account.id, Account.name, Account.username),
    *(Account.email_key, Account.phone_number, Account.college),
)


@dataclass(frozen=True)
class Filled:
    """An event, and how many registrations of it are in each state."""

    event: Event
    counts: dict[str, int]


@dataclass(frozen=True)
class Entry:
    """A registration with its team, if it is one's, and its people.

    `place` in the waiting list counts from 1, and is None for who does not wait.
    """

    registration: Registration
    team: Team | None
    people: list[Account]
    place: int | None


@dataclass(frozen=True)
class Page:
    """`last` is the number of its last registration where there are more."""

    filled: Filled
    entries: list[Entry]
    last: int | None


def overview(*, by: Actor) -> list[Filled]:
    """Every event of the schedule, by start."""
    demand(by, REGISTRATION, READ)
    counts = _counts()
    return [Filled(event, counts[event.id]) for event in events.schedule()]


def _counts(*which) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATES, 0))
    chosen = Registration.select(Registration.event, Registration.state, fn.COUNT(Registration.id))
    grouped = (chosen.where(*which) if which else chosen).group_by(Registration.event, Registration.state)
    for event, state, number in grouped.tuples().execute():
        found[event][state] = number
    return found


def page(event_id: str, *, state: str | None = None, after: int = 0, size: int, by: Actor) -> Page:
    """The next registrations of an event, of one state or of all. Raises EventNotFound."""
    demand(by, REGISTRATION, READ)
    event = events.get(event_id)
    filled = Filled(event, _counts(Registration.event == event.id)[event.id])
    chosen = (Registration.event == event.id) & (Registration.id > after)
    if state is not None:
        chosen &= Registration.state == state
    found = list(Registration.select().where(chosen).order_by(Registration.id).limit(size + 1))
    return Page(filled, _entries(event, found[:size]), found[size - 1].id if len(found) > size else None)


def one(event_id: str, registration_id: str, *, by: Actor) -> Entry:
    """One registration. Raises EventNotFound and RegistrationNotFound."""
    demand(by, REGISTRATION, READ)
    registration = registrations.get(event_id, registration_id, by=by)
    return _entries(registration.event, [registration])[0]


def _entries(event: Event, found: list[Registration]) -> list[Entry]:
    people, teams = _people_in([one.id for one in found]), _teams_of(found)
    places = _places(event) if any(one.state == WAITING for one in found) else {}
    return [
        Entry(one, teams.get(one.team_id), people[one.id], places.get(one.id) if one.state == WAITING else None)
        for one in found
    ]


def _teams_of(found: list[Registration]) -> dict[int | None, Team]:
    chosen = Team.id.in_({one.team_id for one in found} - {None})
    return {team.id: team for team in Team.select(Team.id, Team.name, Team.leader).where(chosen)}


def _people_in(numbers: Collection[int]) -> dict[int, list[Account]]:
    """Who takes part by each of these registrations, as they joined."""
    found: dict[int, list[Account]] = defaultdict(list)
    rows: Any = Account.select(*_SHOWN_OF_PEOPLE, Entrant.registration).join(Entrant, on=Entrant.account)
    for person in rows.where(Entrant.registration.in_(list(numbers))).order_by(Entrant.id).objects():
        found[person.registration].append(person)
    return found


def _places(event: Event) -> dict[int, int]:
    """Who is seated first, second and so on, as `seating` does it."""
    waiting = (Registration.event == event.id) & (Registration.state == WAITING)
    in_turn = Registration.select(Registration.id).where(waiting).order_by(Registration.waiting_since, Registration.id)
    return {number: place for place, (number,) in enumerate(in_turn.tuples().execute(), 1)}
