"""Teams: a leader, and the members who accepted an invitation (`invitations`). They enter events by `registrations`.

Whatever changes a team's people holds its row, and so does registering it: while it takes part in an event its people
stay who they are. Who needs several rows takes accounts first, then teams, then events, each in order of number.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import IntegrityError

from hub import clock
from hub.domain import accounts, rosters, seating, users
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.pages import Page, page_of
from hub.domain.privileges import DELETE, READ, TEAM, UPDATE, demand
from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from hub.domain.rosters import ACCEPTED, PENDING, Roster
from models import Account, Entrant, Event, Invitation, Registration, Team, locked


@dataclass(frozen=True)
class Invited:
    """`invitation` has its team, the team's leader and who is invited with it."""

    invitation: Invitation


@dataclass(frozen=True)
class InvitationAnswered:
    """Accepted or rejected; `invitation` comes as in `Invited`."""

    invitation: Invitation


class TeamNotFound(NotFound):
    code = "team_not_found"


class TeamNameTaken(Conflict):
    code = "team_name_taken"


class LeaderOnly(NotAllowed):
    code = "leader_only"


class NotAMember(Conflict):
    """Only a member can be made the leader."""

    code = "not_a_member"


class TeamTakesPart(Conflict):
    """It is registered for an event, and its people stay who they are until that is withdrawn."""

    code = "team_takes_part"


def create(name: str, *, by: Actor) -> Roster:
    # Held, so that whoever leaves the hub at the same moment is not told that the name is taken.
    accounts.hold(by.id)
    if not accounts.exists(by.id):
        raise DeadCredential()
    team = Team(leader=by.id, created_at=clock.now())
    _name(team, name)
    _save(team)
    return rosters.of([team])[0]


def change(public_id: str, *, name: str | None = None, leader: str | None = None, by: Actor) -> Roster:
    """Give a team another name, or a member the lead, after which the leader is a member. None changes nothing."""
    heir = None if leader is None else Account.get_or_none(Account.username == leader)
    if heir is not None:
        accounts.hold(heir.id)
    team = get_locked(public_id)
    if team.leader_id != by.id:
        demand(by, TEAM, UPDATE)
    if name is not None:
        _name(team, name)
    if leader is not None and leader != team.leader.username:
        _pass_on(team, heir)
    _save(team)
    return rosters.of([team])[0]


def _name(team: Team, name: str) -> None:
    team.name, team.name_key = name.strip(), name.strip().casefold()
    if len(team.name_key) > Team.name_key.max_length:
        # Some letters are several when they are written small.
        raise Invalid("name", "is too long")


def _save(team: Team) -> None:
    try:
        team.save()
    except IntegrityError:
        raise TeamNameTaken() from None


def _pass_on(team: Team, heir: Account | None) -> None:
    if heir is None or heir.is_disabled or not Invitation.delete().where(_is_member(team, heir.id)).execute():
        raise NotAMember()
    now = clock.now()
    # Behind the others: as a member they are new.
    Invitation.create(team=team.id, account=team.leader_id, state=ACCEPTED, invited_at=now, answered_at=now)
    team.leader = heir


def _is_member(team: Team, account_id: int):
    return (Invitation.team == team.id) & (Invitation.account == account_id) & (Invitation.state == ACCEPTED)


def delete(public_id: str, *, by: Actor) -> None:
    """Delete a team. It takes part in nothing any more, and others get its seats."""
    team = get_locked(public_id)
    if team.leader_id != by.id:
        demand(by, TEAM, DELETE)
    seating.end_all(Registration.team == team.id)
    team.delete_instance()


def leave_all(account_id: int) -> None:
    """Before an account is deleted, which is held: teams that they lead are, and what they entered alone is withdrawn.

    A team that they are a member of stays where it is registered, without them.
    """
    led = [team.id for team in locked(Team.select().where(Team.leader == account_id).order_by(Team.id))]
    # First, so that they are told of nothing that follows.
    Entrant.delete().where(Entrant.account == account_id).execute()
    seating.end_all((Registration.account == account_id) | Registration.team.in_(led))
    Team.delete().where(Team.id.in_(led)).execute()


def get(public_id: str, *, by: Actor) -> Roster:
    """One team, for its people, those who are invited to it, and staff."""
    team = _with_leaders().where(Team.public_id == public_id).get_or_none()
    if team is None:
        raise TeamNotFound()
    roster = rosters.of([team])[0]
    if by.username not in (team.leader.username, *roster.members, *roster.invitees):
        demand(by, TEAM, READ)
    return roster


def every(*, number: int, size: int, by: Actor, event: str | None = None, user: str | None = None) -> Page[Roster]:
    """A page of all teams, oldest first, for staff: those that take part in an event, or that somebody is in."""
    demand(by, TEAM, READ)
    found = _with_leaders()
    if event is not None:
        found = found.where(Team.id.in_(_taking_part_in(event)))
    if user is not None:
        account = Account.get_or_none(Account.username == user)
        found = found.where(_is_in(account.id if account else None))
    page = page_of(found, number=number, size=size)
    return Page(rosters.of(page.rows), page.number, page.pages, page.total)


def of(username: str, *, by: Actor) -> list[Roster]:
    """The teams that somebody leads or is a member of, oldest first, for themselves and for staff."""
    if not users.is_self(username, by):
        demand(by, TEAM, READ)
    return rosters.of(list(_with_leaders().where(_is_in(accounts.named(username).id))))


def _taking_part_in(event: str):
    return Registration.select(Registration.team).join(Event).where(Event.public_id == event)


def _is_in(account_id: int | None):
    theirs = (Invitation.account == account_id) & (Invitation.state == ACCEPTED)
    return (Team.leader == account_id) | Team.id.in_(Invitation.select(Invitation.team).where(theirs))


def _with_leaders():
    return Team.select(Team, Account).join(Account).order_by(Team.created_at, Team.id)


def find_locked(public_id: str) -> Team | None:
    """A team, whose people nobody else changes until this unit ends."""
    return locked(Team.select().where(Team.public_id == public_id)).get_or_none()


def get_locked(public_id: str) -> Team:
    team = find_locked(public_id)
    if team is None:
        raise TeamNotFound()
    return team


def people_of(team: Team) -> list[int]:
    """The numbers of all who are in a team, its leader first."""
    accepted = (Invitation.team == team.id) & (Invitation.state == ACCEPTED)
    members = Invitation.select(Invitation.account).where(accepted).order_by(Invitation.answered_at, Invitation.id)
    return [team.leader_id, *(member.account_id for member in members)]


def has_invitees(team: Team) -> bool:
    return Invitation.select().where((Invitation.team == team.id) & (Invitation.state == PENDING)).exists()


def refuse_while_registered(team: Team) -> None:
    if Registration.select().where(Registration.team == team.id).exists():
        raise TeamTakesPart()
