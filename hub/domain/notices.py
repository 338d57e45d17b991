"""Notices: what somebody is told by mail or push who was not connected when it happened.

A notice names a row and the state of it that it speaks of. It is asked for anew whenever it is about to be sent: an
invitation that was answered or taken back meanwhile, a seat that was given up, and people who have left or were
disabled are no news any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from hub.domain import accounts, counters, devices, seating
from hub.domain.counters import Counters
from hub.domain.facts import record
from models import Account, Entrant, Event, HelpTicket, Invitation, Registration, Team

INVITATION, ANSWER, REGISTRATION, TICKET = "invitation", "answer", "registration", "ticket"


@dataclass(frozen=True)
class Notice:
    """That something happened, for one person; plain values, so that a job can carry it."""

    kind: str
    row: str
    """The row that it is about: the number of an invitation, the public id of a registration or a ticket."""
    state: str
    """In which it was then. In another, the notice is void."""
    account_id: int

    @property
    def key(self) -> str:
        """The same for the same notice, however often it is thought of."""
        return f"notice:{self.kind}:{self.row}:{self.state}:{self.account_id}"

    @property
    def arguments(self) -> dict[str, str | int]:
        return asdict(self)


@dataclass(frozen=True)
class News:
    """A notice that is still true: which letter it is, what it names, and how its reader wants to be told."""

    letter: str
    named: Mapping[str, str] = field(repr=False)
    about: str
    """The public id of what it is about, for apps."""
    told_by: str


@dataclass(frozen=True)
class PushesDue:
    """A notice goes to these devices."""

    notice: Notice
    device_ids: tuple[int, ...]


@dataclass(frozen=True)
class NoticeUntold:
    """The last device that it was to be pushed to is no more."""

    notice: Notice


def of_invitation(invitation: Invitation) -> Notice:
    return Notice(INVITATION, str(invitation.id), _state_of(invitation), invitation.account_id)


def of_answer(invitation: Invitation) -> Notice:
    return Notice(ANSWER, str(invitation.id), _state_of(invitation), invitation.team.leader_id)


def of_registration(registration: Registration, account_id: int) -> Notice:
    return Notice(REGISTRATION, registration.public_id, registration.state, account_id)


def of_ticket(ticket: HelpTicket, account_id: int) -> Notice:
    return Notice(TICKET, ticket.public_id, "solved", account_id)


def _state_of(invitation: Invitation) -> str:
    """Who said no may be asked again, in the same row; and numbers of rows that are gone are given out again."""
    since = invitation.answered_at or invitation.invited_at
    return f"{invitation.state} {since.isoformat(timespec='microseconds')}"


def news(notice: Notice) -> News | None:
    """What is to be told; None where it is true no more, or nobody is there to be told."""
    account = Account.get_or_none((Account.id == notice.account_id) & ~Account.is_disabled)
    found = None if account is None else _NEWS[notice.kind](notice)
    if account is None or found is None:
        return None
    letter, about, named = found
    return News(letter, named, about, account.told_by)


Found = tuple[str, str, dict[str, str]] | None
"""The letter, the public id of what it is about, and what it names."""


def _invitation(notice: Notice) -> Found:
    invitation = _invitation_in(notice, Invitation.account == notice.account_id)
    if invitation is None or invitation.team.leader.is_disabled:
        return None
    team = invitation.team
    return "invitation", team.public_id, {"team": team.name, "person": team.leader.name}


def _answer(notice: Notice) -> Found:
    invitation = _invitation_in(notice, Team.leader == notice.account_id)
    if invitation is None:
        return None
    team = invitation.team
    return f"invitation_{invitation.state}", team.public_id, {"team": team.name, "person": invitation.account.name}


def _invitation_in(notice: Notice, whose) -> Invitation | None:
    """The invitation with its team, its leader and whom it asks, if it is still as the notice says."""
    leader = Account.alias()
    chosen = Invitation.select(Invitation, Team, leader, Account).join(Team)
    whole = chosen.join(leader, on=Team.leader, attr="leader").switch(Invitation).join(Account, on=Invitation.account)
    invitation = whole.where((Invitation.id == int(notice.row)) & whose).get_or_none()
    return invitation if invitation is not None and _state_of(invitation) == notice.state else None


_LETTER_OF_STATE = {seating.CONFIRMED: "seat", seating.WAITING: "waiting_list"}


def _registration(notice: Notice) -> Found:
    takes_part = Entrant.select(Entrant.registration).where(Entrant.account == notice.account_id)
    as_told = (Registration.public_id == notice.row) & (Registration.state == notice.state)
    whole = Registration.select(Registration, Event).join(Event)
    registration = whole.where(as_told & Registration.id.in_(takes_part)).get_or_none()
    if registration is None:
        return None
    named = {"event": registration.event.short_description}
    return _LETTER_OF_STATE[notice.state], registration.public_id, named


def _ticket(notice: Notice) -> Found:
    asked = (HelpTicket.public_id == notice.row) & (HelpTicket.opened_by == notice.account_id)
    ticket = HelpTicket.get_or_none(asked & HelpTicket.solved_at.is_null(False))
    if ticket is None:
        return None
    return "ticket_solved", ticket.public_id, {"title": ticket.title, "answer": ticket.solution or ""}


_NEWS = {INVITATION: _invitation, ANSWER: _answer, REGISTRATION: _registration, TICKET: _ticket}


def push(notice: Notice, device_ids: Collection[int]) -> None:
    """Have it pushed to these devices, to each by itself: one that fails keeps no other waiting, nor told twice."""
    record(PushesDue(notice, tuple(device_ids)))


def pushed(notice: Notice, device_id: int, told: Counters) -> None:
    """The provider took it, with the counters of that moment in it; newer ones may have come to the device before."""
    accounts.hold(notice.account_id)
    if counters.of(notice.account_id).as_text() != told.as_text():
        devices.told(device_id, notice.account_id, told.as_text())
        counters.moved(notice.account_id)


def device_gone(notice: Notice, device_id: int, since: datetime | None) -> None:
    """The provider knows it no more. Whoever has no other device is told in another way."""
    devices.gone(device_id, since)
    if not devices.are_there(notice.account_id):
        record(NoticeUntold(notice))
