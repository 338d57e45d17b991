"""Fees that somebody asked to pay: charged once, to the right account, and a seat follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.domain import departures, events, festival_events, registrations, seating, teams
from hub.domain.actors import Actor
from hub.perform import run, run_reading
from hub.reactions.teams import CHARGE_FEE
from models import Event, Registration
from tests.build import Sqlite
from tests.domain.entering import enter, event, staff, states, student, team
from tests.workers.working import job_called, states_of
from workers import jobs, payments
from workers import seating as work


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: what is asked of the database is tried with registrations themselves."""
    return sqlite.new_database()


@pytest.fixture
def ada(worker: object) -> Actor:
    return student("ada")


@pytest.fixture
def grace(worker: object) -> Actor:
    return student("grace")


def charged(folder: Path) -> list[dict[str, Any]]:
    """What the console gateway was asked to charge."""
    letters = [json.loads(path.read_text()) for path in sorted((folder / "outbox").glob("*.json"))]
    return [letter["payload"] for letter in letters if letter["channel"] == "payment"]


def reference_of(registration_id: str) -> str | None:
    return run_reading(lambda: Registration.get(public_id=registration_id).payment_reference)


def pay(event_id: str, registration_id: str, by: Actor) -> None:
    run(registrations.ask_to_pay, event_id, registration_id, by=by)


def test_a_fee_is_charged_once_and_a_seat_follows(worker, ada, tmp_path):
    place = event(seats=1, fee="Rs 1,500")
    entrant = enter(place, ada)
    pay(place, entrant, ada)
    pay(place, entrant, ada)

    worker.work_for(minutes=10)
    payments.charge_fee(entrant, "1500")

    assert charged(tmp_path) == [{"registration": entrant, "payer": ada.id, "payee": None, "amount": "1500"}]
    assert (states(place), reference_of(entrant)) == ({"ada": "confirmed"}, f"console-{entrant}")


def test_what_is_charged_is_what_was_asked_for_when_they_agreed(worker, ada, tmp_path):
    place = event(seats=1, fee="Rs 300")
    entrant = enter(place, ada)
    pay(place, entrant, ada)

    run(lambda: Event.update(fees='"Rs 900"').execute())
    pay(place, entrant, ada)
    worker.work()

    assert [payment["amount"] for payment in charged(tmp_path)] == ["300"]


def test_who_asks_again_after_a_refusal_is_charged_what_it_costs_by_then(worker, configure, ada, tmp_path):
    place = event(seats=1, fee="Rs 300")
    entrant = enter(place, ada)
    configure(env="production")
    pay(place, entrant, ada)
    worker.work()

    configure(env="development")
    run(lambda: Event.update(fees='"Rs 200"').execute())
    pay(place, entrant, ada)
    worker.work()

    assert [payment["amount"] for payment in charged(tmp_path)] == ["200"]


def leave_by(way: str, place: str, entrant: str, gingers: str, ada: Actor) -> None:
    olga = staff("Olga")
    match way:
        case "withdrawn":
            run(registrations.withdraw, place, entrant, by=ada)
        case "event deleted":
            run(events.delete, place, by=olga)
        case "many lose their event":
            with pytest.MonkeyPatch.context() as few:
                few.setattr(seating, "AT_ONCE", 1)
                enter(place, olga, team("Rookies", olga))
                run(events.delete, place, by=olga)
        case "team deleted":
            run(teams.delete, gingers, by=ada)
        case "leader left":
            run(departures.leave, by=ada)
        case "costs nothing any more":
            run(festival_events.change, place, {"fees": "free"}, by=olga)
            run(festival_events.change, place, {"seats": 7}, by=olga)


WITHDRAWN = "paid_registration_withdrawn"


