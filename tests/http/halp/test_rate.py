"""`POST /session/rate`: what the two say of each other, and how others see it at their pins."""

import pytest

from tests.http.halp import acting
from tests.http.halp.saying import SERVER_ERROR, no, said, yes


@pytest.fixture
async def met(hub, ann, tom) -> None:
    await acting.shake_hands(hub, ann, tom)
    await acting.end_session(hub, by=tom)


async def rate(hub, by, **ratings):
    return await hub.post("/halp/session/rate", {"ratings": ratings}, by=by)


async def shown(hub, mode: str, *, by) -> tuple[float, int]:
    """Rating and number of ratings at the one pin of a mode."""
    (pin,) = await acting.pins(hub, mode, by=by)
    return pin["user"]["rating"], pin["user"]["ratings"]


async def test_each_is_shown_at_their_pin_as_they_were_rated(hub, ann, tom, eve, met):
    await acting.drop(hub, "student", by=ann)
    await acting.drop(hub, "tutor", by=tom)
    assert (await shown(hub, "tutor", by=eve), await shown(hub, "student", by=eve)) == ((0, 0), (0, 0))

    assert await rate(hub, ann, friendliness=5, knowledge=4) == yes()
    assert await rate(hub, tom, approval=1) == yes()

    assert (await shown(hub, "tutor", by=eve), await shown(hub, "student", by=eve)) == ((4.5, 1), (5.0, 1))


async def test_numbers_may_come_as_text(hub, ann, tom, met):
    assert await rate(hub, ann, friendliness="5", knowledge="0") == yes()
    assert await rate(hub, tom, approval="-1") == yes()


async def test_a_second_word_is_one_too_many(hub, ann, met, rows):
    await rate(hub, ann, friendliness=5, knowledge=4)
    before = rows()

    assert said(await rate(hub, ann, friendliness=0, knowledge=0)) == no("already_rated")
    assert rows() == before


@pytest.mark.parametrize("ratings", [{}, {"friendliness": 5}, {"knowledge": 5}, {"approval": 1}], ids=str)
async def test_a_student_says_both_or_it_does_not_count(hub, ann, met, rows, ratings):
    before = rows()

    assert said(await rate(hub, ann, **ratings)) == no("missing_fields")
    assert rows() == before


async def test_a_body_without_ratings_misses_them(hub, tom, met):
    assert said(await hub.post("/halp/session/rate", {}, by=tom)) == no("missing_fields")


async def test_without_a_session_that_has_ended_there_is_nothing_to_rate(hub, ann, tom, eve):
    await acting.shake_hands(hub, ann, tom)

    assert said(await rate(hub, ann, friendliness=5, knowledge=5)) == no("no_session")
    assert said(await rate(hub, eve, approval=1)) == no("no_session")


async def test_after_a_week_it_is_too_late(hub, ann, tom, met, clock):
    clock.forward(days=7, microseconds=-1)
    assert await rate(hub, ann, friendliness=5, knowledge=5) == yes()

    clock.forward(microseconds=1)
    assert said(await rate(hub, tom, approval=1)) == no("expired")


async def test_marks_that_are_none_are_refused(hub, ann, tom, met, rows):
    before = rows()

    assert said(await rate(hub, ann, friendliness=6, knowledge=5)) == SERVER_ERROR
    assert said(await rate(hub, tom, approval=0)) == SERVER_ERROR
    assert rows() == before
