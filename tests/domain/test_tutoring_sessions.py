"""Tutoring sessions: the handshake, its window, the one who comes third, the end, and what it costs."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from hub import database
from hub.domain import profiles, tutoring_sessions
from hub.domain.actors import Actor
from hub.domain.counters import CountersMoved
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.profiles import TutorProfileMissing
from hub.domain.refusals import Invalid
from hub.domain.tutoring_sessions import (
    ActiveSession,
    Due,
    DurationTooLong,
    HandOffered,
    NoSession,
    OfferExpired,
    OfferProlonged,
    PartnerNotFound,
    SessionEnded,
    SessionStarted,
)
from hub.perform import run, run_reading
from models import InSession, JobRow, JournalRow, Offer, TutoringSession
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of
from tests.domain.tutoring import HELD_OUT_FOR, end, press, shake_hands

A_MOMENT = timedelta(microseconds=1)


def running(person: Actor) -> int | None:
    """The number of the session that a person is in."""
    found = run_reading(tutoring_sessions.current, person.id)
    return None if found is None else found.id


def hands() -> list[tuple[int, int, str]]:
    return run_reading(lambda: [(one.offered_by_id, one.offered_to_id, one.mode) for one in Offer.select()])


def expire_all() -> list[object]:
    """What is told by the jobs of all hands that are held out."""
    numbers = run_reading(lambda: [offer.id for offer in Offer.select().order_by(Offer.id)])
    return [fact for number in numbers for fact in facts_of(tutoring_sessions.expire_offer, number)]


def everything() -> list[list[tuple]]:
    """Hands, sessions, who is in one, and how much was told."""
    tables = (Offer, TutoringSession, InSession, JournalRow, JobRow)
    return run_reading(lambda: [sorted(table.select().tuples(), key=repr) for table in tables])


def sessions_facts(action, *arguments, **named) -> list[object]:
    return [fact for fact in facts_of(action, *arguments, **named) if not isinstance(fact, CountersMoved)]


def start(other: Actor, mode: str, by: Actor) -> list[object]:
    """What is recorded of a press, but for the counters."""
    return sessions_facts(tutoring_sessions.start, other.id, mode=mode, held_out_for=HELD_OUT_FOR, by=by)


def test_the_first_holds_out_a_hand_and_the_second_takes_it(ann, tom):
    assert press(tom, by=ann, mode=STUDENT) is None
    session = press(ann, by=tom, mode=TUTOR)

    assert session is not None
    assert (session.student_id, session.tutor_id, session.rate, session.started_at) == (ann.id, tom.id, 22.5, NOON)
    assert (running(ann), running(tom), hands()) == (session.id, session.id, [])


def test_the_tutor_may_be_the_first(ann, tom):
    press(ann, by=tom, mode=TUTOR)
    session = press(tom, by=ann, mode=STUDENT)

    assert session is not None
    assert (session.student_id, session.tutor_id) == (ann.id, tom.id)


def test_each_step_is_told_once(ann, tom):
    (offered,) = start(tom, STUDENT, ann)
    (started,) = start(ann, TUTOR, tom)
    again = [start(tom, STUDENT, ann), start(ann, TUTOR, tom)]
    (ended,) = sessions_facts(tutoring_sessions.end, 0, by=ann)

    assert offered == HandOffered(Offer(id=1))
    assert (started, again) == (SessionStarted(TutoringSession(id=1)), [[], []])
    assert ended == SessionEnded(TutoringSession(id=1), ann.id)


def test_pressed_again_a_hand_is_held_out_anew_and_it_is_still_one(ann, tom, clock):
    press(tom, by=ann, mode=STUDENT)
    clock.forward(seconds=2)
    press(tom, by=ann, mode=STUDENT)
    clock.forward(seconds=2)

    assert hands() == [(ann.id, tom.id, STUDENT)]
    assert press(ann, by=tom, mode=TUTOR) is not None


@pytest.mark.parametrize(("late", "starts"), [(-A_MOMENT, True), (timedelta(0), False)], ids=["in time", "too late"])
def test_a_hand_is_held_out_for_exactly_so_long(ann, tom, clock, late, starts):
    press(tom, by=ann, mode=STUDENT)
    clock.moment += HELD_OUT_FOR + late

    assert (press(ann, by=tom, mode=TUTOR) is not None) is starts


def test_two_who_press_on_the_same_side_never_meet(eve, tom):
    for mode in (STUDENT, TUTOR):
        assert [press(tom, by=eve, mode=mode), press(eve, by=tom, mode=mode)] == [None, None]
        run(lambda: Offer.delete().execute())

    assert (running(eve), running(tom)) == (None, None)


def test_a_hand_held_out_to_somebody_else_is_not_to_be_taken(ann, eve, tom):
    press(eve, by=ann, mode=STUDENT)

    assert press(ann, by=tom, mode=TUTOR) is None
    assert running(ann) is None


def test_a_hand_that_was_held_out_in_vain_is_told_once_and_no_earlier(ann, tom, clock):
    press(tom, by=ann, mode=STUDENT)
    clock.moment += HELD_OUT_FOR - A_MOMENT
    assert expire_all() == [OfferProlonged(Offer(id=1))]

    clock.moment += A_MOMENT

    assert (expire_all(), expire_all(), hands()) == ([OfferExpired(Offer(id=1))], [], [])


def test_a_hand_that_is_held_out_anew_is_not_told_of_as_expired_by_its_first_job(ann, tom, clock):
    press(tom, by=ann, mode=STUDENT)
    clock.forward(seconds=2)
    press(tom, by=ann, mode=STUDENT)
    clock.forward(seconds=1)

    assert (expire_all(), hands()) == ([OfferProlonged(Offer(id=1))], [(ann.id, tom.id, STUDENT)])


def test_who_begins_a_session_takes_back_the_hands_they_held_out_to_others_and_those_are_told(ann, eve, tom):
    press(eve, by=ann, mode=STUDENT)
    press(tom, by=ann, mode=STUDENT)

    facts = start(ann, TUTOR, tom)

    assert facts == [OfferExpired(Offer(id=1)), SessionStarted(TutoringSession(id=1))]
    assert hands() == []


def test_a_hand_that_others_hold_out_to_them_stays_and_may_be_taken_after_the_session(ann, eve, tom):
    press(ann, by=eve, mode=TUTOR)
    shake_hands(ann, tom)
    end(by=ann)

    assert press(eve, by=ann, mode=STUDENT) is not None


def test_the_third_neither_gets_in_nor_disturbs(ann, eve, tom):
    press(ann, by=eve, mode=TUTOR)
    session = shake_hands(ann, tom)

    with pytest.raises(ActiveSession):
        press(eve, by=ann, mode=STUDENT)
    assert press(ann, by=eve, mode=TUTOR) is None
    assert (running(ann), running(tom), running(eve)) == (session.id, session.id, None)


def test_pressed_again_while_it_runs_the_session_is_answered_and_nothing_changes(ann, tom, clock):
    session = shake_hands(ann, tom)
    clock.forward(hours=1)
    before = everything()

    answers = [press(tom, by=ann, mode=STUDENT), press(ann, by=tom, mode=TUTOR), press(ann, by=tom, mode=STUDENT)]

    assert [answer and (answer.id, answer.started_at) for answer in answers] == [(session.id, NOON)] * 3
    assert everything() == before


def test_while_a_session_runs_another_is_refused_on_either_side(eve, tom, ann):
    shake_hands(ann, tom)

    for mode in (STUDENT, TUTOR):
        with pytest.raises(ActiveSession):
            press(eve, by=tom, mode=mode)


def test_one_who_does_not_teach_holds_out_no_hand_as_a_tutor(ann, tom):
    before = everything()

    with pytest.raises(TutorProfileMissing):
        press(tom, by=ann, mode=TUTOR)

    assert everything() == before


def test_a_hand_is_held_out_to_somebody_who_is_there_and_not_to_oneself(tom):
    before = everything()

    for nobody in (tom.id, 999):
        with pytest.raises(PartnerNotFound):
            run(tutoring_sessions.start, nobody, mode=STUDENT, held_out_for=HELD_OUT_FOR, by=tom)

    assert everything() == before


def test_whether_it_started_is_asked_for_one_partner_and_one_side(ann, eve, tom, clock):
    def answers() -> list[bool]:
        asked = [(ann, tom, STUDENT), (tom, ann, TUTOR), (ann, tom, TUTOR), (ann, eve, STUDENT), (eve, ann, TUTOR)]
        return [
            run_reading(tutoring_sessions.started, other.id, mode=mode, by=by) is not None for by, other, mode in asked
        ]

    press(tom, by=ann, mode=STUDENT)
    assert answers() == [False] * 5

    press(ann, by=tom, mode=TUTOR)
    clock.forward(hours=1)
    assert answers() == [True, True, False, False, False]

    end(by=tom)
    assert answers() == [False] * 5


def test_the_rate_is_that_of_the_start_whatever_the_tutor_says_later(ann, tom, clock):
    session = shake_hands(ann, tom)
    run(profiles.change, by=tom, tutor={"rate": 99.0})
    clock.forward(hours=1)

    ended = end(3600, by=tom)

    assert (session.rate, ended.rate, ended.amount) == (22.5, 22.5, Decimal("22.50"))


def test_the_start_is_kept_in_whole_seconds_as_it_is_told(ann, tom, clock):
    clock.forward(microseconds=999_999)

    session = shake_hands(ann, tom)

    assert session.started_at == NOON
    assert end(0.999999, by=ann).duration == 0.999999


def test_a_session_lasts_at_most_as_long_as_it_ran(ann, tom, clock):
    session = shake_hands(ann, tom)
    clock.forward(seconds=60)
    before = everything()

    with pytest.raises(DurationTooLong):
        end(60.001, by=ann)
    assert (everything(), running(ann), running(tom)) == (before, session.id, session.id)

    ended = end(60, by=ann)
    assert (ended.duration, ended.ended_at) == (60.0, NOON + timedelta(seconds=60))
    assert (running(ann), running(tom)) == (None, None)


def test_a_negative_duration_is_refused_and_the_session_stays(ann, tom):
    session = shake_hands(ann, tom)

    with pytest.raises(Invalid, match="duration"):
        end(-0.001, by=ann)

    assert running(ann) == session.id


def test_without_a_session_there_is_nothing_to_end(ann, tom):
    with pytest.raises(NoSession):
        end(by=ann)

    shake_hands(ann, tom)
    end(by=ann)
    for person in (ann, tom):
        with pytest.raises(NoSession):
            end(by=person)


def test_after_the_end_the_same_two_may_begin_anew(ann, tom):
    first = shake_hands(ann, tom)
    end(by=tom)

    second = shake_hands(ann, tom)

    assert (second.id != first.id, running(ann)) == (True, second.id)


@pytest.mark.parametrize(
    ("rate", "seconds", "amount"),
    [
        (22.5, 0, "0.00"),
        (22.5, 3600, "22.50"),
        (40.55, 3600, "40.55"),
        (0.01, 1800, "0.01"),
        (0.01, 1799.99, "0.00"),
        (10.0, 0.1, "0.00"),
        (18.0, 1, "0.01"),
        (22.5, 86399.4, "540.00"),
        (0.1, 3 * 3600, "0.30"),
        (10_000.0, 365 * 86400, "87600000.00"),
    ],
)
def test_the_amount_is_the_rate_for_the_time_rounded_half_up_to_cents(rate, seconds, amount):
    assert tutoring_sessions.amount_of(rate, seconds) == Decimal(amount)


def test_a_session_that_has_ended_is_to_be_paid_once(ann, tom, clock):
    session = shake_hands(ann, tom)
    assert run_reading(tutoring_sessions.payment_due, session.id) is None

    clock.forward(hours=1)
    end(1800, by=ann)
    due = run_reading(tutoring_sessions.payment_due, session.id)
    run(tutoring_sessions.paid, session.id, "first")
    run(tutoring_sessions.paid, session.id, "second")

    assert due == Due(session.public_id, ann.id, tom.id, Decimal("11.25"), NOON + timedelta(hours=1))
    assert run_reading(tutoring_sessions.payment_due, session.id) is None
    assert run_reading(lambda: TutoringSession.get_by_id(session.id).payment_reference) == "first"


def begun(outcomes: list[TutoringSession | None]) -> list[int]:
    """The numbers of the sessions that were answered."""
    return [outcome.id for outcome in outcomes if outcome is not None]


def started_heard_by(*people: Actor) -> list[int]:
    """How often each was told of a start."""
    heard = (JournalRow.event == "started") & JournalRow.stream.in_([f"user:{person.id}:sessions" for person in people])
    streams = run_reading(lambda: [row.stream for row in JournalRow.select().where(heard)])
    return [streams.count(f"user:{person.id}:sessions") for person in people]


def test_however_often_two_press_at_the_same_moment_one_session_begins_each_time(ann, tom):
    """Exactly one of them completes it; the other is told, once. SQLite has one writer anyway, and takes its time."""
    times = 25 if database.is_sqlite() else 100
    together = threading.Barrier(2, timeout=30)

    def press_and_end(other: Actor, by: Actor, mode: str) -> list[int | None]:
        answers = []
        for _ in range(times):
            together.wait()
            session = press(other, by=by, mode=mode)
            answers.append(None if session is None else session.id)
            together.wait()
            if session is not None:
                end(by=by)
        return answers

    answers = at_once(partial(press_and_end, tom, ann, STUDENT), partial(press_and_end, ann, tom, TUTOR))

    assert [[number for number in pair if number is not None] for pair in zip(*answers, strict=True)] == [
        [number] for number in range(1, times + 1)
    ]
    assert run_reading(lambda: TutoringSession.select().count()) == times
    assert started_heard_by(ann, tom) == [times, times]


def test_pressed_many_times_at_once_by_both_it_is_one_session(ann, tom):
    for _ in range(5):
        outcomes = at_once(
            *[partial(press, tom, by=ann, mode=STUDENT)] * 4, *[partial(press, ann, by=tom, mode=TUTOR)] * 4
        )

        assert set(begun(outcomes)) == {running(ann)} == {running(tom)}
        end(by=tom)
    assert run_reading(lambda: TutoringSession.select().count()) == 5
    assert started_heard_by(ann, tom) == [5, 5]


def test_of_two_tutors_who_take_one_hand_at_once_one_gets_it(ann, eve, tom):
    for _ in range(10):
        press(tom, by=ann, mode=STUDENT)
        press(eve, by=ann, mode=STUDENT)

        outcomes = at_once(*[partial(press, ann, by=tutor, mode=TUTOR) for tutor in (tom, eve)])

        assert [outcome is not None for outcome in outcomes].count(True) == 1
        assert [running(tutor) for tutor in (tom, eve)].count(running(ann)) == 1
        end(by=ann)
        run(lambda: Offer.delete().execute())


def test_three_who_press_in_a_ring_at_once_end_in_one_session_at_most(eve, tom, ann):
    """Each of them is on both sides somewhere, so that every pair could begin."""
    for _ in range(10):
        outcomes = at_once(
            partial(press, tom, by=ann, mode=STUDENT),
            partial(press, ann, by=tom, mode=TUTOR),
            partial(press, eve, by=tom, mode=STUDENT),
            partial(press, tom, by=eve, mode=TUTOR),
        )

        numbers = {number for number in (running(ann), running(tom), running(eve)) if number is not None}
        rows = run_reading(lambda: InSession.select().count())
        assert ([len(numbers), rows], set(codes(outcomes)) <= {"active_session"}) == ([1, 2], True)
        end(by=tom)
        run(lambda: Offer.delete().execute())


def test_of_two_who_end_it_at_once_one_does_and_the_other_hears_that_there_is_none(ann, tom, clock):
    for number in range(1, 21):
        shake_hands(ann, tom)
        clock.forward(seconds=60)

        outcomes = at_once(partial(end, 60, by=ann), partial(end, 30, by=tom))

        assert codes(outcomes) == ["no_session"]
        paid = run_reading(lambda: JobRow.select().where(JobRow.name == "payments.charge").count())
        assert (paid, running(ann), running(tom)) == (number, None, None)


def test_ending_and_pressing_at_once_leaves_two_who_are_both_in_it_or_both_free(ann, tom):
    for _ in range(10):
        shake_hands(ann, tom)

        at_once(
            partial(end, by=ann), partial(press, ann, by=tom, mode=TUTOR), partial(press, tom, by=ann, mode=STUDENT)
        )

        assert running(ann) == running(tom)
        if running(ann) is not None:
            end(by=ann)
        run(lambda: Offer.delete().execute())
