"""Counters: what is said of each person whenever it moved, and what a device counts as having shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.domain import counters, messages, pins, profiles, tutoring_sessions
from hub.domain.actors import Actor
from hub.domain.counters import Counters, CountersMoved, Running
from hub.domain.modes import STUDENT, TUTOR
from hub.perform import run, run_reading
from models import Device
from tests.conftest import NOON
from tests.domain.doing import facts_of
from tests.domain.tutoring import HELD_OUT_FOR, drop, press, read, shake_hands, sign_in, write
from tests.people import CPE_101

NOTHING = Counters(0, 0, 0, 0, None, ())


def moves(action: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[int, Counters]:
    """What the action says of whose counters."""
    told = [fact for fact in facts_of(action, *args, **kwargs) if isinstance(fact, CountersMoved)]
    assert len({fact.account_id for fact in told}) == len(told)
    return {fact.account_id: fact.counters for fact in told}


def of(person: Actor) -> Counters:
    return run_reading(counters.of, person.id)


def shown_by(person: Actor) -> list[bool]:
    """Whether each of the person's devices shows the truth."""
    truth = of(person).as_text()
    devices = run_reading(lambda: list(Device.select().where(Device.account == person.id).order_by(Device.id)))
    return [device.shown == truth for device in devices]


def test_nothing_is_new_for_whoever_has_just_come(ann):
    assert of(ann) == NOTHING


def test_a_message_moves_the_counters_of_who_gets_it_on_their_side(ann, eve, tom):
    assert moves(messages.send, tom.id, "Hi", mode=STUDENT, by=ann) == {tom.id: replace(NOTHING, tutor_unread=1)}
    assert moves(messages.send, ann.id, "Hi", mode=TUTOR, by=tom) == {ann.id: replace(NOTHING, student_unread=1)}


def test_reading_moves_the_counters_of_who_reads(ann, tom):
    write(tom, by=ann)

    assert moves(messages.mark_read, ann.id, mode=TUTOR, by=tom) == {tom.id: NOTHING}


def test_a_session_that_starts_moves_the_counters_of_both_each_from_their_side(ann, tom):
    press(tom, by=ann, mode=STUDENT)

    moved = moves(tutoring_sessions.start, ann.id, mode=TUTOR, held_out_for=HELD_OUT_FOR, by=tom)

    assert moved == {
        ann.id: replace(NOTHING, session=Running(tom.id, STUDENT, NOON, 22.5)),
        tom.id: replace(NOTHING, session=Running(ann.id, TUTOR, NOON, 22.5)),
    }


def test_a_hand_held_out_moves_nothing(ann, tom):
    assert moves(tutoring_sessions.start, tom.id, mode=STUDENT, held_out_for=HELD_OUT_FOR, by=ann) == {}


def test_a_session_that_ends_moves_the_counters_of_both(ann, tom):
    shake_hands(ann, tom)

    assert moves(tutoring_sessions.end, 0, by=tom) == {ann.id: NOTHING, tom.id: NOTHING}


def test_a_pin_that_matches_moves_the_counters_of_its_owner_at_once_and_of_others_when_they_are_told(ann, tom):
    drop(TUTOR, by=tom)

    assert moves(drop_students_pin, ann) == {ann.id: replace(NOTHING, student_new=1)}
    assert of(tom) == replace(NOTHING, tutor_new=1)


def drop_students_pin(by: Actor) -> None:
    place = {"latitude": 0, "longitude": 0, "seconds": 60, "longest": 60}
    pins.drop(STUDENT, by=by, courses=[CPE_101], **place)


def test_looking_at_one_s_matches_moves_one_s_counters_in_that_mode_alone(ann, tom):
    drop(TUTOR, by=tom)
    drop(STUDENT, by=ann)

    assert moves(pins.matching, STUDENT, by=ann) == {ann.id: NOTHING}
    assert moves(pins.matching, STUDENT, by=ann) == {}
    assert of(tom) == replace(NOTHING, tutor_new=1)


def test_a_pin_that_ran_out_is_told_until_its_owner_was_shown(ann, clock):
    drop(STUDENT, by=ann, seconds=60)
    clock.forward(seconds=60)

    gone = replace(NOTHING, events=("student_pin_removed",))
    assert moves(pins.expire_overdue) == {ann.id: gone}
    assert moves(counters.show, ann.id, None) == {ann.id: NOTHING}
    assert moves(counters.show, ann.id, None) == {}


