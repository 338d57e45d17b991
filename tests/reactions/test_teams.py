"""What follows from what happens to teams, registrations and help tickets: exact deliveries to whom they concern."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import hub.reactions  # noqa: F401  (they register themselves)
from hub.delivery import Emit, Job, deliveries
from hub.domain.help_tickets import HelpTicketSolved
from hub.domain.invitations import InvitationWithdrawn
from hub.domain.notices import Notice, NoticeUntold, PushesDue
from hub.domain.registrations import PaymentAsked
from hub.domain.seating import RegistrationEnded, RegistrationMoved
from hub.domain.teams import InvitationAnswered, Invited
from models import Account, Event, HelpTicket, Invitation, Registration, Team

NOON = datetime(2026, 11, 21, 12)
LATER = NOON + timedelta(seconds=5)
ADA, GRACE = Account(id=1, username="ada", name="Ada Lee"), Account(id=2, username="grace", name="Grace Lee")
TEAM = Team(id=4, public_id="a" * 24, name="Rockets", leader=ADA)
EVENT = Event(id=5, public_id="e" * 24, short_description="Elektra")
PENDING, WAITING, CONFIRMED = "payment pending", "waiting", "confirmed"


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


def told(kind: str, row: str, state: str, account_id: int) -> Job:
    arguments = {"kind": kind, "row": row, "state": state, "account_id": account_id}
    key = f"notice:{kind}:{row}:{state}:{account_id}"
    return Job("notices.tell", arguments, due_at=LATER, unique_key=key, again=True)


def invitation(state: str, answered_at: datetime | None = None) -> Invitation:
    return Invitation(id=7, team=TEAM, account=GRACE, state=state, invited_at=NOON, answered_at=answered_at)


TEAMS_KEYS = {"teamid": "a" * 24, "teamId": "a" * 24, "name": "Rockets"}


def test_an_invitation_is_heard_by_who_is_invited_and_told_if_they_are_away():
    assert deliveries(Invited(invitation("pending"))) == [
        Emit("user:2:teams", "invitation", {**TEAMS_KEYS, "leader": "ada", "status": "pending"}),
        told("invitation", "7", "pending 2026-11-21T12:00:00.000000", 2),
    ]


@pytest.mark.parametrize("state", ["pending", "accepted"])
def test_an_invitation_or_a_membership_that_is_no_more_is_heard_by_whose_it_was_and_written_to_nobody(state):
    assert deliveries(InvitationWithdrawn(invitation(state))) == [
        Emit("user:2:teams", "invitation", {**TEAMS_KEYS, "leader": "ada", "status": "withdrawn"}),
    ]


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_an_answer_is_heard_by_the_leader_and_told_if_they_are_away(state):
    assert deliveries(InvitationAnswered(invitation(state, NOON + timedelta(hours=1)))) == [
        Emit("user:1:teams", "answer", {**TEAMS_KEYS, "username": "grace", "status": state}),
        told("answer", "7", f"{state} 2026-11-21T13:00:00.000000", 1),
    ]


def of_team(state: str) -> Registration:
    return Registration(id=9, public_id="f" * 24, event=EVENT, account=None, team=TEAM, state=state)


def heard(person: int, status: str, **who: str | None) -> Emit:
    said = {"registrationId": "f" * 24, "eventId": "e" * 24, "eventName": "Elektra", "teamId": None, "userId": None}
    return Emit(f"user:{person}:teams", "registration", {**said, **who, "status": status})


@pytest.mark.parametrize(
    ("was", "state"), [(WAITING, CONFIRMED), (PENDING, CONFIRMED), (PENDING, WAITING)], ids=lambda state: state
)
def test_who_gets_a_seat_or_a_place_on_the_waiting_list_hears_of_it_and_is_told_everybody_of_the_team(was, state):
    assert deliveries(RegistrationMoved(of_team(state), (1, 2), was)) == [
        heard(1, state, teamId="a" * 24),
        heard(2, state, teamId="a" * 24),
        told("registration", "f" * 24, state, 1),
        told("registration", "f" * 24, state, 2),
    ]


def test_a_registration_that_somebody_has_just_made_is_heard_and_written_to_nobody():
    alone = Registration(id=9, public_id="f" * 24, event=EVENT, account=GRACE, team=None, state=CONFIRMED)

    assert deliveries(RegistrationMoved(alone, (2,), None)) == [heard(2, CONFIRMED, userId="grace")]


def test_the_end_of_a_registration_is_heard_by_all_who_took_part():
    assert deliveries(RegistrationEnded(of_team(WAITING), (1, 2))) == [
        heard(1, "withdrawn", teamId="a" * 24),
        heard(2, "withdrawn", teamId="a" * 24),
    ]


def solved(opened_by: Account | None) -> HelpTicket:
    times = {"opened_at": NOON, "solved_at": NOON}
    said = {"title": "No power", "description": "Help", "solution": "It is on", "is_public": False}
    return HelpTicket(id=3, public_id="c" * 24, opened_by=opened_by, solved_by=ADA, **said, **times)


def test_an_answered_ticket_is_heard_by_who_asked_and_told_if_they_are_away():
    said = {
        "ticketid": "c" * 24,
        "title": "No power",
        "description": "Help",
        "openedBy": "grace",
        "openingDate": "2026-11-21",
        "openingdate": "2026-11-21",
        "view": "private",
        "solution": {"status": "solved", "solvedBy": "ada", "solvingDate": "2026-11-21", "content": "It is on"},
    }

    assert deliveries(HelpTicketSolved(solved(GRACE))) == [
        Emit("user:2:teams", "ticket", said),
        told("ticket", "c" * 24, "solved", 2),
    ]


def test_a_ticket_of_somebody_who_has_left_is_told_to_nobody():
    assert deliveries(HelpTicketSolved(solved(None))) == []


NOTICE = Notice("ticket", "c" * 24, "solved", 2)


def test_a_notice_goes_to_each_device_by_a_job_of_its_own():
    arguments = {"kind": "ticket", "row": "c" * 24, "state": "solved", "account_id": 2}

    assert deliveries(PushesDue(NOTICE, (5, 6))) == [
        Job("notices.push", {**arguments, "device_id": 5}, unique_key=f"{NOTICE.key}:5"),
        Job("notices.push", {**arguments, "device_id": 6}, unique_key=f"{NOTICE.key}:6"),
    ]


def test_a_notice_that_reached_no_device_is_told_anew():
    assert deliveries(NoticeUntold(NOTICE)) == [told("ticket", "c" * 24, "solved", 2)]


def test_a_payment_that_was_asked_for_is_one_job():
    key = f"charge:registration:{'f' * 24}"

    assert deliveries(PaymentAsked("f" * 24, "300")) == [
        Job("payments.registration", {"registration_id": "f" * 24, "amount": "300"}, unique_key=key, again=True)
    ]


def test_of_a_paid_registration_that_ended_the_operator_is_told():
    ended = of_team(WAITING)
    ended.paid_at, ended.payment_reference = NOON, "p1"

    *_, job = deliveries(RegistrationEnded(ended, ()))

    arguments = {"registration_id": "f" * 24, "reference": "p1"}
    assert job == Job("payments.refund_due", arguments, unique_key=f"refund:{'f' * 24}")
