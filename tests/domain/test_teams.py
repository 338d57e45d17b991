"""Teams: how they are named, led and deleted; and what becomes of them when somebody leaves the hub."""

from __future__ import annotations

import pytest

from hub.domain import departures, invitations, registrations, seating, teams
from hub.domain.rosters import Roster
from hub.domain.seating import RegistrationEnded, RegistrationMoved
from hub.perform import run, run_reading
from models import Account, Entrant, Invitation, Registration, Team
from tests.domain.doing import facts_of
from tests.domain.entering import code_of, enter, event, states, student, team

CONFIRMED, WAITING = seating.CONFIRMED, seating.WAITING


@pytest.fixture
def people(database):
    return [student(name) for name in ("ada", "grace", "linus")]


def shown(roster: Roster) -> tuple[str, list[str], list[str], int]:
    return roster.team.leader.username, list(roster.members), list(roster.invitees), len(roster.events)


@pytest.mark.parametrize("name", ["The Gingers", "  the gingers ", "THE GINGERS"])
def test_a_name_is_taken_in_any_case(people, name):
    ada, grace, _ = people
    team("The Gingers", ada)

    assert code_of(teams.create, name, by=grace) == "team_name_taken"


def test_a_team_may_be_renamed_to_its_own_name_in_other_letters_and_not_to_another_s(people):
    ada, grace, _ = people
    gingers = team("The Gingers", ada)
    team("The Rookies", grace)

    refused = code_of(teams.change, gingers, name="the rookies", by=ada)
    renamed = run(teams.change, gingers, name=" the GINGERS ", by=ada)

    assert (refused, renamed.team.name) == ("team_name_taken", "the GINGERS")


def test_a_name_that_grows_when_it_is_written_small_is_refused_where_it_is_too_long(people):
    assert code_of(teams.create, "ß" * 150, by=people[0]) == "invalid"


def test_the_lead_passes_to_a_member_and_the_old_leader_is_the_youngest_member(people, clock):
    ada, grace, linus = people
    gingers = team("Gingers", ada, grace, linus)
    clock.forward(seconds=1)

    passed = run(teams.change, gingers, leader="linus", by=ada)

    assert shown(passed) == ("linus", ["grace", "ada"], [], 0)
    assert code_of(teams.change, gingers, name="Mine", by=ada) == "staff_only"
    assert code_of(teams.change, gingers, leader="ada", by=linus) is None


@pytest.mark.parametrize("heir", ["linus", "nobody", "grace"])
def test_the_lead_passes_to_nobody_who_is_no_member_or_disabled(people, heir):
    ada, grace, _ = people
    gingers = team("Gingers", ada, grace)
    run(invitations.invite, gingers, "linus", by=ada)
    run(lambda: Account.update(is_disabled=True).where(Account.id == grace.id).execute())

    refused = code_of(teams.change, gingers, leader=heir, by=ada)

    assert refused == "not_a_member"
    assert shown(run_reading(teams.get, gingers, by=ada)) == ("ada", ["grace"], ["linus"], 0)


def test_a_deleted_team_takes_part_in_nothing_and_the_next_move_up(people):
    ada, grace, linus = people
    gingers = team("Gingers", ada, grace)
    rookies = team("Rookies", linus)
    places = [event(seats=1, sizes=(1, 2)) for _ in range(2)]
    for place in places:
        enter(place, ada, gingers)
        enter(place, linus, rookies)

    facts = facts_of(teams.delete, gingers, by=ada)

    told = [(type(fact), fact.registration.event.public_id, fact.people) for fact in facts]
    both = (ada.id, grace.id)
    assert told == [
        (RegistrationEnded, places[0], both),
        (RegistrationMoved, places[0], (linus.id,)),
        (RegistrationEnded, places[1], both),
        (RegistrationMoved, places[1], (linus.id,)),
    ]
    assert [states(place) for place in places] == [{"Rookies": CONFIRMED}] * 2
    assert run_reading(lambda: [Entrant.select().count(), Invitation.select().count()]) == [2, 0]


def test_whoever_leaves_takes_their_teams_and_what_they_entered_alone_with_them(people):
    ada, grace, linus = people
    gingers, alone, together = team("Gingers", ada, grace), event(seats=1), event(seats=1, sizes=(1, 2))
    enter(alone, ada)
    enter(alone, grace)
    enter(together, ada, gingers)
    enter(together, linus, team("Rookies", linus))

    facts = facts_of(departures.leave, by=ada)

    told = [fact.people for fact in facts if isinstance(fact, RegistrationEnded | RegistrationMoved)]
    # Whoever left is told of nothing.
    assert told == [(), (grace.id,), (grace.id,), (linus.id,)]
    assert [states(alone), states(together)] == [{"grace": CONFIRMED}, {"Rookies": CONFIRMED}]


def test_a_team_whose_member_leaves_the_hub_stays_where_it_takes_part(people):
    ada, grace, _ = people
    gingers, place = team("Gingers", ada, grace), event(seats=1, sizes=(2, 2))
    enter(place, ada, gingers)

    facts = facts_of(departures.leave, by=grace)

    assert not [fact for fact in facts if isinstance(fact, RegistrationEnded | RegistrationMoved)]
    assert states(place) == {"Gingers": CONFIRMED}
    assert shown(run_reading(teams.get, gingers, by=ada)) == ("ada", [], [], 1)
    assert [row.account_id for row in run_reading(lambda: list(Entrant.select()))] == [ada.id]


def test_whoever_was_invited_and_leaves_is_invited_no_more(people):
    ada, grace, _ = people
    gingers = team("Gingers", ada)
    run(invitations.invite, gingers, "grace", by=ada)

    run(departures.leave, by=grace)

    assert shown(run_reading(teams.get, gingers, by=ada)) == ("ada", [], [], 0)


def test_somebody_s_teams_are_those_they_lead_or_are_a_member_of(people, clock):
    ada, grace, linus = people
    first = team("First", ada, grace)
    clock.forward(seconds=1)
    second = team("Second", grace)
    run(invitations.invite, team("Third", linus), "grace", by=linus)

    theirs = run_reading(teams.of, "grace", by=grace)

    assert [roster.team.public_id for roster in theirs] == [first, second]


def test_a_team_that_is_gone_is_found_by_nobody(people):
    ada = people[0]
    gingers = team("Gingers", ada)
    run(teams.delete, gingers, by=ada)

    outcomes = [code_of(action, gingers, by=ada) for action in (teams.get, teams.change, teams.delete)]

    assert outcomes == ["team_not_found"] * 3
    assert run_reading(lambda: [Team.select().count(), Registration.select().count()]) == [0, 0]
    assert code_of(registrations.register, event(sizes=(1, 2)), team_id=gingers, by=ada) == "team_not_found"
