"""Accounts that are deleted while something else is about to be committed that gives them a seat or the lead of a team.

On Postgres, where units of work overlap: each is met at its last moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.domain import departures, registrations, seating, teams
from hub.domain.credentials import DeadCredential
from hub.domain.seating import RegistrationEnded
from hub.perform import run, run_reading
from models import db
from tests.domain.doing import at_once, facts_of
from tests.domain.entering import enter, event, states, student, team

WAITING_FOR_ANOTHER = "SELECT count(*) FROM pg_locks WHERE NOT granted"
PATIENCE_SECONDS = 10.0


def meeting(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Commit the first unit not before the second one, begun after all is done, waits for it or is over."""
    done, over = threading.Event(), threading.Event()

    def slowly() -> Any:
        answer = first()
        done.set()
        latest = time.monotonic() + PATIENCE_SECONDS
        while not over.is_set() and db.execute_sql(WAITING_FOR_ANOTHER).fetchone() == (0,):
            assert time.monotonic() < latest
            time.sleep(0.002)
        return answer

    def later() -> Any:
        done.wait(PATIENCE_SECONDS)
        try:
            return second()
        finally:
            over.set()

    return at_once(lambda: run(slowly), later)


@pytest.fixture
def people(postgres_database):
    return [student(name) for name in ("ada", "grace", "linus")]


def test_what_they_register_for_is_withdrawn_with_them(people):
    ada, place = people[0], event(seats=1)

    _, facts = meeting(
        lambda: registrations.register(place, by=ada),
        lambda: facts_of(departures.leave, by=ada),
    )

    assert RegistrationEnded in [type(fact) for fact in facts]
    assert states(place) == {}


def test_a_team_that_they_are_given_is_deleted_with_them_and_the_next_moves_up(people):
    ada, grace, linus = people
    gingers, place = team("Gingers", ada, grace), event(seats=1, sizes=(1, 2))
    enter(place, ada, gingers)
    enter(place, linus, team("Rookies", linus))

    meeting(
        lambda: teams.change(gingers, leader="grace", by=ada),
        lambda: run(departures.leave, by=grace),
    )

    assert states(place) == {"Rookies": seating.CONFIRMED}


def test_a_team_that_they_have_passed_on_stays(people):
    ada, grace, _ = people
    gingers, place = team("Gingers", ada, grace), event(seats=1, sizes=(1, 2))
    enter(place, ada, gingers)

    meeting(
        lambda: teams.change(gingers, leader="grace", by=ada),
        lambda: run(departures.leave, by=ada),
    )

    assert states(place) == {"Gingers": seating.CONFIRMED}
    assert run_reading(teams.get, gingers, by=grace).members == ()


def test_whoever_is_gone_enters_nothing_and_is_refused_at_once(people):
    ada, place = people[0], event(seats=1)

    with capture_logs() as said:
        outcomes = meeting(lambda: departures.leave(by=ada), lambda: run(registrations.register, place, by=ada))

    assert [type(outcome) for outcome in outcomes] == [type(None), DeadCredential]
    assert (states(place), said) == ({}, [])


def test_whoever_is_gone_makes_no_team_and_its_name_is_not_taken(people):
    ada = people[0]

    outcomes = meeting(lambda: departures.leave(by=ada), lambda: run(teams.create, "Gingers", by=ada))

    assert [type(outcome) for outcome in outcomes] == [type(None), DeadCredential]
