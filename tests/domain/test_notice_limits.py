"""How often invitations are written of: strangers make them, and nobody's mailbox is theirs to fill."""

from __future__ import annotations

import pytest

from hub.domain import invitations, notice_limits, teams
from hub.domain.actors import Actor
from hub.domain.notices import Notice
from hub.perform import run
from tests.domain.entering import code_of, student, team
from tests.domain.test_notices import answered_ticket, invited


@pytest.fixture
def grace(database, clock) -> Actor:
    return student("grace")


def outcome(notice: Notice) -> str | None:
    return code_of(notice_limits.count, notice)


def asked_again(team_id: str, whom: Actor, by: Actor) -> Notice:
    """After the invitation before was taken back."""
    run(invitations.take_back, team_id, whom.username, by=by)
    return invited(team_id, whom, by)


def test_of_one_team_a_person_is_told_once_a_day(grace, clock):
    ada = student("ada")
    rockets = team("Rockets", ada)
    first = outcome(invited(rockets, grace, ada))
    clock.forward(hours=23)

    second = outcome(asked_again(rockets, grace, ada))
    clock.forward(hours=1)
    third = outcome(asked_again(rockets, grace, ada))

    assert (first, second, third) == (None, "too_many", None)


def test_a_notice_that_is_tried_again_counts_once(grace):
    ada = student("ada")
    asked = [invited(team(f"Team {number}", ada), grace, ada) for number in range(6)]

    outcomes = [outcome(one) for one in [asked[0]] * 9 + asked]

    assert outcomes == [None] * 14 + ["too_many"]


def test_a_person_is_told_of_five_invitations_an_hour_whoever_they_are_from(grace, clock):
    leaders = [student(f"leader{number}") for number in range(6)]
    asked = [invited(team(one.username, one), grace, one) for one in leaders]
    within_an_hour = [outcome(one) for one in asked]
    clock.forward(hours=1)

    assert within_an_hour == [None] * 5 + ["too_many"]
    # What was not told is not counted either.
    assert outcome(asked[5]) is None


def test_one_leader_has_fifty_people_told_an_hour(grace, monkeypatch):
    monkeypatch.setattr(notice_limits, "INVITATIONS_BY_ONE", 2)
    ada = student("ada")
    rockets = team("Rockets", ada)

    outcomes = [outcome(invited(rockets, one, ada)) for one in (grace, student("linus"), student("eve"))]

    assert (outcomes, outcome(invited(team("Other", grace), student("noa"), grace))) == ([None, None, "too_many"], None)


def test_nothing_else_is_counted_and_neither_is_what_is_no_more(grace):
    ada = student("ada")
    rockets = team("Rockets", ada)
    asked = invited(rockets, grace, ada)
    run(teams.delete, rockets, by=ada)

    assert [outcome(one) for one in [answered_ticket(grace)] * 6 + [asked] * 6] == [None] * 12
