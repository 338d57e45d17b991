"""`POST /pin`: one pin for each person and mode, until its time is over."""

import asyncio
from collections import Counter

import pytest

from hub.domain import pins
from hub.perform import run
from tests.http.halp import acting
from tests.http.halp.acting import PINS, STUDENT_PIN, TUTOR_PIN, as_text, picture, stored
from tests.http.halp.saying import NOON, SERVER_ERROR, no, said, students_pin, tutors_pin, yes

WEEK = 7 * 24 * 3600


async def drop(hub, by, mode="student", **fields):
    return await hub.post("/halp/pin", {**PINS[mode], **fields}, by=by)


async def test_a_students_pin_lies_there_as_it_was_dropped(hub, ann, tom):
    assert await drop(hub, ann) == yes()

    anns = students_pin(ann.id, "Ann")
    assert await hub.get("/halp/pins?pinMode=mine", by=ann) == yes(student=anns, tutor=None)
    assert await acting.pins(hub, "student", by=tom) == [anns]


async def test_a_tutors_pin_shows_what_the_profile_says(hub, ann, tom):
    assert await drop(hub, tom, "tutor") == yes()

    toms = tutors_pin(tom.id, "Tom")
    assert await hub.get("/halp/pins?pinMode=mine", by=tom) == yes(student=None, tutor=toms)
    assert await acting.pins(hub, "tutor", by=ann) == [toms]


async def test_what_a_tutor_sends_besides_is_passed_over(hub, tom):
    besides = {"images": ["nonsense"], "courses": 7, "skills": ["x"], "description": None}

    assert await drop(hub, tom, "tutor", **besides) == yes()
    assert await acting.mine(hub, "tutor", by=tom) == tutors_pin(tom.id, "Tom")


async def test_whoever_does_not_teach_drops_no_tutors_pin(hub, ann, rows):
    before = rows()

    assert said(await drop(hub, ann, "tutor")) == no("tutor_profile_missing")
    assert rows() == before


async def test_a_second_pin_in_the_same_mode_is_refused_and_one_in_the_other_is_not(hub, tom, rows):
    await acting.drop(hub, "student", by=tom)
    before = rows()

    assert said(await drop(hub, tom, latitude=1)) == no("already_dropped")
    assert rows() == before
    assert await drop(hub, tom, "tutor") == yes()


async def test_a_pin_lies_for_seven_days_and_not_a_second_more(hub, ann, tom, rows):
    before = rows()

    assert said(await drop(hub, ann, duration=WEEK + 1)) == no("max_duration_exceeded")
    assert said(await drop(hub, tom, "tutor", duration=1e300)) == no("max_duration_exceeded")
    assert rows() == before
    assert await drop(hub, ann, duration=WEEK) == yes()
    assert (await acting.mine(hub, "student", by=ann))["endTime"] == NOON + WEEK


@pytest.mark.settings(pin_max_seconds=60)
async def test_how_long_a_pin_may_lie_is_a_setting(hub, ann):
    assert said(await drop(hub, ann, duration=61)) == no("max_duration_exceeded")
    assert await drop(hub, ann, duration=60.9) == yes()


async def test_a_pin_is_gone_at_the_moment_at_which_it_ends(hub, ann, tom, clock):
    await acting.drop(hub, "student", duration=60, by=ann)

    clock.forward(seconds=60, microseconds=-1)
    still = (await acting.mine(hub, "student", by=ann), await acting.pins(hub, "student", by=tom))
    clock.forward(microseconds=1)
    then = (await acting.mine(hub, "student", by=ann), await acting.pins(hub, "student", by=tom))

    anns = students_pin(ann.id, "Ann", endTime=NOON + 60)
    assert (still, then) == ((anns, [anns]), (None, []))


async def test_after_its_end_a_new_one_may_be_dropped_though_nobody_tidied_up(hub, ann, clock, forgotten):
    await acting.drop(hub, "student", duration=60, images=[as_text(picture())], by=ann)
    image = (await acting.mine(hub, "student", by=ann))["images"][0]

    clock.forward(seconds=60)

    assert await drop(hub, ann, description="Again") == yes()
    assert (await acting.mine(hub, "student", by=ann))["description"] == "Again"
    assert forgotten() == [acting.name_of(image)]


async def test_the_sweep_clears_away_what_is_over_and_nothing_else(hub, ann, tom, clock, forgotten):
    await acting.drop(hub, "student", duration=60, images=[as_text(picture())], by=ann)
    await acting.drop(hub, "student", duration=61, images=[as_text(picture())], by=tom)
    image = (await acting.mine(hub, "student", by=ann))["images"][0]

    clock.forward(seconds=60)
    for _ in range(2):
        run(pins.expire_overdue)

    assert forgotten() == [acting.name_of(image)]
    assert await acting.mine(hub, "student", by=tom) is not None


