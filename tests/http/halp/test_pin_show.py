"""`GET /pin`: somebody's pin in one mode."""

from tests.http.halp import acting
from tests.http.halp.saying import SERVER_ERROR, said, students_pin, tutors_pin, yes


async def show(hub, by, **query):
    return await hub.get("/halp/pin", params=query, by=by)


async def test_somebodys_pin_is_shown_to_anybody_who_is_signed_in(hub, ann, tom, eve):
    await acting.drop(hub, "student", by=ann)
    await acting.drop(hub, "tutor", by=tom)

    for viewer in (ann, tom, eve):
        students = await show(hub, viewer, userId=ann.id, pinMode="student")
        tutors = await show(hub, viewer, userId=str(tom.id), pinMode="tutor")

        assert students == yes(pin=students_pin(ann.id, "Ann"))
        assert tutors == yes(pin=tutors_pin(tom.id, "Tom"))


async def test_where_none_lies_the_pin_is_null(hub, ann, tom, clock):
    await acting.drop(hub, "tutor", duration=60, by=tom)

    in_the_other_mode = await show(hub, ann, userId=tom.id, pinMode="student")
    of_nobody = await show(hub, ann, userId=2**31 - 1, pinMode="tutor")
    clock.forward(seconds=60)
    after_its_end = await show(hub, ann, userId=tom.id, pinMode="tutor")

    assert in_the_other_mode == of_nobody == after_its_end == yes(pin=None)


async def test_a_question_that_is_none_is_refused(hub, ann):
    good = {"userId": ann.id, "pinMode": "student"}
    wrong = [*({"userId": number} for number in ("", "x", 0, -1, 1.5, 2**31, "9" * 400, "\0"))]
    wrong += [{"pinMode": mode} for mode in ("", "mine", "x")]

    answers = [said(await show(hub, ann, **{**good, **other})) for other in wrong]
    answers += [said(await show(hub, ann, **{name: good[name]})) for name in good]

    assert answers == [SERVER_ERROR] * len(answers)
