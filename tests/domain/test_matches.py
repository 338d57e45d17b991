"""Matches: who matches whom, what is new for either side, and telling everybody whom a change touches."""

from __future__ import annotations

import pytest

from hub.domain import catalogue, counters, match_news, pins
from hub.domain.actors import Actor
from hub.domain.counters import CountersMoved
from hub.domain.match_news import TOLD_AT_ONCE, MoreToTell
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.profiles import Course
from hub.perform import run, run_reading
from models import SeenMatch
from tests import people
from tests.domain.doing import at_once, facts_of
from tests.domain.tutoring import drop, teach
from tests.people import CPE_101

CPE_102 = ("Cal Poly", "CPE", 102)
ALMOST = {
    "another university": ("Cuesta", "CPE", 101),
    "another subject": ("Cal Poly", "CSC", 101),
    "a subject in small letters": ("Cal Poly", "cpe", 101),
    "another number": CPE_102,
}


def seen_by(person: Actor, mode: str) -> list[tuple[int, bool]]:
    """Whose pins match, the newest first, each with whether that is new."""
    return [(seen.owner.account_id, is_new) for seen, is_new in run(pins.matching, mode, by=person)[0]]


def new_for(person: Actor) -> tuple[int, int]:
    """As a student, and as a tutor."""
    found = run_reading(counters.of, person.id)
    return found.student_new, found.tutor_new


def news(mode: str, *courses: Course, but: Actor, after: int = 0) -> list[object]:
    """What a worker does after `but` changed something about the courses: tell a page of people on that side."""
    return facts_of(lambda: match_news.tell_touched(mode, catalogue.course_ids(courses), but=but.id, after=after))


def told(facts: list[object]) -> list[int]:
    return [fact.account_id for fact in facts if isinstance(fact, CountersMoved)]


def test_a_student_s_pin_and_a_tutor_s_match_in_a_course(ann, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)

    assert (new_for(ann), new_for(tom)) == ((1, 0), (0, 1))
    assert (seen_by(ann, STUDENT), seen_by(tom, TUTOR)) == ([(tom.id, True)], [(ann.id, True)])


@pytest.mark.parametrize("course", ALMOST.values(), ids=ALMOST.keys())
def test_a_course_is_equal_in_all_its_parts_or_another_one(ann, tom, course):
    drop(STUDENT, by=ann, courses=[course])
    drop(TUTOR, by=tom)

    assert (seen_by(ann, STUDENT), seen_by(tom, TUTOR), new_for(ann), new_for(tom)) == ([], [], (0, 0), (0, 0))


def test_nobody_matches_themselves_or_somebody_on_the_same_side(ann, eve, tom):
    for person in (ann, tom):
        drop(STUDENT, by=person)
    drop(TUTOR, by=tom)

    assert seen_by(tom, STUDENT) == []
    assert (seen_by(tom, TUTOR), seen_by(ann, STUDENT)) == ([(ann.id, True)], [(tom.id, True)])


def test_several_courses_in_common_are_one_match(ann, tom):
    teach(CPE_101, CPE_102, by=tom)
    drop(STUDENT, by=ann, courses=[CPE_101, CPE_102])
    drop(TUTOR, by=tom)

    assert (new_for(ann), new_for(tom), seen_by(ann, STUDENT)) == ((1, 0), (0, 1), [(tom.id, True)])


def test_the_newest_pin_comes_first_and_only_what_came_since_is_new(ann, eve, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)
    seen_by(ann, STUDENT)

    drop(TUTOR, by=eve)

    assert new_for(ann) == (1, 0)
    assert seen_by(ann, STUDENT) == [(eve.id, True), (tom.id, False)]
    assert (seen_by(ann, STUDENT), new_for(ann)) == ([(eve.id, False), (tom.id, False)], (0, 0))


def test_looking_clears_one_s_own_side_and_mode_alone(eve, tom):
    """Both learn and teach, so that each matches the other twice."""
    for person in (eve, tom):
        drop(STUDENT, by=person)
        drop(TUTOR, by=person)

    seen_by(tom, STUDENT)

    assert (new_for(tom), new_for(eve)) == ((0, 1), (1, 1))


def test_without_a_pin_of_one_s_own_there_are_no_matches(ann, tom):
    drop(TUTOR, by=tom)

    assert (seen_by(ann, STUDENT), new_for(ann)) == ([], (0, 0))


