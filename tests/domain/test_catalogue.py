"""What people choose from: the lists that come with the hub, those that were loaded, and what tutors name."""

from __future__ import annotations

import pytest

from hub.domain import catalogue
from hub.perform import run, run_reading
from models import Course, Pin, PinCourse, TutorCourse
from tests.conftest import NOON
from tests.domain.doing import at_once, codes

CALCULUS = ("Cal Poly", "MATH", 141)
ALGEBRA = ("Cal Poly", "MATH", 9)
BAROQUE = ("Cal Poly", "art", 3)
OPTICS = ("Cuesta", "PHYS", 142)


def ids_of(*courses) -> list[int]:
    return run(catalogue.course_ids, courses)


def courses_of(university: str) -> list[tuple[str, int]]:
    return run_reading(catalogue.courses, university)


def rows() -> list[tuple[str, str, int, bool]]:
    """Every course that has a row, and whether it is listed."""
    return run_reading(
        lambda: sorted((row.university, row.subject, row.number, row.is_listed) for row in Course.select())
    )


def name_in_profile(person, *courses) -> None:
    def unit():
        for course in catalogue.course_ids(courses):
            TutorCourse.create(account=person.id, course=course)

    run(unit)


def name_in_pin(person, *courses) -> None:
    def unit():
        pin = Pin.create(
            account=person.id, mode="student", latitude=0, longitude=0, dropped_at=NOON, ends_at=NOON, skills="[]"
        )
        for course in catalogue.course_ids(courses):
            PinCourse.create(pin=pin, course=course)

    run(unit)


def test_until_others_are_loaded_the_lists_that_come_with_the_hub_are_offered(database):
    universities, skills = run_reading(lambda: (catalogue.universities(), catalogue.skills()))

    assert (len(universities), len(skills)) == (22_100, 316)
    assert (universities[14_793:14_795], skills[:2]) == (
        ["Standard Institute of Technology", "Stanford University"],
        ["3D Modelling", "3D Printing"],
    )


def test_a_loaded_list_takes_the_place_of_the_one_before(database):
    run(catalogue.replace_universities, ["Zürich", "Aachen", "aachen", "Aachen"])
    first = run_reading(catalogue.universities)
    run(catalogue.replace_universities, ["Basel", "Aachen"])

    assert first == ["Aachen", "Zürich", "aachen"]
    assert run_reading(catalogue.universities) == ["Aachen", "Basel"]


def test_skills_and_universities_are_loaded_apart(database):
    before = run_reading(catalogue.universities)

    run(catalogue.replace_skills, ["Knitting"])

    assert run_reading(lambda: (catalogue.skills(), catalogue.universities())) == (["Knitting"], before)


def test_what_a_caller_does_to_a_list_stays_with_the_caller(database):
    run_reading(catalogue.skills).clear()

    assert len(run_reading(catalogue.skills)) == 316


def test_of_two_lists_that_are_loaded_at_once_one_is_whole(postgres_database):
    swiss, german = ["Basel", "Bern", "Zürich"], ["Aachen", "Bonn"]

    outcomes = at_once(
        lambda: run(catalogue.replace_universities, swiss), lambda: run(catalogue.replace_universities, german)
    )

    assert codes(outcomes) in ([], ["loaded_by_another_at_the_same_time"])
    assert run_reading(catalogue.universities) in (swiss, german)


def test_courses_are_those_listed_and_those_that_tutors_name_in_order(database, ada):
    run(catalogue.replace_courses, [CALCULUS, OPTICS, BAROQUE])
    name_in_profile(ada, ALGEBRA, CALCULUS)

    assert courses_of("Cal Poly") == [("MATH", 9), ("MATH", 141), ("art", 3)]


def test_what_only_a_student_s_pin_names_is_not_offered(database, ada):
    name_in_pin(ada, ALGEBRA)

    assert courses_of("Cal Poly") == []


@pytest.mark.parametrize("name", ["cal poly", "Cal Poly ", "Cal", "", "Cal Poly\0", "Cal%", "x" * 10_000])
def test_a_university_of_another_name_has_no_courses(database, name):
    run(catalogue.replace_courses, [CALCULUS])

    assert courses_of(name) == []


def test_courses_have_the_same_ids_whoever_names_them(database):
    first = ids_of(OPTICS, CALCULUS, OPTICS)

    assert ids_of(CALCULUS) + ids_of(OPTICS) == first
    assert ids_of() == []
    assert rows() == [(*CALCULUS, False), (*OPTICS, False)]


def test_a_thousand_courses_are_named_at_once(database):
    many = [("Cal Poly", subject, number) for subject in ("CPE", "CSC") for number in range(500)]
    known = ids_of(*many[::2])

    ids = ids_of(*many)

    assert (ids[::2], len(set(ids))) == (known, 1000)
    assert ids_of(*reversed(many)) == ids


@pytest.mark.parametrize("odd", ['O\'Neil "X"', "\\u0041", "null", "[0]", "1e3", "🎓 大学", "%s ? $1", " "])
def test_a_course_is_kept_to_the_letter(database, odd):
    run(catalogue.replace_courses, [(odd, odd, catalogue.HIGHEST_NUMBER)])
    ids_of((odd, odd, 0))

    assert courses_of(odd) == [(odd, catalogue.HIGHEST_NUMBER)]
    assert rows() == [(odd, odd, 0, False), (odd, odd, catalogue.HIGHEST_NUMBER, True)]


def test_a_unit_that_fails_leaves_no_courses_behind(database):
    def unit():
        catalogue.course_ids([CALCULUS])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(unit)

    assert rows() == []


def test_units_that_make_the_same_courses_at_once_get_the_same_ids(postgres_database):
    many = [("Cal Poly", "CSC", number) for number in range(200)]

    first, *others = at_once(*[lambda order=order: ids_of(*many[::order]) for order in (1, -1, 1, -1)])

    assert others == [first] * 3
    assert (len(set(first)), len(rows())) == (200, 200)


def test_courses_that_are_listed_no_more_stay_with_who_named_them(database, ada, grace):
    run(catalogue.replace_courses, [ALGEBRA, CALCULUS, BAROQUE])
    ids = ids_of(ALGEBRA, CALCULUS, BAROQUE)
    name_in_profile(ada, ALGEBRA)
    name_in_pin(grace, CALCULUS)

    run(catalogue.replace_courses, [OPTICS])

    assert courses_of("Cal Poly") == [("MATH", 9)]
    assert ids_of(ALGEBRA, CALCULUS, BAROQUE) == ids
    assert run_reading(lambda: (TutorCourse.select().count(), PinCourse.select().count())) == (1, 1)


def test_lists_that_take_several_statements_are_replaced_whole(database):
    def every_course(university: str) -> list[tuple[str, str, int]]:
        return [(university, subject, number) for subject in ("CPE", "CSC") for number in range(catalogue.MANY)]

    run(catalogue.replace_courses, [*every_course("Cal Poly"), CALCULUS])
    run(catalogue.replace_courses, [*every_course("Cuesta"), CALCULUS])

    assert (courses_of("Cal Poly"), len(courses_of("Cuesta"))) == ([CALCULUS[1:]], 2 * catalogue.MANY)


def test_a_course_that_somebody_named_keeps_its_id_when_it_is_listed(database):
    named = ids_of(CALCULUS)

    run(catalogue.replace_courses, [CALCULUS, OPTICS])

    assert ids_of(CALCULUS) == named
    assert rows() == [(*CALCULUS, True), (*OPTICS, True)]
