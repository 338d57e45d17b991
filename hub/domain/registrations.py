"""Registrations: how people and teams enter an event, leave it, and pay for it. Who sits and who waits is `seating`.

Several rows are taken in one order: accounts, then the team, then the event, under whose lock all else happens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hub import clock
from hub.domain import accounts, events, fees, seating, teams, users
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.facts import record
from hub.domain.privileges import DELETE, READ, REGISTRATION, UPDATE, demand
from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from hub.domain.seating import PAYMENT_PENDING
from models import Account, Entrant, Event, Organiser, Registration, Team, Volunteer

LARGEST_TEAM = 1000
"""Where an event does not say."""


@dataclass(frozen=True)
class PaymentAsked:
    """By who owes it, perhaps not for the first time: the charge is the same one, by the registration's public id.

    Row numbers would not do: SQLite gives those of what was withdrawn out again.
    """

    registration_id: str
    amount: str
    """As it was when they asked: what is raised afterwards, nobody has agreed to."""


class RegistrationNotFound(NotFound):
    code = "registration_not_found"


class AlreadyRegistered(Conflict):
    """By a second call, or somebody else's of the same team; one of `team` and `user` says who."""

    code = "already_registered"

    def __init__(self, event: Event, *, team: str | None = None, user: str | None = None) -> None:
        super().__init__()
        self.event, self.team, self.user = event.public_id, team, user


class NotTheLeader(Conflict):
    """A team is registered by its leader."""

    code = "not_the_leader"


class WrongTeamSize(Conflict):
    """`size` is the team's with its leader; the event takes `least` to `most`."""

    code = "wrong_team_size"

    def __init__(self, size: int, least: int, most: int) -> None:
        super().__init__()
        self.size, self.least, self.most = size, least, most


class InviteesPending(Conflict):
    """They answer first, or their invitations are taken back."""

    code = "invitees_pending"


class Busy(Conflict):
    """Some of those who want to take part cannot; `names` are their usernames."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = ", ".join(names)


class TakesPartAlready(Busy):
    """They are in the event by another registration."""

    code = "takes_part_already"


class WorksThere(Busy):
    """They are organisers or volunteers of the event."""

    code = "works_there"


class NotTheRegistrant(NotAllowed):
    code = "not_the_registrant"


class NothingDue(Conflict):
    """It was paid, or there is nothing to pay."""

    code = "nothing_due"


def register(event_id: str, *, team_id: str | None = None, by: Actor) -> Registration:
    """Enter an event alone, or with the team that one leads, as the event has it."""
    events.get(event_id)
    # Whoever leaves the hub at the same moment leaves no seat behind.
    accounts.hold(by.id)
    if not accounts.exists(by.id):
        raise DeadCredential()
    team = None if team_id is None else teams.find_locked(team_id)
    event = events.get_locked(event_id)
    if event.is_for_teams:
        return _register_team(event, team_id, team, by)
    if team_id is not None:
        raise Invalid("teamId", "is not taken: this event is entered alone, not as a team")
    return _register_alone(event, by)


def _register_alone(event: Event, by: Actor) -> Registration:
    if Registration.select().where((Registration.event == event.id) & (Registration.account == by.id)).exists():
        raise AlreadyRegistered(event, user=by.username)
    _refuse_busy(event, [by.id])
    return _whole(seating.enter(event, [by.id], account_id=by.id))


def _register_team(event: Event, team_id: str | None, team: Team | None, by: Actor) -> Registration:
    if team_id is None:
        raise Invalid("teamId", "is missing")
    if team is None:
        raise teams.TeamNotFound()
    people = teams.people_of(team)
    _refuse_team(event, team, len(people), by)
    _refuse_busy(event, people)
    return _whole(seating.enter(event, people, team_id=team.id))


def _refuse_team(event: Event, team: Team, size: int, by: Actor) -> None:
    if team.leader_id != by.id:
        raise NotTheLeader()
    if Registration.select().where((Registration.event == event.id) & (Registration.team == team.id)).exists():
        raise AlreadyRegistered(event, team=team.public_id)
    least, most = event.min_size or 1, event.max_size or LARGEST_TEAM
    if not least <= size <= most:
        raise WrongTeamSize(size, least, most)
    if teams.has_invitees(team):
        raise InviteesPending()


def _refuse_busy(event: Event, people: Collection[int]) -> None:
    """Refuse those who take part already, or work there."""
    if entrants := _among(people, event, Entrant):
        raise TakesPartAlready(entrants)
    if crew := _among(people, event, Organiser) or _among(people, event, Volunteer):
        raise WorksThere(crew)


def _among(people: Collection[int], event: Event, table: type[Entrant | Organiser | Volunteer]) -> list[str]:
    """The usernames of those of these people who are in the event by this table."""
    involved = (table.event == event.id) & table.account.in_(list(people))
    rows = table.select(Account.username).join(Account, on=table.account).where(involved).order_by(Account.id)
    return [username for (username,) in rows.tuples().execute()]


def withdraw(event_id: str, registration_id: str, *, by: Actor) -> Registration:
    """Leave an event; whoever waited longest gets the seat. Answers what it was."""
    event = events.get_locked(event_id)
    registration = _in(event, registration_id)
    if not _is_registrant(registration, by):
        demand(by, REGISTRATION, DELETE)
    seating.end(event, [registration.id])
    return registration


def _is_registrant(registration: Registration, by: Actor) -> bool:
    """They entered alone, or lead the team."""
    return by.id in (registration.account_id, registration.team.leader_id if registration.team else None)


def receive_payment(event_id: str, registration_id: str, *, by: Actor) -> Registration:
    """Note that staff have received a fee."""
    demand(by, REGISTRATION, UPDATE)
    event = events.get_locked(event_id)
    registration = _in(event, registration_id)
    if registration.state != PAYMENT_PENDING:
        raise NothingDue()
    return _settle(event, registration, reference=None)


def _settle(event: Event, registration: Registration, *, reference: str | None) -> Registration:
    paid = Registration.update(paid_at=clock.now(), payment_reference=reference)
    paid.where(Registration.id == registration.id).execute()
    seating.admit(event, [registration.id], was=PAYMENT_PENDING)
    return _whole(registration.id)


def ask_to_pay(event_id: str, registration_id: str, *, by: Actor) -> Registration:
    """Have the fee charged through the gateway. Asked again before that is settled, it is tried again and still one."""
    event = events.get_locked(event_id)
    registration = _in(event, registration_id)
    if not _is_registrant(registration, by):
        raise NotTheRegistrant()
    amount = fees.amount(event)
    if registration.state != PAYMENT_PENDING or amount is None:
        raise NothingDue()
    if registration.payment_asked_at is None:
        registration.payment_asked_at = clock.now()
        registration.save(only=[Registration.payment_asked_at])
    record(PaymentAsked(registration.public_id, str(amount)))
    return registration


@dataclass(frozen=True)
class Due:
    """A fee that somebody has asked to pay, by the id that makes it the same payment whenever it is asked for."""

    public_id: str
    payer: int | None
    """The account of who entered alone, or of the team's leader."""