async def test_while_the_store_is_away_no_pin_is_dropped_and_people_are_told_to_come_again(hub, ann, rows):
    folder, before = hub.settings.data_dir / "images", rows()
    folder.rmdir()
    folder.touch()

    away = await drop(hub, ann, images=[as_text(picture())])
    unchanged = rows() == before
    folder.unlink()

    assert (said(away), unchanged) == ((503, "server_error"), True)
    assert await drop(hub, ann, images=[as_text(picture())]) == yes()


WRONG_NUMBERS = [None, "", "x", "1e999", "NaN", "1,5", "0x10", "\uff11", True, [], {}, [1]]
WRONG = {
    "pinMode": [None, "", "mine", "Student", 7, ["student"]],
    "latitude": [*WRONG_NUMBERS, 90.0001, -91, "192.9393"],
    "longitude": [*WRONG_NUMBERS, 180.0001, -181],
    "duration": [*WRONG_NUMBERS, 0, -1, 0.9, "0"],
    "description": [None, 7, [], "a" * 10_001],
    "skills": [None, "all", 7, {}, [7], [""], ["a" * 101], [str(number) for number in range(101)]],
    "images": [None, "all", 7, {}, [7], [None], [[]]],
    "courses": [
        *(None, "all", 7, [], {"": []}, {"Cal Poly": 7}, {"Cal Poly": ["CPE 101"]}, {"Cal Poly": [{"subject": "CPE"}]}),
        *({"Cal Poly": [{"subject": "CPE", "number": number}]} for number in (None, "", "x", -1, 1.5, 2**31, True)),
        {"Cal Poly": [{"subject": "CPE", "number": number} for number in range(101)]},
    ],
}


async def test_what_cannot_be_used_is_refused_by_name_and_drops_nothing(hub, ann, rows):
    before = rows()

    answers = {(field, str(wrong)): await drop(hub, ann, **{field: wrong}) for field in WRONG for wrong in WRONG[field]}

    odd = {
        what: reply
        for what, reply in answers.items()
        if said(reply) != SERVER_ERROR or reply[1]["field"].partition(".")[0] != what[0]
    }
    assert odd == {}
    assert (rows(), stored(hub)) == (before, set())


@pytest.mark.parametrize("mode", PINS)
async def test_what_is_missing_is_refused_by_name(hub, tom, rows, mode):
    before = rows()

    for field in PINS[mode]:
        body = {name: given for name, given in PINS[mode].items() if name != field}
        refused = await hub.post("/halp/pin", body, by=tom)

        assert refused == (200, {"code": "server_error", "field": field, "detail": f"{field} is missing"})
    assert rows() == before


async def test_a_drop_that_is_sent_again_has_one_effect_and_keeps_one_picture(hub, ann):
    body, keyed = {**STUDENT_PIN, "images": [as_text(picture())]}, {"Idempotency-Key": "k"}

    replies = [await hub.post("/halp/pin", body, by=ann, headers=keyed) for _ in range(2)]
    other = await hub.post("/halp/pin", STUDENT_PIN, by=ann, headers=keyed)

    (image,) = (await acting.mine(hub, "student", by=ann))["images"]
    assert (replies, said(other)) == ([yes(), yes()], (409, "server_error"))
    assert stored(hub) == {acting.name_of(image)}


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_of_many_drops_at_the_same_moment_exactly_one_lies_there(self, hub, tom):
        texts = [as_text(picture())]

        students, tutors = [
            await asyncio.gather(*(hub.post("/halp/pin", body, by=tom) for _ in range(10)))
            for body in ({**STUDENT_PIN, "images": texts}, TUTOR_PIN)
        ]

        expected = {(200, "success"): 1, no("already_dropped"): 9}
        assert Counter(map(said, students)) == Counter(map(said, tutors)) == expected
        assert len(stored(hub)) == 1

    async def test_numbers_come_back_as_they_were_sent(self, hub, ann):
        for number in ("-0.0", "1e-310", "45.123456789012345", "-90", "89.99999999999999"):
            await acting.drop(hub, "student", latitude=number, longitude=number, by=ann)

            lying = await acting.mine(hub, "student", by=ann)
            await acting.take_up(hub, "student", by=ann)
            assert (lying["latitude"], lying["longitude"]) == (float(number), float(number))
