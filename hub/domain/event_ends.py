"""What those who are registered for an event hear when it is deleted.

A few are told in the unit of work that deletes it. Many are written down in it and told by jobs, some by each: so the
event is gone for everybody at once, and nobody has to wait until all are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from hub.domain import jobs, seating
from hub.domain.facts import record
from hub.domain.seating import RegistrationEnded
from models import Account, Entrant, Event, Registration, Team


@dataclass(frozen=True)
class Ended:
    """A registration that is no more, in plain values, so that a job can carry it."""

    public_id: str
    team: str | None
    """The public id of the team that was registered; else `username` is who entered alone."""
    username: str | None
    paid_at: str | None
    payment_reference: str | None
    people: list[int]


@dataclass(frozen=True)
class EndsUntold:
    """So many registrations ended with their event that jobs have to tell of them: of these one job."""

    event_id: str
    event_name: str
    ended: tuple[Ended, ...]


def tell_all(event: Event) -> None:
    """Tell everybody who is registered for an event that is about to be deleted, and is locked; or have them told."""
    people = _people_of(event)
    parts = seating.batches({number: len(some) for number, some in people.items()})
    if len(parts) <= 1:
        seating.tell_of_ends(list(people))
        return
    rows = {number: values for number, *values in _values_of(event)}
    for part in parts:
        ended = tuple(_ended(rows[number], people[number]) for number in part)
        record(EndsUntold(event.public_id, event.short_description, ended))


def _people_of(event: Event) -> dict[int, list[int]]:
    """Who takes part by each registration. Asked for by the event: no statement could name all of many thousands."""
    numbers = Registration.select(Registration.id).where(Registration.event == event.id).order_by(Registration.id)
    people: dict[int, list[int]] = {number: [] for (number,) in numbers.tuples().execute()}
    entrants = Entrant.select(Entrant.registration, Entrant.account).where(Entrant.event == event.id)
    for number, account in entrants.order_by(Entrant.id).tuples().execute():
        people[number].append(account)
    return people


def _values_of(event: Event) -> Iterable[tuple[Any, ...]]:
    who = Registration.id, Registration.public_id, Team.public_id, Account.username
    chosen = Registration.select(*who, Registration.paid_at, Registration.payment_reference)
    with_team = chosen.join(Team, JOIN.LEFT_OUTER).switch(Registration)
    with_person = with_team.join(Account, JOIN.LEFT_OUTER, on=Registration.account)
    return with_person.where(Registration.event == event.id).tuples().execute()


def _ended(values: list[Any], people: list[int]) -> Ended:
    public_id, team, username, paid_at, reference = values
    return Ended(public_id, team, username, paid_at and paid_at.isoformat(), reference, people)


def tell_some(job_id: int, event_id: str, event_name: str, ended: Iterable[Mapping[str, Any]]) -> None:
    """Tell of what a job was given. However often that is done, it is told once."""
    if not jobs.is_first(job_id):
        return
    event = Event(public_id=event_id, short_description=event_name)
    told = [Ended(**values) for values in ended]
    there = _still_there([person for one in told for person in one.people])
    for one in told:
        record(RegistrationEnded(_registration(one, event), tuple(who for who in one.people if who in there)))


def _still_there(people: list[int]) -> set[int]:
    """Nothing is said to whoever has left meanwhile."""
    return {number for (number,) in Account.select(Account.id).where(Account.id.in_(people)).tuples().execute()}


def _registration(one: Ended, event: Event) -> Registration:
    return Registration(
        public_id=one.public_id,
        event=event,
        team=None if one.team is None else Team(public_id=one.team),
        account=None if one.username is None else Account(username=one.username),
        paid_at=None if one.paid_at is None else datetime.fromisoformat(one.paid_at),
        payment_reference=one.payment_reference,
    )
