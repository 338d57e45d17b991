"""What tests of teams and registrations arrange: students of a college, events with seats, and teams."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hub import clock
from hub.domain import invitations, registrations, teams, users
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Event, Location, Registration
from tests import people
from tests.people import password_hash

COLLEGE = "Test College 123"


def student(name: str, college: str | None = COLLEGE) -> Actor:
    given = {"username": name, "email": f"{name}@example.org", "firstName": name.title(), "lastName": "Lee"}
    more = {"phoneNumber": None, "collegeName": college, "profilePicture": None}
    return run(lambda: actor_of(users.sign_up({**given, **more}, password_hash=password_hash())))


def staff(name: str) -> Actor:
    return people.make(name, staff=True)


def event(*, seats: int | None = None, fee: str | None = None, sizes: tuple[int, int] | None = None) -> str:
    """The public id of an event that is entered alone, or by teams of these sizes."""
    least, most = sizes or (None, None)
    said = {"is_for_teams": sizes is not None, "min_size": least, "max_size": most}

    def make() -> str:
        place = Location.get_or_none() or Location.create(name="Hall")
        lasts = {"start_time": clock.now(), "end_time": clock.now() + timedelta(hours=1)}
        return Event.create(
            short_description="Elektra", location=place, seats=seats, fees=json.dumps(fee), **lasts, **said
        ).public_id

    return run(make)


def team(name: str, leader: Actor, *members: Actor) -> str:
    """The public id of a team with these people."""
    public_id = run(teams.create, name, by=leader).team.public_id
    for member in members:
        run(invitations.invite, public_id, member.username, by=leader)
        run(invitations.accept, member.username, public_id, by=member)
    return public_id


def enter(event_id: str, by: Actor, team_id: str | None = None) -> str:
    """Register; the registration's public id."""
    return run(registrations.register, event_id, team_id=team_id, by=by).public_id


def code_of(action: Any, *args: Any, **named: Any) -> str | None:
    """With which code it is refused, if it is."""
    try:
        run(action, *args, **named)
    except Refusal as no:
        return no.code
    return None


def states(event_id: str) -> dict[str, str]:
    """The state of each registration by whose it is, in the order in which they were made."""
    rows = run_reading(
        lambda: [
            ((row.team.name if row.team else row.account.username), row.state)
            for row in registrations.seating.whole().order_by(Registration.id)
            if row.event.public_id == event_id
        ]
    )
    return dict(rows)
