"""Rosters: teams as they are shown, with their people by username and the events that they take part in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models import Account, Event, Invitation, Registration, Team

PENDING, ACCEPTED, REJECTED = "pending", "accepted", "rejected"


@dataclass(frozen=True)
class Roster:
    """A team with its leader loaded; members and invitees in the order in which they joined and were invited."""

    team: Team
    members: tuple[str, ...]
    """Without the leader."""
    invitees: tuple[str, ...]
    """Those who have not answered yet."""
    events: tuple[str, ...]
    """Public ids, in the order in which the team was registered."""


def of(teams: Collection[Team]) -> list[Roster]:
    """In three queries, however many teams they are."""
    numbers = [team.id for team in teams]
    members = _people(numbers, ACCEPTED, Invitation.answered_at)
    invitees = _people(numbers, PENDING, Invitation.invited_at)
    events = _events(numbers)
    return [Roster(team, members[team.id], invitees[team.id], events[team.id]) for team in teams]


def _people(numbers: list[int], state: str, by_age) -> dict[int, tuple[str, ...]]:
    wanted = Invitation.team.in_(numbers) & (Invitation.state == state)
    rows = Invitation.select(Invitation.team, Account.username).join(Account).where(wanted)
    return _by_team(rows.order_by(by_age, Invitation.id).tuples().execute())


def _events(numbers: list[int]) -> dict[int, tuple[str, ...]]:
    rows = Registration.select(Registration.team, Event.public_id).join(Event).where(Registration.team.in_(numbers))
    return _by_team(rows.order_by(Registration.registered_at, Registration.id).tuples().execute())


def _by_team(rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for team, name in rows:
        found[team] += (name,)
    return found