def payment_due(registration_id: str) -> Due | None:
    """What is to be charged for a registration; None where it was paid, withdrawn, or costs nothing any more."""
    registration = _found(registration_id)
    if registration is None or registration.state != PAYMENT_PENDING or registration.payment_asked_at is None:
        return None
    payer = registration.team.leader_id if registration.team else registration.account_id
    return Due(registration.public_id, payer) if fees.is_due(registration.event) else None


def paid(registration_id: str, reference: str) -> bool:
    """Note a payment under the provider's name for it; done again it changes nothing.

    False where there was nothing to pay any more, so that the money has to go back: the registration was withdrawn
    meanwhile, staff have noted another payment, or the fee fell away.
    """
    seen = _found(registration_id)
    if seen is None:
        return False
    held = seating.locked_events([seen.event_id])
    registration = _found(registration_id)
    if registration is None:
        return False
    if registration.state != PAYMENT_PENDING:
        return registration.payment_reference == reference
    _settle(held[0], registration, reference=reference)
    return True


def paid_for(event_id: str) -> list[tuple[str, str | None]]:
    """Which registrations for an event were paid, in the order of that, and under which reference."""
    chosen = Registration.select(Registration.public_id, Registration.payment_reference).join(Event)
    paid = chosen.where((Event.public_id == event_id) & Registration.paid_at.is_null(False))
    return list(paid.order_by(Registration.paid_at, Registration.id).tuples().execute())


def get(event_id: str, registration_id: str, *, by: Actor) -> Registration:
    """One registration, for its entrants and for staff."""
    registration = _in(events.get(event_id), registration_id)
    if by.id not in seating.people_in([registration.id])[registration.id]:
        demand(by, REGISTRATION, READ)
    return registration


def every(event_id: str, *, by: Actor) -> tuple[Event, list[Registration]]:
    """An event and all its registrations, in the order in which they were made, for staff."""
    demand(by, REGISTRATION, READ)
    event = events.get(event_id)
    return event, list(_in_order().where(Registration.event == event.id))


def of(username: str, *, by: Actor) -> list[Registration]:
    """What somebody takes part in, alone or in a team, in the order of registration; for themselves and for staff."""
    if not users.is_self(username, by):
        demand(by, REGISTRATION, READ)
    theirs = Entrant.select(Entrant.registration).where(Entrant.account == accounts.named(username).id)
    return list(_in_order().where(Registration.id.in_(theirs)))


def _in_order():
    return seating.whole().order_by(Registration.registered_at, Registration.id)


def _in(event: Event, registration_id: str) -> Registration:
    registration = _found(registration_id)
    if registration is None or registration.event_id != event.id:
        raise RegistrationNotFound()
    return registration


def _found(registration_id: str) -> Registration | None:
    return seating.whole().where(Registration.public_id == registration_id).get_or_none()


def _whole(number: int) -> Registration:
    return seating.whole().where(Registration.id == number).get()
