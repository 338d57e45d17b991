"""Invitations: none, pending, accepted or rejected, and when nobody may come or go."""

from __future__ import annotations

import pytest

from hub.domain import invitations, registrations, teams
from hub.domain.invitations import InvitationWithdrawn
from hub.domain.teams import InvitationAnswered, Invited
from hub.perform import run, run_reading
from models import Account
from tests.domain.doing import facts_of
from tests.domain.entering import COLLEGE, code_of, enter, event, student, team

ACTIONS = {
    "accept": lambda team_id, ada, grace: code_of(invitations.accept, "grace", team_id, by=grace),
    "reject": lambda team_id, ada, grace: code_of(invitations.reject, "grace", team_id, by=grace),
    "invite": lambda team_id, ada, grace: code_of(invitations.invite, team_id, "grace", by=ada),
    "take_back": lambda team_id, ada, grace: code_of(invitations.take_back, team_id, "grace", by=ada),
    "remove": lambda team_id, ada, grace: code_of(invitations.remove, team_id, "grace", by=ada),
    "leave": lambda team_id, ada, grace: code_of(invitations.remove, team_id, "grace", by=grace),
}
FROM = {"none": [], "pending": ["invite"], "accepted": ["invite", "accept"], "rejected": ["invite", "reject"]}
ANSWERS = {
    ("none", "invite"): "pending",
    ("none", "accept"): "invitation_not_found",
    ("none", "reject"): "invitation_not_found",
    ("none", "take_back"): "not_invited",
    ("none", "remove"): "member_not_found",
    ("none", "leave"): "leader_only",
    ("pending", "invite"): "already_invited",
    ("pending", "accept"): "accepted",
    ("pending", "reject"): "rejected",
    ("pending", "take_back"): "none",
    ("pending", "remove"): "member_not_found",
    ("pending", "leave"): "leader_only",
    ("accepted", "invite"): "already_a_member",
    ("accepted", "accept"): "already_accepted",
    ("accepted", "reject"): "already_accepted",
    ("accepted", "take_back"): "not_invited",
    ("accepted", "remove"): "none",
    ("accepted", "leave"): "none",
    ("rejected", "invite"): "pending",
    ("rejected", "accept"): "already_rejected",
    ("rejected", "reject"): "already_rejected",
    ("rejected", "take_back"): "not_invited",
    ("rejected", "remove"): "member_not_found",
    ("rejected", "leave"): "leader_only",
}
"""The new state, or the refusal with which the old one stays."""


@pytest.fixture
def ada(database):
    return student("ada")


@pytest.fixture
def grace(database):
    return student("grace")


def state(grace) -> str:
    found = run_reading(invitations.of, "grace", by=grace)
    return found[0].state if found else "none"


def test_each_step_leads_from_each_state_where_the_table_says(ada, grace):
    outcomes = {}
    for number, (before, step) in enumerate(ANSWERS):
        gingers = team(f"Team {number}", ada)
        for earlier in FROM[before]:
            assert ACTIONS[earlier](gingers, ada, grace) is None
        refused = ACTIONS[step](gingers, ada, grace)
        outcomes[before, step] = refused or state(grace)
        assert refused is None or state(grace) == before
        run(teams.delete, gingers, by=ada)

    assert outcomes == ANSWERS


@pytest.mark.parametrize("college", [f"  {COLLEGE.upper()} ", COLLEGE])
def test_a_college_is_the_same_in_any_letters(ada, college):
    student("linus", college)

    assert code_of(invitations.invite, team("Gingers", ada), "linus", by=ada) is None


@pytest.mark.parametrize("college", ["Another", "", None])
def test_nobody_of_another_college_or_of_none_is_invited(ada, college):
    student("linus", college)

    assert code_of(invitations.invite, team("Gingers", ada), "linus", by=ada) == "other_college"


def test_two_people_without_a_college_are_of_the_same(database):
    linus, _ = student("linus", None), student("eve", " ")

    assert code_of(invitations.invite, team("Gingers", linus), "eve", by=linus) is None