@pytest.mark.parametrize(
    ("way", "line"),
    [
        ("withdrawn", WITHDRAWN),
        ("event deleted", WITHDRAWN),
        ("many lose their event", WITHDRAWN),
        ("team deleted", WITHDRAWN),
        ("leader left", WITHDRAWN),
        ("costs nothing any more", "paid_fee_fell_away"),
    ],
)
def test_the_operator_reads_once_who_has_paid_for_nothing(worker, ada, grace, way, line):
    place, gingers = event(fee="300", sizes=(1, 2)), team("Gingers", ada, grace)
    entrant = enter(place, ada, gingers)
    pay(place, entrant, ada)
    worker.work()

    assert work.TELL_OF_ENDS in jobs.WORK
    with capture_logs() as said:
        leave_by(way, place, entrant, gingers, ada)
        worker.work()

    (told,) = [each for each in said if "what_to_do" in each]
    assert (told["event"], told["registration"], told["reference"]) == (line, entrant, f"console-{entrant}")
    assert told["what_to_do"] == "pay the fee back, or keep it; the hub does neither"


def test_for_a_team_its_leader_pays(worker, ada, grace, tmp_path):
    place = event(fee="300", sizes=(1, 2))
    entrant = enter(place, ada, team("Rockets", ada, grace))
    pay(place, entrant, ada)

    worker.work()

    assert [payment["payer"] for payment in charged(tmp_path)] == [ada.id]
    assert states(place) == {"Rockets": "confirmed"}


def test_of_two_who_pay_for_the_last_seat_the_first_sits_and_the_other_waits(worker, ada, grace):
    place = event(seats=1, fee="300")
    entrants = [(enter(place, person), person) for person in (ada, grace)]
    for entrant, person in entrants:
        pay(place, entrant, person)

    worker.work()

    assert states(place) == {"ada": "confirmed", "grace": "waiting"}


def test_nobody_is_charged_who_has_withdrawn(worker, ada, tmp_path):
    place = event(fee="300")
    entrant = enter(place, ada)
    pay(place, entrant, ada)
    run(registrations.withdraw, place, entrant, by=ada)

    worker.work()

    assert (charged(tmp_path), states_of(CHARGE_FEE)) == ([], ["done"])


def test_killed_between_the_charge_and_the_note_it_asks_again_under_the_same_key(
    worker, ada, tmp_path, clock, monkeypatch
):
    place = event(fee="300")
    entrant = enter(place, ada)
    pay(place, entrant, ada)

    def killed(*_: object) -> None:
        raise SystemExit("kill -9")

    with monkeypatch.context() as until_it_dies:
        until_it_dies.setattr(payments, "run", killed)
        with pytest.raises(SystemExit):
            jobs.do(job_called(CHARGE_FEE)["id"], holder="the one that dies")
    assert states(place) == {"ada": "payment pending"}
    clock.forward(seconds=jobs.LEASE_SECONDS + 1)
    jobs.do(job_called(CHARGE_FEE)["id"], holder="the next")

    first, second = charged(tmp_path)
    assert first == second
    assert states(place) == {"ada": "confirmed"}


def test_a_fee_that_was_charged_in_vain_is_for_the_operator_to_pay_back(worker, ada, monkeypatch):
    place = event(fee="300")
    entrant = enter(place, ada)
    pay(place, entrant, ada)
    charge = payments.ConsolePayments.charge

    def charge_while_staff_note_another(self: Any, payment: Any) -> str:
        run(registrations.receive_payment, place, entrant, by=staff("Olga"))
        return charge(self, payment)

    monkeypatch.setattr(payments.ConsolePayments, "charge", charge_while_staff_note_another)
    with capture_logs() as said:
        worker.work()

    (line,) = [line for line in said if line["event"] == "fee_charged_in_vain"]
    assert (line["registration"], line["reference"]) == (entrant, f"console-{entrant}")
    assert (states(place), reference_of(entrant)) == ({"ada": "confirmed"}, None)


def test_where_payments_are_off_nobody_is_charged_and_the_operator_reads_for_what(worker, configure, ada, tmp_path):
    place = event(fee="300")
    entrant = enter(place, ada)
    pay(place, entrant, ada)
    configure(env="production")

    with capture_logs() as said:
        worker.work()

    (line,) = [line for line in said if line["event"] == "fee_due"]
    assert (line["registration"], line["what_to_do"]) == (entrant, "set HUB_PAYMENTS; nobody was charged")
    assert (charged(tmp_path), states(place)) == ([], {"ada": "payment pending"})