@pytest.mark.parametrize("how", ["taken up", "run out"])
def test_a_match_goes_with_either_pin_at_that_very_moment(ann, tom, clock, how):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom, seconds=60)
    assert new_for(ann) == (1, 0)

    if how == "taken up":
        run(pins.take_up, TUTOR, by=tom)
    else:
        clock.forward(seconds=60)

    assert (seen_by(ann, STUDENT), seen_by(tom, TUTOR), new_for(ann)) == ([], [], (0, 0))


def test_a_pin_that_is_dropped_again_is_a_new_match_for_both(ann, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)
    seen_by(ann, STUDENT)
    seen_by(tom, TUTOR)

    run(pins.take_up, STUDENT, by=ann)
    drop(STUDENT, by=ann)

    assert (new_for(ann), new_for(tom)) == ((1, 0), (0, 1))


def test_of_pins_that_are_gone_nobody_remembers_what_was_seen(ann, tom, clock):
    drop(STUDENT, by=ann, seconds=60)
    drop(TUTOR, by=tom)
    seen_by(ann, STUDENT)
    seen_by(tom, TUTOR)
    clock.forward(seconds=60)

    run(pins.expire_overdue)

    assert run_reading(lambda: SeenMatch.select().count()) == 0


def test_what_a_tutor_teaches_now_is_what_their_pin_matches(ann, tom):
    drop(STUDENT, by=ann, courses=[CPE_102])
    drop(TUTOR, by=tom)
    assert new_for(ann) == (0, 0)

    teach(CPE_102, by=tom)
    assert seen_by(ann, STUDENT) == [(tom.id, True)]

    teach(CPE_101, by=tom)
    assert seen_by(ann, STUDENT) == []


def test_a_match_that_went_with_a_course_is_new_for_both_when_it_comes_back(ann, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)
    seen_by(ann, STUDENT)
    seen_by(tom, TUTOR)

    teach(CPE_102, by=tom)
    news(STUDENT, CPE_101, CPE_102, but=tom)
    teach(CPE_101, by=tom)

    assert (new_for(ann), new_for(tom)) == ((1, 0), (0, 1))


def test_a_match_that_still_has_another_course_stays_seen(ann, tom):
    teach(CPE_101, CPE_102, by=tom)
    drop(STUDENT, by=ann, courses=[CPE_101, CPE_102])
    drop(TUTOR, by=tom)
    seen_by(ann, STUDENT)

    teach(CPE_102, by=tom)
    news(STUDENT, CPE_101, but=tom)

    assert (seen_by(ann, STUDENT), new_for(ann)) == ([(tom.id, False)], (0, 0))


def test_whoever_has_a_pin_on_the_touched_side_is_told_but_for_who_caused_it(ann, eve, tom):
    for student in (ann, tom):
        drop(STUDENT, by=student)
    for tutor in (tom, eve):
        drop(TUTOR, by=tutor)

    assert told(news(STUDENT, CPE_101, but=tom)) == [ann.id]
    assert told(news(TUTOR, CPE_101, but=ann)) == [eve.id, tom.id]
    assert news(TUTOR, CPE_102, but=ann) == news(STUDENT, CPE_102, but=tom) == []


def test_whose_pin_has_gone_is_told_nothing(ann, eve, tom, clock):
    drop(STUDENT, by=ann, seconds=60)
    drop(TUTOR, by=tom)
    run(pins.take_up, TUTOR, by=tom)
    clock.forward(seconds=60)

    assert news(STUDENT, CPE_101, but=eve) == news(TUTOR, CPE_101, but=eve) == []


def test_many_are_told_in_pages_of_whom_none_is_left_out_or_told_twice(tom):
    students = [people.actor_of(people.join(f"Student{number}")) for number in range(TOLD_AT_ONCE + 1)]
    for student in students:
        drop(STUDENT, by=student)
    (course,) = run(catalogue.course_ids, [CPE_101])

    first = news(STUDENT, CPE_101, but=tom)
    second = news(STUDENT, CPE_101, but=tom, after=students[-2].id)

    assert told(first) == [student.id for student in students[:-1]]
    assert first[-1] == MoreToTell(STUDENT, (course,), tom.id, students[-2].id)
    assert (told(second), len(second)) == ([students[-1].id], 1)


def test_who_looks_twice_at_the_same_moment_sees_it_as_new_once(ann, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)

    looks = at_once(*[lambda: seen_by(ann, STUDENT)] * 4)

    assert sorted(looks) == [[(tom.id, False)]] * 3 + [[(tom.id, True)]]
    assert run_reading(lambda: SeenMatch.select().count()) == 1
