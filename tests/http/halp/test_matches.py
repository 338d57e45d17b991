"""`GET /matches`: pins on the other side that have a course in common with one's own."""

import asyncio
import json

import pytest

from hub.domain import match_news
from hub.perform import run
from hub.reactions.tutoring import TELL_MATCHES
from models import JobRow
from tests.http.halp import acting
from tests.http.halp.acting import matches
from tests.http.halp.saying import COURSES, SERVER_ERROR, said, students_pin, tutors_pin, yes

PHYSICS = {"Cuesta": [{"subject": "PHYS", "number": 142}]}


@pytest.fixture
async def pins(hub, ann, tom):
    """Ann wants to learn what Tom teaches."""
    await acting.drop(hub, "student", by=ann)
    await acting.drop(hub, "tutor", by=tom)


async def test_a_match_is_a_pin_and_whether_it_is_new(hub, ann, tom, pins):
    of_ann = await hub.get("/halp/matches?mode=student", by=ann)
    of_tom = await hub.get("/halp/matches?mode=tutor", by=tom)

    assert of_ann == yes(truncated=False, matches=[{**tutors_pin(tom.id, "Tom"), "new": True}])
    assert of_tom == yes(truncated=False, matches=[{**students_pin(ann.id, "Ann"), "new": True}])


async def test_what_one_has_seen_is_still_new_for_the_other(hub, ann, tom, pins):
    first, second = [await matches(hub, "student", by=ann) for _ in range(2)]

    assert (first, second) == ([(tom.id, True)], [(tom.id, False)])
    assert await matches(hub, "tutor", by=tom) == [(ann.id, True)]


async def test_only_what_has_come_since_is_new(hub, ann, tom, eve, pins):
    await matches(hub, "student", by=ann)

    await acting.drop(hub, "tutor", by=eve)

    assert await matches(hub, "student", by=ann) == [(eve.id, True), (tom.id, False)]


async def test_looking_on_one_side_leaves_the_other_side_new(hub, ann, tom, eve, pins):
    await acting.drop(hub, "student", by=tom)
    await acting.drop(hub, "tutor", by=eve)

    await matches(hub, "tutor", by=tom)

    assert await matches(hub, "student", by=tom) == [(eve.id, True)]
    assert await matches(hub, "tutor", by=tom) == [(ann.id, False)]


async def test_a_match_goes_with_either_pin_at_the_moment_at_which_it_ends(hub, ann, tom, clock):
    await acting.drop(hub, "student", duration=60, by=ann)
    await acting.drop(hub, "tutor", by=tom)

    clock.forward(seconds=60, microseconds=-1)
    still = await matches(hub, "tutor", by=tom)
    clock.forward(microseconds=1)

    assert (still, await matches(hub, "tutor", by=tom)) == ([(ann.id, True)], [])
    assert await matches(hub, "student", by=ann) == []


ALMOST = {
    "university": {"Cuesta": [{"subject": "CPE", "number": 101}]},
    "subject": {"Cal Poly": [{"subject": "CSC", "number": 101}]},
    "number": {"Cal Poly": [{"subject": "CPE", "number": 102}]},
    "case of the university": {"cal poly": [{"subject": "CPE", "number": 101}]},
    "case of the subject": {"Cal Poly": [{"subject": "cpe", "number": 101}]},
    "a blank": {"Cal Poly ": [{"subject": "CPE", "number": 101}]},
    "no course": {},
}


async def test_one_course_of_many_is_enough_and_two_make_no_second_match(hub, ann, tom):
    both = {**PHYSICS, **COURSES}
    await acting.change(hub, tutor={"courses": both}, by=tom)
    await acting.drop(hub, "tutor", by=tom)

    await acting.drop(hub, "student", courses={**both, "UC Irvine": [{"subject": "ART", "number": 1}]}, by=ann)

    assert await matches(hub, "student", by=ann) == [(tom.id, True)]


async def tell_whom_it_touches(rows) -> None:
    """Do what is left to a worker, who is told of every change of what somebody teaches or wants to learn."""
    for row in rows()[JobRow.__name__]:
        if row[1] == TELL_MATCHES:
            touched = json.loads(row[2])
            run(match_news.tell_touched, touched["told_mode"], touched["course_ids"], but=touched["but"])


