"""Seats: who has one of those that an event has, who waits for one, and who owes a fee before they may.

payment pending -> waiting -> confirmed. A free seat belongs to whoever has waited longest, at once, so nobody waits
while one is free. A team counts as one; a pending payment holds no seat; and nobody is thrown out when seats get fewer.

Everything here is called with the row of the event locked (`events.get_locked`), which is what makes it exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN

from hub import clock
from hub.domain import fees
from hub.domain.facts import record
from models import Account, Entrant, Event, Location, Registration, Team, locked

PAYMENT_PENDING, WAITING, CONFIRMED = STATES = ("payment pending", "waiting", "confirmed")
AT_ONCE = 300
"""People whose registrations move in one unit of work, for each of them is told; a job goes on with the others."""


@dataclass(frozen=True)
class RegistrationMoved:
    """A registration was made (`was` None) or came from the state `was` to its own; `people` are its entrants."""

    registration: Registration
    people: tuple[int, ...]
    was: str | None


@dataclass(frozen=True)
class RegistrationEnded:
    """It was withdrawn, or its team or its registrant is no more."""

    registration: Registration
    people: tuple[int, ...]


@dataclass(frozen=True)
class MoreToSeat:
    """So many move at once that a job has to go on with it."""

    event_number: int


@dataclass(frozen=True)
class PaidForNothing:
    """An event costs nothing any more, and some had paid, the last of them at this moment."""

    event_id: str
    last_paid_at: datetime


def fill(event: Event) -> bool:
    """Give the free seats to those who have waited longest; answers whether there were both."""
    return _tell_of_moves(dict.fromkeys(_seat(event), WAITING))


def event_changed(event: Event) -> bool:
    """Seats were added, or the fee fell away: whoever gains by it does so at once, and nobody loses by a change.

    Answers whether anybody has gained.
    """
    if fees.is_due(event):
        return fill(event)
    _note_the_paid(event)
    pending = Registration.select(Registration.id).where(_in(event, PAYMENT_PENDING)).order_by(Registration.id)
    return admit(event, _some(event, pending, AT_ONCE), was=PAYMENT_PENDING)


def _note_the_paid(event: Event) -> None:
    paid = Registration.select().where((Registration.event == event.id) & Registration.paid_at.is_null(False))
    last = paid.order_by(Registration.paid_at.desc()).first()
    if last is not None:
        record(PaidForNothing(event.public_id, last.paid_at))


def go_on(event_number: int) -> bool:
    """Move the next of many, and answer whether there were any; safe at any time, and with an event that is no more."""
    return any(event_changed(event) for event in locked_events([event_number]))


def admit(event: Event, numbers: Collection[int], *, was: str | None) -> bool:
    """Have these registrations, of which nothing is due any more, wait behind the others, or sit where there is room.

    What is told of each is where it ended, once. Answers whether any moved, these or others.
    """
    chosen = Registration.id.in_(numbers)
    if numbers:
        Registration.update(state=WAITING, waiting_since=clock.now()).where(chosen).execute()
    moved: dict[int, str | None] = dict.fromkeys(_seat(event), WAITING)
    return _tell_of_moves(moved | dict.fromkeys(numbers, was))


def _seat(event: Event) -> list[int]:
    """Seat as many of the waiting as there is room for; answers which."""
    taken = Registration.select().where(_in(event, CONFIRMED)).count()
    room = AT_ONCE if event.seats is None else min(AT_ONCE, max(0, event.seats - taken))
    waiting = Registration.select(Registration.id).where(_in(event, WAITING))
    chosen = _some(event, waiting.order_by(Registration.waiting_since, Registration.id), room)
    if chosen:
        Registration.update(state=CONFIRMED).where(Registration.id.in_(chosen)).execute()
    return chosen


def _some(event: Event, rows, most: int) -> list[int]:
    """The first of these registrations, and where there may be more than one unit of work can move, a note of that."""
    first = [row.id for row in rows.limit(most)]
    if not first:
        return []
    chosen = batches({number: len(people) for number, people in people_in(first).items()})[0]
    if len(chosen) < len(first) or len(chosen) == AT_ONCE:
        record(MoreToSeat(event.id))
    return chosen


def batches(sizes: Mapping[int, int]) -> list[list[int]]:
    """Registrations, each with the number of its people, parted into what one unit of work can tell of: one at least.

    A team may be larger than the others together, and is not parted.
    """
    parts: list[list[int]] = []
    room = 0
    for number, size in sizes.items():
        if not parts or size > room:
            parts.append([])
            room = AT_ONCE
        parts[-1].append(number)
        room -= size
    return parts


def _in(event: Event, state: str):
    return (Registration.event == event.id) & (Registration.state == state)


def _tell_of_moves(moved: dict[int, str | None]) -> bool:
    """Answers whether there were any."""
    if not moved:
        return False
    people = people_in(moved)
    for registration in whole().where(Registration.id.in_(list(moved))).order_by(Registration.id):
        record(RegistrationMoved(registration, people[registration.id], moved[registration.id]))
    return True


def enter(event: Event, people: Iterable[int], *, account_id: int | None = None, team_id: int | None = None) -> int:
    """Enter a person or a team; `people` are all who take part, and none of them does yet. Answers its number."""
    now = clock.now()
    is_due = fees.is_due(event)
    made = Registration.create(
        event=event.id,
        account=account_id,
        team=team_id,
        state=PAYMENT_PENDING if is_due else WAITING,
        registered_at=now,
    )
    Entrant.insert_many({"event": event.id, "account": one, "registration": made.id} for one in people).execute()
    if is_due:
        _tell_of_moves({made.id: None})
    else:
        admit(event, [made.id], was=None)
    return made.id


def end(event: Event, numbers: Collection[int]) -> None:
    """Take registrations out of an event; the seats that they leave are given on."""
    tell_of_ends(numbers)
    Registration.delete().where(Registration.id.in_(numbers)).execute()
    fill(event)


def end_all(which) -> None:
    """Take registrations out of whatever events they are in, which are locked here."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for row in Registration.select(Registration.id, Registration.event).where(which):
        numbers[row.event_id].append(row.id)
    for event in locked_events(numbers):
        end(event, numbers[event.id])