def test_nobody_unknown_or_disabled_and_not_oneself_is_invited(ada, grace):
    run(lambda: Account.update(is_disabled=True).where(Account.id == grace.id).execute())
    gingers = team("Gingers", ada)

    outcomes = [code_of(invitations.invite, gingers, name, by=ada) for name in ("nobody", "grace", "ada", "ADA")]

    assert outcomes == ["cannot_be_invited", "cannot_be_invited", "invites_themself", "cannot_be_invited"]


def test_invitations_and_answers_are_told_with_all_that_is_said_of_them(ada, grace):
    gingers = team("Gingers", ada)

    told = [
        *facts_of(invitations.invite, gingers, "grace", by=ada),
        *facts_of(invitations.reject, "grace", gingers, by=grace),
        *facts_of(invitations.invite, gingers, "grace", by=ada),
        *facts_of(invitations.accept, "grace", gingers, by=grace),
    ]

    assert [type(fact) for fact in told] == [Invited, InvitationAnswered] * 2
    assert [fact.invitation.state for fact in told] == ["pending", "rejected", "pending", "accepted"]
    invitation = told[-1].invitation
    assert (invitation.team.name, invitation.team.leader.username) == ("Gingers", "ada")
    assert invitation.account.username == "grace"


def test_a_team_of_a_disabled_leader_can_be_declined_but_not_joined_until_they_are_back(ada, grace):
    gingers = team("Gingers", ada)
    run(invitations.invite, gingers, "grace", by=ada)

    def disable(is_disabled: bool) -> None:
        run(lambda: Account.update(is_disabled=is_disabled).where(Account.id == ada.id).execute())

    disable(True)
    refused = code_of(invitations.accept, "grace", gingers, by=grace)
    disable(False)

    assert (refused, state(grace)) == ("leader_disabled", "pending")
    assert code_of(invitations.accept, "grace", gingers, by=grace) is None
    other = team("Other", ada)
    run(invitations.invite, other, "grace", by=ada)
    disable(True)
    assert code_of(invitations.reject, "grace", other, by=grace) is None


def test_who_is_no_longer_invited_or_no_longer_a_member_is_told(ada, grace):
    linus = student("linus")
    gingers = team("Gingers", ada, grace, linus)
    run(invitations.invite, gingers, student("eve").username, by=ada)

    told = [
        *facts_of(invitations.take_back, gingers, "eve", by=ada),
        *facts_of(invitations.remove, gingers, "grace", by=ada),
        *facts_of(invitations.remove, gingers, "linus", by=linus),
    ]

    assert [type(fact) for fact in told] == [InvitationWithdrawn] * 3
    assert [fact.invitation.account.username for fact in told] == ["eve", "grace", "linus"]
    assert {(fact.invitation.team.name, fact.invitation.team.leader.username) for fact in told} == {("Gingers", "ada")}


def test_the_leader_neither_leaves_nor_is_removed(ada, grace):
    gingers = team("Gingers", ada, grace)

    assert code_of(invitations.remove, gingers, "ada", by=ada) == "leader_stays"
    assert code_of(invitations.remove, gingers, "ada", by=grace) == "leader_only"


def test_while_a_team_takes_part_nobody_comes_or_goes(ada, grace):
    linus = student("linus")
    gingers, place = team("Gingers", ada, grace), event(sizes=(1, 4))
    entered = enter(place, ada, gingers)

    refused = [
        code_of(invitations.invite, gingers, "linus", by=ada),
        code_of(invitations.remove, gingers, "grace", by=ada),
        code_of(invitations.remove, gingers, "grace", by=grace),
    ]

    assert refused == ["team_takes_part"] * 3
    run(registrations.withdraw, place, entered, by=ada)
    assert code_of(invitations.remove, gingers, "grace", by=grace) is None
    assert code_of(invitations.invite, gingers, linus.username, by=ada) is None
