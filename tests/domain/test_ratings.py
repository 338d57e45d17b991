"""Ratings: what each says of the other after a session, once and for a week."""

from __future__ import annotations

from functools import partial

import pytest

from hub.domain import ratings
from hub.domain.actors import Actor
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.ratings import AlreadyRated, MissingRatings, NothingToRate, Rating, RatingExpired
from hub.perform import run, run_reading
from models import TutoringSession
from tests.domain.doing import at_once, codes
from tests.domain.tutoring import end, shake_hands


def praise(by: Actor, friendliness: int | None = 5, knowledge: int | None = 4) -> None:
    """As the student of one's last session."""
    run(ratings.rate, by=by, friendliness=friendliness, knowledge=knowledge, approval=None)


def approve(by: Actor, approval: int | None = 1) -> None:
    """As the tutor of it."""
    run(ratings.rate, by=by, friendliness=None, knowledge=None, approval=approval)


def meet(student: Actor, tutor: Actor) -> int:
    session = shake_hands(student, tutor)
    end(by=tutor)
    return session.id


def said(session_number: int) -> tuple[int | None, int | None, int | None]:
    session = run_reading(lambda: TutoringSession.get_by_id(session_number))
    return session.friendliness, session.knowledge, session.approval


def of(mode: str, *people: Actor) -> dict[int, Rating]:
    return run_reading(ratings.of, mode, [person.id for person in people])


def test_each_says_what_is_theirs_to_say(ann, tom):
    number = meet(ann, tom)

    praise(ann, 5, 4)
    assert said(number) == (5, 4, None)
    approve(tom, -1)
    assert said(number) == (5, 4, -1)


def test_what_is_the_other_s_to_say_is_passed_over(ann, tom):
    number = meet(ann, tom)

    run(ratings.rate, by=ann, friendliness=5, knowledge=4, approval=-1)
    run(ratings.rate, by=tom, friendliness=0, knowledge=0, approval=1)

    assert said(number) == (5, 4, 1)


def test_a_session_is_rated_once_by_each(ann, tom):
    number = meet(ann, tom)
    praise(ann)
    approve(tom)

    with pytest.raises(AlreadyRated):
        praise(ann, 0, 0)
    with pytest.raises(AlreadyRated):
        approve(tom, -1)

    assert said(number) == (5, 4, 1)


@pytest.mark.parametrize("given", [(None, 4), (5, None), (None, None)])
def test_a_student_says_both_or_nothing(ann, tom, given):
    number = meet(ann, tom)

    with pytest.raises(MissingRatings):
        praise(ann, *given)
    with pytest.raises(MissingRatings):
        approve(tom, None)

    assert said(number) == (None, None, None)


def test_there_is_nothing_to_rate_before_the_end(ann, tom):
    for begin in (lambda: None, lambda: shake_hands(ann, tom)):
        begin()
        for rate in (partial(praise, ann), partial(approve, tom)):
            with pytest.raises(NothingToRate):
                rate()


def test_it_is_the_last_that_ended_that_is_rated_also_while_another_runs(ann, eve, tom):
    first, second = meet(ann, tom), meet(ann, eve)
    shake_hands(ann, tom)

    praise(ann)
    approve(tom)

    assert (said(first), said(second)) == ((None, None, 1), (5, 4, None))


def test_a_session_may_be_rated_for_a_week(ann, tom, clock):
    number = meet(ann, tom)
    clock.forward(days=7, microseconds=-1)
    praise(ann)

    clock.forward(microseconds=1)
    with pytest.raises(RatingExpired):
        approve(tom)

    assert said(number) == (5, 4, None)


def test_a_tutor_s_rating_is_the_mean_of_both_over_all_sessions(ann, eve, tom):
    for friendliness, knowledge in ((5, 4), (0, 1), (3, 4)):
        meet(ann, tom)
        praise(ann, friendliness, knowledge)
    meet(ann, eve)

    assert of(TUTOR, tom, eve) == {tom.id: Rating(2.83, 3)}


def test_a_student_s_rating_is_how_many_tutors_approved_out_of_five(ann, tom):
    for approval in (1, -1, 1):
        meet(ann, tom)
        approve(tom, approval)

    assert of(STUDENT, ann, tom) == {ann.id: Rating(3.33, 3)}


def test_each_side_is_rated_for_itself_and_nobody_for_nothing(eve, tom):
    meet(eve, tom)
    praise(eve)

    assert (of(TUTOR, tom), of(STUDENT, tom), of(TUTOR, eve), of(TUTOR)) == ({tom.id: Rating(4.5, 1)}, {}, {}, {})


def test_of_two_ratings_at_the_same_moment_one_counts(ann, tom):
    number = meet(ann, tom)

    outcomes = at_once(*[partial(praise, ann, mark, mark) for mark in (1, 2, 3, 4)])

    assert codes(outcomes) == ["already_rated"] * 3
    assert said(number)[0] == said(number)[1] == outcomes.index(None) + 1
