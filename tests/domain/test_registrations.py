"""Registrations: who may enter what, and how a fee is paid through the gateway."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain import departures, invitations, registrations, seating
from hub.domain.registrations import Due, PaymentAsked
from hub.perform import run, run_reading
from hub.reactions.teams import CHARGE_FEE
from models import Entrant, Event, JobRow, Organiser, Registration, Volunteer
from tests.domain.doing import facts_of
from tests.domain.entering import code_of, enter, event, staff, states, student, team

PENDING, WAITING, CONFIRMED = seating.STATES


@pytest.fixture
def people(database):
    return [student(name) for name in ("ada", "grace", "linus")]


@pytest.fixture
def olga(database):
    return staff("olga")


def refused(place: str, by: Any, team_id: str | None = None) -> str | None:
    return code_of(registrations.register, place, team_id=team_id, by=by)


def works_at(place: str, who: Any, table: type) -> None:
    more = {"role": "Head"} if table is Organiser else {}
    run(lambda: table.create(event=Event.get(Event.public_id == place), account=who.id, **more))


def payment_of(entered: str) -> list[Any]:
    row = run_reading(Registration.get, Registration.public_id == entered)
    return [row.state, row.paid_at, row.payment_reference]


@pytest.mark.parametrize(
    ("sizes", "outcome"), [((3, 4), "wrong_team_size"), ((1, 1), "wrong_team_size"), ((2, 2), None)]
)
def test_a_team_s_size_counts_its_leader(people, sizes, outcome):
    ada, grace, _ = people

    assert refused(event(sizes=sizes), ada, team("Gingers", ada, grace)) == outcome


def test_a_team_with_somebody_who_has_not_answered_is_refused_until_they_do(people):
    ada, grace, _ = people
    gingers, place = team("Gingers", ada), event(sizes=(1, 2))
    run(invitations.invite, gingers, "grace", by=ada)

    before = refused(place, ada, gingers)
    run(invitations.reject, "grace", gingers, by=grace)

    assert (before, refused(place, ada, gingers)) == ("invitees_pending", None)


def test_only_its_leader_registers_a_team(people, olga):
    ada, grace, linus = people
    gingers, place = team("Gingers", ada, grace), event(sizes=(1, 2))

    assert [refused(place, who, gingers) for who in (grace, linus, olga)] == ["not_the_leader"] * 3


def test_a_team_event_wants_a_team_and_another_none(people):
    ada = people[0]
    gingers = team("Gingers", ada)

    assert [refused(event(sizes=(1, 2)), ada), refused(event(), ada, gingers)] == ["invalid", "invalid"]
    assert run_reading(Entrant.select().count) == 0


def test_nobody_is_in_an_event_twice(people):
    ada, grace, linus = people
    place = event(sizes=(1, 2))
    gingers, rookies = team("Gingers", ada, grace), team("Rookies", linus, grace)
    enter(place, ada, gingers)

    assert refused(place, ada, gingers) == "already_registered"
    with pytest.raises(registrations.TakesPartAlready) as no:
        run(registrations.register, place, team_id=rookies, by=linus)
    assert no.value.names == "grace"
    assert states(place) == {"Gingers": CONFIRMED}


def test_entering_alone_twice_is_refused(people):
    place = event()
    enter(place, people[0])

    assert refused(place, people[0]) == "already_registered"


@pytest.mark.parametrize("table", [Organiser, Volunteer])
def test_whoever_works_at_an_event_takes_part_in_others_only(people, table):
    ada, grace, _ = people
    alone, together, other = event(), event(sizes=(1, 2)), event()
    for place in (alone, together):
        works_at(place, grace, table)

    outcomes = [refused(alone, grace), refused(together, ada, team("Gingers", ada, grace)), refused(other, grace)]

    assert outcomes == ["works_there", "works_there", None]


def test_whoever_withdrew_may_come_again_and_waits_behind_the_others(people):
    ada, grace, _ = people
    place = event(seats=1)
    entered = enter(place, ada)
    enter(place, grace)
    run(registrations.withdraw, place, entered, by=ada)

    enter(place, ada)

    assert states(place) == {"grace": CONFIRMED, "ada": WAITING}


def test_a_registration_is_withdrawn_once_and_by_nobody_else(people, olga):
    ada, grace, linus = people
    gingers, place = team("Gingers", ada, grace), event(sizes=(1, 2))
    entered = enter(place, ada, gingers)

    outcomes = [code_of(registrations.withdraw, place, entered, by=who) for who in (grace, linus, olga, ada)]

    assert outcomes == ["staff_only", "staff_only", None, "registration_not_found"]


def test_a_registration_is_found_in_its_own_event_only(people):
    ada = people[0]
    entered, other = enter(event(), ada), event()

    for action in (registrations.get, registrations.withdraw, registrations.ask_to_pay):
        assert code_of(action, other, entered, by=ada) == "registration_not_found"


def test_what_somebody_takes_part_in_is_theirs_alone_and_in_teams(people, olga):
    ada, grace, _ = people
    first, second = enter(event(), grace), enter(event(sizes=(1, 2)), ada, team("Gingers", ada, grace))

    for reader in (grace, olga):
        assert [row.public_id for row in run_reading(registrations.of, "grace", by=reader)] == [first, second]
    assert code_of(registrations.of, "grace", by=ada) == "staff_only"


@pytest.fixture
def owing(people):
    """Ada owes the fee of an event with one seat."""
    place = event(seats=1, fee="Rs 1,500.50")
    return place, enter(place, people[0])


def test_asking_to_pay_is_one_charge_however_often_it_is_asked(owing, people):
    ada = people[0]

    told = [facts_of(registrations.ask_to_pay, *owing, by=ada) for _ in range(2)]

    assert told == [[PaymentAsked(owing[1], "1500.50")]] * 2
    assert run_reading(JobRow.select().where(JobRow.name == CHARGE_FEE).count) == 1
    assert run_reading(registrations.payment_due, owing[1]) == Due(owing[1], ada.id)


def test_only_who_registered_asks_to_pay(owing, people, olga):
    refused = [code_of(registrations.ask_to_pay, *owing, by=who) for who in (people[1], olga)]

    assert refused == ["not_the_registrant"] * 2


def test_nothing_is_charged_that_nobody_asked_for(owing):
    assert run_reading(registrations.payment_due, owing[1]) is None


def test_a_payment_is_noted_once_under_its_reference(owing, people, clock):
    run(registrations.ask_to_pay, *owing, by=people[0])

    noted = [run(registrations.paid, owing[1], "p1") for _ in range(2)]

    assert noted == [True, True]
    assert payment_of(owing[1]) == [CONFIRMED, clock.moment, "p1"]
    assert run_reading(registrations.payment_due, owing[1]) is None


def test_who_pays_while_all_seats_are_taken_waits(owing, people):
    place, entered = owing
    run(registrations.paid, enter(place, people[1]), "p1")

    run(registrations.paid, entered, "p2")

    assert states(place) == {"ada": WAITING, "grace": CONFIRMED}


def test_money_for_what_was_withdrawn_or_paid_otherwise_has_to_go_back(owing, people, olga):
    place, entered = owing
    withdrawn = enter(place, people[1])
    run(registrations.withdraw, place, withdrawn, by=people[1])
    run(registrations.receive_payment, place, entered, by=olga)
    before = payment_of(entered)

    noted = [run(registrations.paid, one, "p1") for one in (withdrawn, entered, "nothing")]

    assert noted == [False, False, False]
    assert payment_of(entered) == before


def test_a_fee_that_fell_away_is_not_charged(owing, people):
    run(registrations.ask_to_pay, *owing, by=people[0])

    def free() -> None:
        Event.update(fees='"free"').where(Event.public_id == owing[0]).execute()
        seating.event_changed(registrations.events.get_locked(owing[0]))

    run(free)

    assert run_reading(registrations.payment_due, owing[1]) is None
    assert payment_of(owing[1]) == [CONFIRMED, None, None]
    assert code_of(registrations.ask_to_pay, *owing, by=people[0]) == "nothing_due"


def test_a_payer_who_has_left_is_not_charged(owing, people):
    run(registrations.ask_to_pay, *owing, by=people[0])

    run(departures.leave, by=people[0])

    assert run_reading(registrations.payment_due, owing[1]) is None
    assert run(registrations.paid, owing[1], "p1") is False
