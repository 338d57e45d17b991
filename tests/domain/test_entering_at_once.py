"""Teams and registrations when several act at the same moment: seats, people and promotions stay exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from hub.domain import crew, departures, invitations, registrations, seating, teams
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Account, Entrant, Event, Organiser, Team
from tests.domain.doing import at_once, codes
from tests.domain.entering import code_of, enter, event, staff, states, student, team
from tests.domain.membership import hurry

PENDING, WAITING, CONFIRMED = seating.STATES
ROUNDS = 4
"""How often each race is run: one round may happen to be none."""


@pytest.fixture
def people(database):
    hurry()
    return [student(name) for name in ("ada", "grace", "linus", "eve")]


@pytest.fixture
def olga(database):
    return staff("olga")


def together(*works: Any) -> list[Any]:
    return at_once(*(partial(run, *work[0], **work[1]) for work in works))


def doing(action: Any, *args: Any, **named: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (action, *args), named


def rounds() -> Iterator[str]:
    """Names for what each round makes."""
    yield from (f"Round {number}" for number in range(ROUNDS))


def counted(place: str) -> dict[str, int]:
    return Counter(states(place).values())


def taking_part(place: str) -> int:
    return run_reading(Entrant.select().join(Event).where(Event.public_id == place).count)


def test_three_entrants_for_two_seats_are_two_and_one_who_waits(people):
    for _ in rounds():
        place = event(seats=2)

        together(*(doing(registrations.register, place, by=person) for person in people[:3]))

        assert counted(place) == {CONFIRMED: 2, WAITING: 1}


def test_one_person_who_registers_many_times_at_once_is_in_once(people):
    for _ in rounds():
        place = event(seats=2)

        outcomes = together(*[doing(registrations.register, place, by=people[0])] * 3)

        assert (codes(outcomes), counted(place)) == (["already_registered"] * 2, {CONFIRMED: 1})


def test_two_payments_for_the_last_seat_give_it_once(people, olga):
    for _ in rounds():
        place = event(seats=1, fee="Rs 300")
        first, second = enter(place, people[0]), enter(place, people[1])

        noted = doing(registrations.receive_payment, place, first, by=olga)
        together(noted, doing(registrations.paid, second, "p1"))

        assert counted(place) == {CONFIRMED: 1, WAITING: 1}


def test_one_fee_paid_in_two_ways_is_taken_once(people, olga):
    for _ in rounds():
        place = event(fee="Rs 300")
        entered = enter(place, people[0])

        noted = doing(registrations.receive_payment, place, entered, by=olga)
        by_staff, by_gateway = together(noted, doing(registrations.paid, entered, "p1"))

        assert isinstance(by_staff, Refusal) == by_gateway
        assert counted(place) == {CONFIRMED: 1}


def test_a_seat_freed_while_somebody_registers_goes_to_who_waited(people):
    ada, grace, linus, _ = people
    for _ in rounds():
        place = event(seats=1)
        entered = enter(place, ada)
        enter(place, grace)

        together(doing(registrations.withdraw, place, entered, by=ada), doing(registrations.register, place, by=linus))

        assert states(place) == {"grace": CONFIRMED, "linus": WAITING}


def test_two_seats_freed_at_once_move_two_up(people):
    for _ in rounds():
        place = event(seats=2)
        entered = [enter(place, person) for person in people]

        together(
            *(
                doing(registrations.withdraw, place, one, by=who)
                for one, who in zip(entered[:2], people[:2], strict=True)
            )
        )

        assert states(place) == {"linus": CONFIRMED, "eve": CONFIRMED}


def test_two_teams_that_share_somebody_register_and_one_is_in(people):
    ada, grace, linus, _ = people
    gingers, rookies = team("Gingers", ada, grace), team("Rookies", linus, grace)
    for _ in rounds():
        place = event(sizes=(1, 2))

        outcomes = together(
            doing(registrations.register, place, team_id=gingers, by=ada),
            doing(registrations.register, place, team_id=rookies, by=linus),
        )

        assert (codes(outcomes), counted(place)) == (["takes_part_already"], {CONFIRMED: 1})


def test_nobody_both_works_at_an_event_and_takes_part(people, olga):
    ada, grace, *_ = people
    gingers = team("Gingers", ada, grace)
    for _ in rounds():
        place = event(sizes=(1, 2))

        outcomes = together(
            doing(registrations.register, place, team_id=gingers, by=ada),
            doing(crew.add_organiser, place, "grace", "Head", by=olga),
        )

        assert codes(outcomes) in (["takes_part"], ["works_there"])
        assert len(states(place)) + run_reading(Organiser.select().where(Organiser.account == grace.id).count) == 1
        run(lambda: Organiser.delete().execute())


def test_of_two_who_accept_one_invitation_one_does(people):
    ada, grace, *_ = people
    for name in rounds():
        gingers = team(name, ada)
        run(invitations.invite, gingers, "grace", by=ada)

        outcomes = together(*[doing(invitations.accept, "grace", gingers, by=grace)] * 2)

        assert codes(outcomes) == ["already_accepted"]
        assert run_reading(teams.get, gingers, by=ada).members == ("grace",)


def test_whoever_is_invited_twice_at_once_is_invited_once(people):
    ada = people[0]
    for name in rounds():
        outcomes = together(*[doing(invitations.invite, team(name, ada), "grace", by=ada)] * 2)

        assert codes(outcomes) == ["already_invited"]


def test_a_team_that_is_deleted_while_somebody_accepts_is_gone_whole(people):
    ada, grace, *_ = people
    for name in rounds():
        gingers = team(name, ada)
        run(invitations.invite, gingers, "grace", by=ada)

        outcomes = together(doing(teams.delete, gingers, by=ada), doing(invitations.accept, "grace", gingers, by=grace))

        assert codes(outcomes) in ([], ["team_not_found"])
        assert run_reading(invitations.of, "grace", by=grace) == []


def test_a_team_that_is_deleted_while_it_registers_holds_no_seat(people):
    ada, _, linus, _ = people
    for name in rounds():
        gingers, place = team(name, ada), event(seats=1, sizes=(1, 2))
        rookies = team(f"{name} b", linus)

        together(
            doing(teams.delete, gingers, by=ada),
            doing(registrations.register, place, team_id=gingers, by=ada),
            doing(registrations.register, place, team_id=rookies, by=linus),
        )

        assert states(place) == {f"{name} b": CONFIRMED}


def test_a_team_registers_with_its_invitee_or_not_at_all(people):
    ada, grace, *_ = people
    for name in rounds():
        gingers, place = team(name, ada), event(sizes=(1, 2))
        run(invitations.invite, gingers, "grace", by=ada)

        outcomes = together(
            doing(registrations.register, place, team_id=gingers, by=ada),
            doing(invitations.accept, "grace", gingers, by=grace),
        )

        taking_part = run_reading(
            Entrant.select().join(registrations.Event).where(Entrant.event.public_id == place).count
        )
        assert (codes(outcomes), taking_part) in (([], 2), (["invitees_pending"], 0))


def test_a_member_leaves_or_takes_part(people):
    ada, grace, *_ = people
    for name in rounds():
        gingers, place = team(name, ada, grace), event(sizes=(2, 2))

        outcomes = together(
            doing(registrations.register, place, team_id=gingers, by=ada),
            doing(invitations.remove, gingers, "grace", by=grace),
        )

        assert codes(outcomes) in (["team_takes_part"], ["wrong_team_size"])


def test_whoever_leaves_the_hub_while_registering_holds_no_seat(people):
    for number in range(ROUNDS):
        leaver, place = student(f"leaver{number}"), event(seats=1)

        together(doing(departures.leave, by=leaver), doing(registrations.register, place, by=leaver))
        enter(place, people[0])

        assert states(place) == {"ada": CONFIRMED}


def test_whoever_is_given_the_lead_while_leaving_the_hub_leaves_no_team_or_no_seat(people):
    ada, _, linus, _ = people
    for number in range(ROUNDS):
        leaver, place = student(f"leaver{number}"), event(seats=1, sizes=(1, 3))
        gingers, rookies = team(f"Team {number}", ada, leaver), team(f"Other {number}", linus)
        enter(place, ada, gingers)
        enter(place, linus, rookies)

        outcomes = together(
            doing(departures.leave, by=leaver), doing(teams.change, gingers, leader=leaver.username, by=ada)
        )

        is_there = run_reading(Team.select().where(Team.public_id == gingers).exists)
        assert (codes(outcomes), is_there) in (([], False), (["not_a_member"], True))
        seated = {
            True: {f"Team {number}": CONFIRMED, f"Other {number}": WAITING},
            False: {f"Other {number}": CONFIRMED},
        }
        assert states(place) == seated[is_there]


def test_a_leader_and_a_member_who_leave_the_hub_at_once_are_both_gone(people):
    for number in range(ROUNDS):
        leader, member = student(f"leader{number}"), student(f"member{number}")
        gingers, place = team(f"Team {number}", leader, member), event(seats=1, sizes=(1, 3))
        enter(place, leader, gingers)

        together(doing(departures.leave, by=leader), doing(departures.leave, by=member))

        assert states(place) == {}
        assert run_reading(Account.select().where(Account.id.in_([leader.id, member.id])).count) == 0
        assert code_of(teams.delete, gingers, by=people[0]) == "team_not_found"
