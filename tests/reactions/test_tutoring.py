"""What follows from what happens in tutoring: exact deliveries to each of the people concerned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

import hub.reactions  # noqa: F401  (they register themselves)
from hub.delivery import Emit, Job, deliveries
from hub.domain.counters import Counters, CountersMoved, Running
from hub.domain.match_news import MoreToTell
from hub.domain.messages import MessageSent, Person, ThreadRead
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.profiles import ImagesDropped, OfferingChanged
from hub.domain.tutoring_sessions import HandOffered, OfferExpired, OfferProlonged, SessionEnded, SessionStarted
from hub.reactions.counters import give_grace
from models import Message, Offer, TutoringSession
from tests.conftest import HeldClock

NOON = datetime(2026, 11, 21, 12)
EPOCH = 1795262400
ANN, TOM = 1, 2
PEOPLE = {ANN: Person(ANN, "Ann"), TOM: Person(TOM, "Tom")}


def a_message(*, from_student: bool = True) -> Message:
    return Message(id=7, student=ANN, tutor=TOM, is_from_student=from_student, body="Hi", sent_at=NOON)


def sent(message: Message, sender: int, recipient: int, client_id: str | None = None) -> MessageSent:
    return MessageSent(message, PEOPLE[sender], PEOPLE[recipient], client_id)


def arrived(other: int, name: str, mode: str, **more: object) -> dict[str, object]:
    whom = {"userId": other, "firstname": name}
    return {"otherUser": whom, "mode": mode, "timestamp": EPOCH, "body": "Hi", "id": 7, **more}


def test_a_message_is_heard_by_both_each_in_their_mode_and_the_sender_knows_it_by_its_client_id():
    assert deliveries(sent(a_message(), ANN, TOM, "m1")) == [
        Emit("user:1:messages", "message", arrived(TOM, "Tom", "student", me=True, client_id="m1")),
        Emit("user:2:messages", "message", arrived(ANN, "Ann", "tutor", me=False)),
    ]


def test_a_tutor_s_message_is_heard_by_both_in_the_same_modes():
    assert deliveries(sent(a_message(from_student=False), TOM, ANN)) == [
        Emit("user:2:messages", "message", arrived(ANN, "Ann", "tutor", me=True)),
        Emit("user:1:messages", "message", arrived(TOM, "Tom", "student", me=False)),
    ]


@pytest.mark.parametrize(("mode", "others"), [(TUTOR, STUDENT), (STUDENT, TUTOR)])
def test_what_was_read_is_heard_by_both_each_in_their_mode(mode, others):
    assert deliveries(ThreadRead(TOM, ANN, mode, up_to=7)) == [
        Emit("user:2:messages", "read", {"otherUserId": ANN, "mode": mode, "me": True, "id": 7}),
        Emit("user:1:messages", "read", {"otherUserId": TOM, "mode": others, "me": False, "id": 7}),
    ]


COUNTERS = Counters(1, 3, 0, 1, Running(TOM, STUDENT, NOON, 40.55), ("tutor_pin_removed",))
PAYLOAD = {
    "studentUnreadMessages": 1,
    "tutorUnreadMessages": 3,
    "studentNewMatches": 0,
    "tutorNewMatches": 1,
    "session": {"otherUserId": TOM, "mode": "student", "startTimestamp": EPOCH, "rate": 40.55},
    "message": "You have 1 new match and 4 unread messages.",
    "count": 5,
    "events": ["tutor_pin_removed"],
}


@pytest.fixture
def seven_seconds_of_grace(clock: HeldClock) -> Iterator[None]:
    give_grace(7)
    yield
    give_grace(5)


def test_counters_that_moved_are_heard_and_devices_looked_after_when_the_grace_is_over(seven_seconds_of_grace):
    heard = Emit("user:1:messages", "counters", PAYLOAD)
    look = Job(
        "push.sync_devices",
        {"account_id": ANN},
        due_at=NOON + timedelta(seconds=7),
        unique_key="push:1",
        again=True,
    )

    assert deliveries(CountersMoved(ANN, COUNTERS, has_devices=True)) == [heard, look]
    assert deliveries(CountersMoved(ANN, COUNTERS, has_devices=False)) == [heard]


OFFER = Offer(id=9, offered_by=ANN, offered_to=TOM, mode=STUDENT, expires_at=NOON + timedelta(seconds=3))


def test_a_hand_is_heard_of_by_whom_it_is_held_out_to_and_looked_after_when_its_time_is_over():
    due_at = NOON + timedelta(seconds=3)
    look = Job("sessions.expire_offer", {"offer_id": 9}, due_at=due_at, unique_key="offer:9", again=True)

    assert deliveries(HandOffered(OFFER)) == [
        Emit("user:2:sessions", "offered", {"otherUserId": ANN, "mode": "tutor", "me": False}),
        look,
    ]
    assert deliveries(OfferProlonged(OFFER)) == [look]


def test_a_hand_held_out_in_vain_is_heard_of_by_both():
    assert deliveries(OfferExpired(OFFER)) == [
        Emit("user:1:sessions", "expired", {"otherUserId": TOM, "mode": "student", "me": True}),
        Emit("user:2:sessions", "expired", {"otherUserId": ANN, "mode": "tutor", "me": False}),
    ]


RUNNING = {"startTimestamp": EPOCH, "rate": 22.5}


def a_session(**more: object) -> TutoringSession:
    return TutoringSession(id=5, student=ANN, tutor=TOM, rate=22.5, started_at=NOON, **more)


def test_a_start_is_heard_by_both_each_from_their_side():
    assert deliveries(SessionStarted(a_session())) == [
        Emit("user:1:sessions", "started", {"otherUserId": TOM, "mode": "student", **RUNNING}),
        Emit("user:2:sessions", "started", {"otherUserId": ANN, "mode": "tutor", **RUNNING}),
    ]


def push_of_the_end(person: int) -> Job:
    arguments = {"account_id": person, "session_number": 5}
    return Job("push.session_ended", arguments, unique_key=f"push-end:5:{person}")


CHARGE = Job("payments.charge", {"session_number": 5}, unique_key="charge:5")


def test_an_end_is_heard_by_both_pushed_to_both_and_paid_once():
    ended = a_session(ended_at=NOON + timedelta(hours=1), duration=3600.0, amount=Decimal("22.50"))
    lasted = {**RUNNING, "duration": 3600.0, "amount": 22.5}

    assert deliveries(SessionEnded(ended, ended_by=TOM)) == [
        Emit("user:1:sessions", "ended", {"otherUserId": TOM, "mode": "student", **lasted, "me": False}),
        Emit("user:2:sessions", "ended", {"otherUserId": ANN, "mode": "tutor", **lasted, "me": True}),
        push_of_the_end(ANN),
        push_of_the_end(TOM),
        CHARGE,
    ]


def test_who_has_no_account_any_more_is_told_nothing_of_an_end_that_is_paid_all_the_same():
    left = TutoringSession(
        id=5, student=None, tutor=TOM, rate=22.5, started_at=NOON, duration=0.0, amount=Decimal("0.00")
    )

    following = deliveries(SessionEnded(left, ended_by=TOM))

    assert [delivery.stream for delivery in following if isinstance(delivery, Emit)] == ["user:2:sessions"]
    assert following[1:] == [push_of_the_end(TOM), CHARGE]


def test_a_changed_offering_has_those_told_whom_its_courses_touch():
    assert deliveries(OfferingChanged(TOM, (3, 4), STUDENT)) == [
        Job("matches.tell", {"told_mode": "student", "course_ids": [3, 4], "but": TOM})
    ]
    assert deliveries(OfferingChanged(TOM, (), STUDENT)) == []


def test_where_more_are_to_be_told_the_next_page_is_a_job_of_its_own():
    assert deliveries(MoreToTell(STUDENT, (3, 4), TOM, after=25)) == [
        Job("matches.tell", {"told_mode": "student", "course_ids": [3, 4], "but": TOM, "after": 25})
    ]


def test_pictures_that_nothing_shows_any_more_are_thrown_away():
    assert deliveries(ImagesDropped(("a.png", "b.jpg"))) == [Job("images.forget", {"names": ["a.png", "b.jpg"]})]
