"""Invitations: how one becomes a member of a team.

none -> pending -> accepted, which is a member, or rejected, which stays until somebody invites them again. While the
team takes part in an event nobody is invited, joins or leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub import clock
from hub.domain import accounts, rosters, users
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import READ, TEAM, demand
from hub.domain.refusals import Conflict, NotAllowed, NotFound
from hub.domain.rosters import ACCEPTED, PENDING, REJECTED, Roster
from hub.domain.teams import InvitationAnswered, Invited, LeaderOnly, get_locked, refuse_while_registered
from models import Account, Invitation, Team


@dataclass(frozen=True)
class InvitationWithdrawn:
    """It was taken back, or who had accepted it is a member no more; `invitation` comes as in `Invited`."""

    invitation: Invitation


class CannotBeInvited(Conflict):
    """Nobody has this username, or somebody who is disabled."""

    code = "cannot_be_invited"


class InvitesThemself(Conflict):
    code = "invites_themself"


class OtherCollege(Conflict):
    code = "other_college"


class AlreadyInvited(Conflict):
    code = "already_invited"


class AlreadyAMember(Conflict):
    code = "already_a_member"


class NotInvited(Conflict):
    """There is no invitation to take back: there was none, or it was answered."""

    code = "not_invited"


class InvitationNotFound(NotFound):
    code = "invitation_not_found"


class NotYourInvitation(NotAllowed):
    code = "not_your_invitation"


class AlreadyAccepted(Conflict):
    code = "already_accepted"


class AlreadyRejected(Conflict):
    code = "already_rejected"


class LeaderDisabled(Conflict):
    code = "leader_disabled"


class MemberNotFound(NotFound):
    code = "member_not_found"


class LeaderStays(Conflict):
    """They pass on the lead first, or delete the team."""

    code = "leader_stays"


ANSWERED_ALREADY = {ACCEPTED: AlreadyAccepted, REJECTED: AlreadyRejected}


def invite(public_id: str, username: str, *, by: Actor) -> Roster:
    """Ask somebody of the leader's own college into the team; who rejected once may be asked again."""
    team = _led(public_id, by)
    refuse_while_registered(team)
    account = _whom(team, username)
    before = Invitation.get_or_none(team=team.id, account=account.id)
    if before is not None and before.state != REJECTED:
        raise AlreadyInvited() if before.state == PENDING else AlreadyAMember()
    invitation = before or Invitation(team=team.id, account=account.id)
    invitation.state, invitation.invited_at, invitation.answered_at = PENDING, clock.now(), None
    invitation.save()
    invitation.team, invitation.account = team, account
    record(Invited(invitation))
    return rosters.of([team])[0]


def _led(public_id: str, by: Actor) -> Team:
    team = get_locked(public_id)
    if team.leader_id != by.id:
        raise LeaderOnly()
    return team


def _whom(team: Team, username: str) -> Account:
    account = Account.get_or_none(Account.username == username)
    if account is None or account.is_disabled:
        raise CannotBeInvited()
    if account.id == team.leader_id:
        raise InvitesThemself()
    if _college(account) != _college(team.leader):
        raise OtherCollege()
    return account


def _college(account: Account) -> str:
    """Empty where none was given, which is one college as well."""
    return (account.college or "").strip().casefold()


def take_back(public_id: str, username: str, *, by: Actor) -> None:
    """Take an invitation back that was not answered yet."""
    team = _led(public_id, by)
    invitation = _of(team, username)
    if invitation is None or invitation.state != PENDING:
        raise NotInvited()
    _withdraw(invitation)


def _withdraw(invitation: Invitation) -> None:
    invitation.delete_instance()
    record(InvitationWithdrawn(invitation))


def accept(username: str, team: str, *, by: Actor) -> Invitation:
    return _answer(username, team, ACCEPTED, by)


def reject(username: str, team: str, *, by: Actor) -> Invitation:
    return _answer(username, team, REJECTED, by)


def _answer(username: str, public_id: str, answer: str, by: Actor) -> Invitation:
    """Answer an invitation of one's own, once."""
    if not users.is_self(username, by):
        raise NotYourInvitation()
    team = get_locked(public_id)
    invitation = _of(team, username)
    if invitation is None:
        raise InvitationNotFound()
    if invitation.state != PENDING:
        raise ANSWERED_ALREADY[invitation.state]()
    if answer == ACCEPTED and team.leader.is_disabled:
        raise LeaderDisabled()
    invitation.state, invitation.answered_at = answer, clock.now()
    invitation.save()
    record(InvitationAnswered(invitation))
    return invitation


def remove(public_id: str, username: str, *, by: Actor) -> None:
    """Remove a member, which the leader may; or leave, which every member may."""
    team = get_locked(public_id)
    invitation = _of(team, username)
    is_member = invitation is not None and invitation.state == ACCEPTED
    if team.leader_id != by.id and not (is_member and users.is_self(username, by)):
        raise LeaderOnly()
    if username == team.leader.username:
        raise LeaderStays()
    if invitation is None or not is_member:
        raise MemberNotFound()
    refuse_while_registered(team)
    _withdraw(invitation)


def _of(team: Team, username: str) -> Invitation | None:
    """Somebody's invitation to a team, with the team that is held and with the person."""
    theirs = (Invitation.team == team.id) & (Account.username == username)
    found = Invitation.select(Invitation, Account).join(Account).where(theirs).get_or_none()
    if found is not None:
        found.team = team
    return found


def of(username: str, *, by: Actor) -> list[Invitation]:
    """All that somebody was invited to and how they answered, oldest first, for themselves and for staff."""
    if not users.is_self(username, by):
        demand(by, TEAM, READ)
    theirs = Invitation.account == accounts.named(username).id
    with_teams = Invitation.select(Invitation, Team, Account).join(Team).join(Account)
    return list(with_teams.where(theirs).order_by(Invitation.invited_at, Invitation.id))