def tell_of_ends(numbers: Collection[int]) -> None:
    """Tell of registrations that are about to be deleted."""
    people = people_in(numbers)
    for row in whole().where(Registration.id.in_(numbers)).order_by(Registration.id):
        record(RegistrationEnded(row, people[row.id]))


def whole():
    """Registrations with their event and its place, their team and its leader, and the person who entered alone."""
    leader = Account.alias()
    chosen = Registration.select(Registration, Event, Location, Team, leader, Account)
    with_event = chosen.join(Event).join(Location).switch(Registration)
    with_team = with_event.join(Team, JOIN.LEFT_OUTER).join(leader, JOIN.LEFT_OUTER, on=Team.leader, attr="leader")
    return with_team.switch(Registration).join(Account, JOIN.LEFT_OUTER, on=Registration.account, attr="account")


def people_in(numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The accounts that take part by each of these registrations, as they joined."""
    found: dict[int, list[int]] = defaultdict(list)
    chosen = Entrant.registration.in_(list(numbers))
    rows = Entrant.select(Entrant.registration, Entrant.account).where(chosen).order_by(Entrant.id)
    for registration, account in rows.tuples().execute():
        found[registration].append(account)
    return {number: tuple(found[number]) for number in numbers}


def locked_events(numbers: Collection[int]) -> list[Event]:
    """Events, whose registrations nobody else changes until this unit ends; always taken in one order."""
    chosen = Event.id.in_(list(numbers))
    # Without their places, in which others order them differently.
    list(locked(Event.select(Event.id).where(chosen).order_by(Event.id)))
    return list(Event.select(Event, Location).join(Location).where(chosen).order_by(Event.id))