async def test_ones_own_pins_never_match(hub, tom):
    await acting.drop(hub, "student", by=tom)
    await acting.drop(hub, "tutor", by=tom)

    assert (await matches(hub, "student", by=tom), await matches(hub, "tutor", by=tom)) == ([], [])


async def test_pins_of_the_same_side_never_match(hub, tom, eve):
    for member in (tom, eve):
        await acting.drop(hub, "tutor", by=member)

    assert await matches(hub, "tutor", by=tom) == []


async def test_without_a_pin_there_are_no_matches(hub, ann, tom):
    await acting.drop(hub, "tutor", by=tom)

    assert await matches(hub, "student", by=ann) == []


async def test_a_mode_must_be_named(hub, ann, rows):
    before = rows()

    answers = [said(await hub.get(f"/halp/matches{query}", by=ann)) for query in ("", "?mode", "?mode=", "?mode=mine")]

    assert answers == [SERVER_ERROR] * 4
    assert rows() == before


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_of_two_looks_at_the_same_moment_one_finds_it_new(self, hub, ann, tom, pins):
        looks = await asyncio.gather(*(matches(hub, "student", by=ann) for _ in range(8)))

        assert sorted(looks) == [[(tom.id, False)]] * 7 + [[(tom.id, True)]]

    @pytest.mark.parametrize("whose", ["the students", "the tutors"])
    async def test_a_pin_that_is_dropped_again_is_new_for_both(self, hub, ann, tom, pins, whose):
        await matches(hub, "student", by=ann)
        await matches(hub, "tutor", by=tom)
        mode, by = ("student", ann) if whose == "the students" else ("tutor", tom)

        await acting.take_up(hub, mode, by=by)
        between = (await matches(hub, "student", by=ann), await matches(hub, "tutor", by=tom))
        await acting.drop(hub, mode, by=by)

        assert between == ([], [])
        assert await matches(hub, "student", by=ann) == [(tom.id, True)]
        assert await matches(hub, "tutor", by=tom) == [(ann.id, True)]

    async def test_courses_that_differ_in_anything_are_no_match(self, hub, ann, tom):
        await acting.drop(hub, "tutor", by=tom)

        found = {}
        for what, courses in {**ALMOST, "nothing": COURSES}.items():
            await acting.drop(hub, "student", courses=courses, by=ann)
            found[what] = (await matches(hub, "student", by=ann), await matches(hub, "tutor", by=tom))
            await acting.take_up(hub, "student", by=ann)

        assert found == {**dict.fromkeys(ALMOST, ([], [])), "nothing": ([(tom.id, True)], [(ann.id, True)])}

    async def test_a_tutors_pin_gains_and_loses_matches_with_the_profile(self, hub, ann, tom):
        await acting.drop(hub, "student", courses=PHYSICS, by=ann)
        await acting.drop(hub, "tutor", by=tom)
        before = await matches(hub, "student", by=ann)

        await acting.change(hub, tutor={"courses": {**COURSES, **PHYSICS}}, by=tom)
        gained = (await matches(hub, "student", by=ann), await matches(hub, "tutor", by=tom))
        await acting.change(hub, tutor={"courses": COURSES}, by=tom)
        lost = (await matches(hub, "student", by=ann), await matches(hub, "tutor", by=tom))

        assert (before, gained, lost) == ([], ([(tom.id, True)], [(ann.id, True)]), ([], []))

    async def test_a_match_that_goes_with_a_course_and_comes_back_with_it_is_new_again(self, hub, ann, tom, pins, rows):
        await matches(hub, "student", by=ann)
        await matches(hub, "tutor", by=tom)

        for courses in ({}, COURSES):
            await acting.change(hub, tutor={"courses": courses}, by=tom)
            await tell_whom_it_touches(rows)

        assert await matches(hub, "student", by=ann) == [(tom.id, True)]
        assert await matches(hub, "tutor", by=tom) == [(ann.id, True)]
