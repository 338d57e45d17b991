"""What notices find to tell: names and how to tell, for as long as it is true of somebody who is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub import clock
from hub.domain import help_tickets, invitations, notices, registrations, teams
from hub.domain.actors import Actor
from hub.domain.notices import News, Notice, NoticeUntold, PushesDue
from hub.domain.seating import RegistrationMoved
from hub.domain.teams import InvitationAnswered, Invited
from hub.perform import run, run_reading
from models import Account, Device, HelpTicket, Registration
from tests.domain.doing import facts_of
from tests.domain.entering import enter, event, staff, student, team

ROCKETS = {"team": "Rockets"}


@pytest.fixture
def ada(database: str) -> Actor:
    return student("ada")


@pytest.fixture
def grace(database: str) -> Actor:
    return student("grace")


def news(notice: Notice) -> News | None:
    return run_reading(notices.news, notice)


def fact(kind: type, action: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """The one fact of this kind that an action records."""
    (found,) = [one for one in facts_of(action, *args, **named) if isinstance(one, kind)]
    return found


def invited(team_id: str, whom: Actor, by: Actor) -> Notice:
    return notices.of_invitation(fact(Invited, invitations.invite, team_id, whom.username, by=by).invitation)


def test_an_invitation_is_news_until_it_is_answered_and_the_answer_is_from_then_on(ada, grace):
    rockets = team("Rockets", ada)
    asked = invited(rockets, grace, ada)
    before = news(asked)

    answered = fact(InvitationAnswered, invitations.accept, "grace", rockets, by=grace)

    assert before == News("invitation", {**ROCKETS, "person": "Ada Lee"}, rockets, "mail")
    assert news(asked) is None
    answer = notices.of_answer(answered.invitation)
    assert news(answer) == News("invitation_accepted", {**ROCKETS, "person": "Grace Lee"}, rockets, "mail")
    run(invitations.remove, rockets, "grace", by=ada)
    assert news(answer) is None


def test_an_invitation_of_a_leader_who_was_disabled_is_no_news(ada, grace):
    asked = invited(team("Rockets", ada), grace, ada)

    run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    assert news(asked) is None


def test_an_answer_is_for_who_leads_the_team(ada, grace):
    rockets = team("Rockets", ada)
    run(invitations.invite, rockets, "grace", by=ada)
    answer = notices.of_answer(fact(InvitationAnswered, invitations.accept, "grace", rockets, by=grace).invitation)

    run(teams.change, rockets, leader="grace", by=ada)

    assert news(answer) is None


def test_another_invitation_of_the_same_person_is_other_news(ada, grace, clock):
    rockets = team("Rockets", ada)
    first = invited(rockets, grace, ada)
    answered = fact(InvitationAnswered, invitations.reject, "grace", rockets, by=grace)
    clock.forward(seconds=1)

    second = invited(rockets, grace, ada)

    assert (first.row, first.key == second.key) == (second.row, False)
    assert [news(one) is None for one in (first, notices.of_answer(answered.invitation), second)] == [True, True, False]


def seated(place: str, leaver: str, by: Actor) -> RegistrationMoved:
    return fact(RegistrationMoved, registrations.withdraw, place, leaver, by=by)


def test_a_seat_is_news_to_each_entrant_until_it_is_given_up(ada, grace):
    linus = student("linus")
    place = event(seats=1, sizes=(1, 2))
    first = enter(place, linus, team("Alone", linus))
    enter(place, ada, team("Rockets", ada, grace))

    moved = seated(place, first, linus)

    told = {one: notices.of_registration(moved.registration, one.id) for one in (ada, grace, linus)}
    seat = News("seat", {"event": "Elektra"}, moved.registration.public_id, "mail")
    assert [news(told[one]) for one in (ada, grace, linus)] == [seat, seat, None]
    run(registrations.withdraw, place, moved.registration.public_id, by=ada)
    assert news(told[grace]) is None


def test_a_place_on_the_waiting_list_is_no_news_to_who_sits(ada, grace):
    place = event(seats=1, fee="300")
    first, second = enter(place, ada), enter(place, grace)
    olga = staff("Olga")
    run(registrations.receive_payment, place, first, by=olga)
    waits = fact(RegistrationMoved, registrations.receive_payment, place, second, by=olga).registration
    notice = notices.of_registration(waits, grace.id)
    before = news(notice)

    seated(place, first, ada)

    assert before == News("waiting_list", {"event": "Elektra"}, second, "mail")
    assert news(notice) is None
    assert run_reading(lambda: Registration.get(public_id=second).state) == "confirmed"


def answered_ticket(asker: Actor) -> Notice:
    asked = run(help_tickets.ask, title="No power", description="Help", is_public=True, by=asker)
    solved = run(help_tickets.solve, asked.public_id, "It is on", by=staff("Olga"))
    return notices.of_ticket(solved, asker.id)


def test_an_answer_to_a_ticket_is_news_as_its_reader_wants_to_be_told(ada):
    notice = answered_ticket(ada)
    run(lambda: Account.update(told_by="push").where(Account.id == ada.id).execute())

    assert news(notice) == News("ticket_solved", {"title": "No power", "answer": "It is on"}, notice.row, "push")
    run(lambda: HelpTicket.delete().execute())
    assert news(notice) is None


@pytest.mark.parametrize("change", ["disabled", "gone"])
def test_nothing_is_news_to_who_is_disabled_or_gone(ada, change):
    notice = answered_ticket(ada)

    is_ada = Account.id == ada.id
    run((Account.update(is_disabled=True) if change == "disabled" else Account.delete()).where(is_ada).execute)

    assert news(notice) is None


def device(person: Actor, address: str) -> int:
    row = {"kind": "apn", "address": address, "address_hash": address, "registered_at": clock.now()}
    return run(lambda: Device.create(account=person.id, **row).id)


def test_only_the_last_device_that_is_gone_leaves_a_notice_untold(ada):
    notice, first, second = answered_ticket(ada), device(ada, "a0"), device(ada, "a1")

    told = [facts_of(notices.device_gone, notice, one, None) for one in (first, second)]

    assert told == [[], [NoticeUntold(notice)]]
    assert facts_of(notices.push, notice, [7, 8]) == [PushesDue(notice, (7, 8))]
