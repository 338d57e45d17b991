"""Tutoring's work: everybody is told once, however many they are, and nothing that is over is left behind."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hub.domain import match_news, pins
from hub.domain.actors import Actor
from hub.domain.modes import STUDENT, TUTOR
from hub.perform import run, run_reading
from hub.reactions.streams import messages_of, sessions_of
from hub.reactions.tutoring import FORGET_IMAGES, TELL_MATCHES
from hub.reactions.tutoring_sessions import EXPIRE_OFFER
from models import JobRow, JournalRow, Pin
from tests import people
from tests.domain.tutoring import drop, press, shake_hands
from tests.people import CPE_101
from tests.workers.working import job_called, states_of
from workers import tutoring


def heard(stream: str, event: str) -> list[Any]:
    """The payloads that everybody on that stream heard, in order."""
    same = (JournalRow.stream == stream) & (JournalRow.event == event)
    rows = run_reading(lambda: list(JournalRow.select().where(same).order_by(JournalRow.seq)))
    return [json.loads(row.payload) for row in rows]


def forget_what_was_heard() -> None:
    run(lambda: JournalRow.delete().execute())


@pytest.fixture
def students(database, clock) -> list[Actor]:
    """One more than are told in one unit of work, each with a pin."""
    found = [people.actor_of(people.join(f"S{number}")) for number in range(match_news.TOLD_AT_ONCE + 1)]
    for student in found:
        drop(STUDENT, by=student)
    return found


def test_everybody_who_gains_a_match_is_told_once_however_many_they_are(worker, students, tom):
    worker.work()
    forget_what_was_heard()
    before = len(states_of(TELL_MATCHES))

    drop(TUTOR, by=tom)
    worker.work()

    news = [[told["studentNewMatches"] for told in heard(messages_of(one.id), "counters")] for one in students]
    assert news == [[1]] * len(students)
    # A page that was full, and the rest.
    assert states_of(TELL_MATCHES)[before:] == ["done", "done"]


def test_a_full_last_page_is_followed_by_an_empty_one_that_tells_nobody(worker, students, tom):
    run(pins.take_up, STUDENT, by=students[0])
    worker.work()
    forget_what_was_heard()

    drop(TUTOR, by=tom)
    worker.work()

    told = Counter({one.id: len(heard(messages_of(one.id), "counters")) for one in students})
    assert told == Counter({one.id: 1 for one in students[1:]})


def test_a_page_whose_job_comes_twice_tells_the_same_again(worker, ann, tom):
    drop(STUDENT, by=ann)
    drop(TUTOR, by=tom)
    worker.work()
    same = JobRow.name == TELL_MATCHES
    newest = run_reading(lambda: JobRow.select().where(same).order_by(JobRow.id.desc()).get())
    arguments = json.loads(newest.arguments)

    tutoring.tell_matches(**arguments)

    told = [news["studentNewMatches"] for news in heard(messages_of(ann.id), "counters")]
    assert told[-2:] == [1, 1]


def test_a_hand_that_was_held_out_in_vain_is_told_to_both_once(worker, ann, tom):
    press(tom, by=ann, mode=STUDENT)

    worker.work_for(seconds=2.9)
    assert heard(sessions_of(tom.id), "expired") == []
    worker.work_for(minutes=1)
    tutoring.expire_offer(**json.loads(job_called(EXPIRE_OFFER)["arguments"]))

    assert [len(heard(sessions_of(one.id), "expired")) for one in (ann, tom)] == [1, 1]


def test_a_hand_that_was_taken_does_not_expire(worker, ann, tom):
    shake_hands(ann, tom)

    worker.work_for(minutes=1)

    assert [heard(sessions_of(one.id), "expired") for one in (ann, tom)] == [[], []]


def test_the_owners_of_pins_whose_time_is_over_are_told_once_however_many_they_are(
    worker, ann, tom, eve, clock, monkeypatch
):
    monkeypatch.setattr(pins, "EXPIRED_AT_ONCE", 1)
    for student in (ann, tom, eve):
        drop(STUDENT, by=student, seconds=60)
    worker.work()
    forget_what_was_heard()
    clock.forward(seconds=60)

    for _ in range(2):
        tutoring.expire_pins()
    worker.work()

    told = [[news["events"] for news in heard(messages_of(one.id), "counters")] for one in (ann, tom, eve)]
    assert told == [[["student_pin_removed"]]] * 3


def test_who_loses_a_match_because_a_pin_s_time_is_over_is_told(worker, ann, tom, clock):
    drop(TUTOR, by=tom)
    drop(STUDENT, by=ann, seconds=60)
    worker.work()
    forget_what_was_heard()
    clock.forward(seconds=60)

    tutoring.expire_pins()
    worker.work()

    assert [news["tutorNewMatches"] for news in heard(messages_of(tom.id), "counters")] == [0]


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Two that lie in the store."""
    folder = tmp_path / "images"
    folder.mkdir()
    found = [folder / name for name in ("one.jpg", "two.jpg")]
    for picture in found:
        picture.write_bytes(b"a picture")
    return found


def drop_with_pictures(by: Actor, pictures: list[Path]) -> Pin:
    images = [picture.name for picture in pictures]
    place = {"latitude": 0, "longitude": 0, "seconds": 60, "longest": 60}
    return run(pins.drop, STUDENT, by=by, courses=[CPE_101], images=images, **place)


def test_the_pictures_of_a_pin_whose_time_is_over_are_forgotten(worker, ann, clock, pictures):
    drop_with_pictures(ann, pictures)
    worker.work()
    assert [picture.exists() for picture in pictures] == [True, True]
    clock.forward(seconds=60)

    tutoring.expire_pins()
    worker.work()

    assert [picture.exists() for picture in pictures] == [False, False]


def test_pictures_are_forgotten_however_often_they_are_asked_to_be(worker, pictures):
    names = [picture.name for picture in pictures]
    pictures[0].unlink()

    for _ in range(2):
        tutoring.forget_images(names)

    assert [picture.exists() for picture in pictures] == [False, False]


def test_while_the_store_is_in_trouble_forgetting_waits(worker, ann, pictures, tmp_path):
    """A folder that has the picture's name is what a local store cannot delete."""
    pictures[1].unlink()
    pictures[1].mkdir()
    drop_with_pictures(ann, pictures)
    run(pins.take_up, STUDENT, by=ann)
    worker.work()
    assert (job_called(FORGET_IMAGES)["state"], pictures[0].exists()) == ("waiting", False)

    pictures[1].rmdir()
    pictures[1].write_bytes(b"a picture")
    worker.work_for(minutes=1)

    assert (job_called(FORGET_IMAGES)["state"], pictures[1].exists()) == ("done", False)