def test_who_is_shown_the_counters_hears_of_both_pins_that_ran_out_once(tom, clock):
    drop(STUDENT, by=tom, seconds=60)
    drop(TUTOR, by=tom, seconds=60)
    clock.forward(seconds=60)

    shown = [run(counters.show, tom.id, None).events for _ in range(2)]

    assert shown == [("student_pin_removed", "tutor_pin_removed"), ()]


def test_a_pin_that_its_owner_took_up_is_no_news(ann, clock):
    drop(STUDENT, by=ann, seconds=60)

    assert moves(pins.take_up, STUDENT, by=ann) == {ann.id: NOTHING}
    clock.forward(seconds=60)
    assert of(ann) == NOTHING


def test_teaching_something_else_moves_one_s_own_counters_at_once(ann, tom):
    drop(TUTOR, by=tom)
    drop(STUDENT, by=ann)

    assert moves(profiles.change, by=tom, tutor={"courses": ()}) == {tom.id: NOTHING}
    assert of(ann) == NOTHING


def test_whether_there_is_a_device_to_tell_goes_along(ann, eve):
    facts = facts_of(counters.moved, ann.id, eve.id)

    assert facts == [CountersMoved(ann.id, NOTHING, True), CountersMoved(eve.id, NOTHING, False)]


FULL = Counters(1, 2, 3, 4, Running(7, TUTOR, NOON, 40.55), ("tutor_pin_removed",))
CHANGED = [
    {"student_unread": 2},
    {"tutor_unread": 1},
    {"student_new": 4},
    {"tutor_new": 3},
    {"session": None},
    {"session": Running(8, TUTOR, NOON, 40.55)},
    {"events": ()},
]


def test_the_count_is_the_sum_of_the_four():
    assert (NOTHING.count, FULL.count) == (0, 10)


@pytest.mark.parametrize("change", CHANGED, ids=str)
def test_counters_that_differ_in_anything_are_another_text_and_equal_ones_the_same(change):
    assert replace(FULL, **change).as_text() != FULL.as_text()
    assert replace(FULL).as_text() == FULL.as_text()


def test_a_text_is_the_same_before_and_after_it_went_through_the_database(ann, tom):
    """By it a device that was told is known to show the truth."""
    shake_hands(ann, tom)

    (fact,) = [fact for fact in facts_of(counters.moved, tom.id) if isinstance(fact, CountersMoved)]

    assert fact.counters.as_text() == of(tom).as_text()


def test_the_device_that_read_shows_the_truth_and_the_person_s_others_do_not(ann, tom):
    other = sign_in(tom, phone="71")
    write(tom, by=ann)
    run(counters.show, tom.id, tom.login_session_id)
    run(counters.show, tom.id, other.login_session_id)
    assert shown_by(tom) == [True, True]

    read(ann, by=tom, mode=TUTOR)

    assert shown_by(tom) == [True, False]


def test_the_device_that_looked_at_the_counters_shows_the_truth(ann, tom):
    write(tom, by=ann)
    assert shown_by(tom) == [False]

    run(counters.show, tom.id, tom.login_session_id)

    assert shown_by(tom) == [True]


def test_a_device_that_was_not_told_of_a_message_is_still_to_be_told_after_another_was_read_on_it(ann, eve, tom):
    """Tom reads what Ann wrote; that Eve wrote too his phone does not know."""
    write(tom, by=ann)
    write(tom, by=eve)

    read(ann, by=tom, mode=TUTOR)

    assert (of(tom).tutor_unread, shown_by(tom)) == (1, [False])


def test_a_device_needs_telling_no_more_when_all_was_read_before_it_was_told(ann, tom):
    write(tom, by=ann)

    read(ann, by=tom, mode=TUTOR)

    assert shown_by(tom) == [True]


def test_a_call_without_a_sign_in_of_its_own_shows_nothing_on_any_device(ann, tom):
    write(tom, by=ann)

    run(counters.show, tom.id, None)
    run(counters.moved, tom.id, seen_on=None)

    assert shown_by(tom) == [False]


def test_the_device_from_which_an_expired_pin_was_seen_shows_that_it_is_gone(ann, clock):
    drop(STUDENT, by=ann, seconds=60)
    clock.forward(seconds=60)

    run(counters.show, ann.id, ann.login_session_id)

    assert (of(ann), shown_by(ann)) == (NOTHING, [True])
