"""Crew: organisers and volunteers, and that nobody takes part in an event and works at it."""

from __future__ import annotations

import json
from functools import partial

import pytest

from hub.domain import accounts, crew, departures, registrations
from hub.perform import run, run_reading
from tests.domain import entering, festival
from tests.domain.doing import at_once, codes, nothing_is_left
from tests.domain.entering import code_of

NOWHERE = "0" * 24
ADD = {
    "organisers": partial(crew.add_organiser, role="Head"),
    "volunteers": partial(crew.add_volunteer, tasks=["Doors"]),
}
REMOVE = {"organisers": crew.remove_organiser, "volunteers": crew.remove_volunteer}
LIST = {"organisers": crew.organisers, "volunteers": crew.volunteers}
BOTH = pytest.mark.parametrize("kind", list(LIST))


@pytest.fixture
def event(database, olga) -> str:
    return festival.event(olga)


def named(kind: str, event: str) -> list[str]:
    return run_reading(lambda: [one.account.username for one in LIST[kind](event)])


def add(kind: str, event: str, person, by) -> None:
    run(partial(ADD[kind], event, person.username, by=by))


@BOTH
def test_crew_is_listed_as_it_was_added(event, olga, ada, grace, kind):
    add(kind, event, grace, olga)
    add(kind, event, ada, olga)

    assert named(kind, event) == [grace.username, ada.username]
    assert named(kind, festival.event(olga)) == []


@BOTH
def test_nobody_is_on_a_list_twice(event, olga, ada, kind):
    again = partial(add, kind, event, ada, olga)

    outcomes = at_once(again, again)

    assert codes(outcomes) == ["already_crew"]
    assert named(kind, event) == [ada.username]


def test_one_may_organise_an_event_and_help_at_it(event, olga, ada):
    add("organisers", event, ada, olga)
    add("volunteers", event, ada, olga)

    assert named("organisers", event) == named("volunteers", event) == [ada.username]


@BOTH
def test_who_takes_part_does_not_work_there(event, olga, ada, kind):
    entering.enter(event, ada)

    assert code_of(ADD[kind], event, ada.username, by=olga) == "takes_part"
    assert named(kind, event) == []


@BOTH
def test_of_entering_an_event_and_working_at_it_at_once_one_succeeds(event, olga, ada, kind):
    for _ in range(5):
        outcomes = at_once(partial(add, kind, event, ada, olga), partial(run, registrations.register, event, by=ada))

        works_there = named(kind, event) == [ada.username]
        assert len(codes(outcomes)) == 1
        assert works_there == (outcomes[0] is None) == (entering.states(event) == {})
        if works_there:
            run(REMOVE[kind], event, ada.username, by=olga)
        else:
            run(registrations.withdraw, event, outcomes[1].public_id, by=ada)


@BOTH
def test_whoever_leaves_the_hub_is_of_no_crew(event, olga, ada, kind):
    add(kind, event, ada, olga)

    run(departures.leave, by=ada)

    assert named(kind, event) == []
    assert not run_reading(accounts.exists, ada.id)


@BOTH
def test_a_username_that_nobody_has_is_refused(event, olga, kind):
    assert code_of(ADD[kind], event, "nobody", by=olga) == "person_unknown"


@BOTH
def test_who_is_taken_off_a_list_may_take_part(event, olga, ada, kind):
    add(kind, event, ada, olga)

    run(REMOVE[kind], event, ada.username, by=olga)

    assert code_of(REMOVE[kind], event, ada.username, by=olga) == "not_crew"
    assert code_of(registrations.register, event, by=ada) is None


def test_a_volunteer_is_asked_to_do_other_things(event, olga, ada):
    add("volunteers", event, ada, olga)

    asked = [
        json.loads(run(crew.set_tasks, event, ada.username, tasks, by=olga).tasks)
        for tasks in (["Lights", "Sound"], None, [])
    ]

    assert asked == [["Lights", "Sound"], ["Lights", "Sound"], []]
    assert json.loads(run_reading(crew.volunteers, event)[0].tasks) == []


def test_who_is_not_of_the_crew_is_found_in_no_list(event, olga, ada):
    add("organisers", event, ada, olga)

    for attempt in (
        partial(crew.set_tasks, event, ada.username, []),
        partial(crew.remove_volunteer, event, ada.username),
        partial(crew.remove_organiser, event, "nobody"),
    ):
        assert code_of(attempt, by=olga) == "not_crew"


@BOTH
def test_an_event_that_does_not_exist_has_no_crew(database, olga, ada, kind):
    assert code_of(LIST[kind], NOWHERE) == "event_not_found"
    assert code_of(ADD[kind], NOWHERE, ada.username, by=olga) == "event_not_found"
    assert code_of(REMOVE[kind], NOWHERE, ada.username, by=olga) == "event_not_found"


def test_only_staff_choose_the_crew(database, ada):
    for attempt in (*ADD.values(), *REMOVE.values(), partial(crew.set_tasks, tasks=[])):
        assert code_of(attempt, NOWHERE, ada.username, by=ada) == "staff_only"

    assert nothing_is_left()
