"""Pushing, in this process: one push for all that happened, and none where it no longer matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from structlog.testing import capture_logs

from hub.domain import devices, pins
from hub.domain.actors import Actor
from hub.domain.modes import STUDENT, TUTOR
from hub.perform import run, run_reading
from hub.reactions.counters import SYNC_DEVICES
from models import Device
from tests.conftest import NOON
from tests.domain.tutoring import drop, end, read, shake_hands, sign_in, write
from tests.workers.pushed import Meanwhile, a_push, add_android, state, told, unread
from tests.workers.working import job_called
from workers.gateways import push as gateways
from workers.gateways.push import Push


def sync_is_due() -> float:
    """In how many seconds from noon."""
    due_at: datetime = job_called(SYNC_DEVICES)["due_at"]
    return (due_at - NOON).total_seconds()


def test_ten_messages_are_one_push_with_all_that_the_document_says(worker, iphones, ann, tom):
    for _ in range(10):
        write(tom, by=ann)

    worker.work_for(minutes=1)

    assert iphones.pushes == [unread(tom, "70", 10)]
    assert state() == ("done", 1, None)


def test_a_push_waits_for_the_grace(worker, iphones, ann, tom):
    write(tom, by=ann)

    worker.work_for(seconds=4.9)
    assert iphones.pushes == []

    worker.work_for(seconds=0.1)
    assert iphones.pushes == [unread(tom, "70", 1)]


def test_what_is_read_on_another_device_within_the_grace_is_not_pushed(worker, iphones, ann, tom):
    laptop = sign_in(tom, phone="71")
    write(tom, by=ann)
    worker.work_for(seconds=4)

    read(ann, by=laptop, mode=TUTOR)
    worker.work_for(minutes=1)

    assert iphones.pushes == []


def test_a_device_that_was_told_hears_when_it_was_read_elsewhere_and_the_one_that_read_hears_nothing(
    worker, iphones, ann, tom
):
    laptop = sign_in(tom, phone="71")
    write(tom, by=ann)
    worker.work_for(seconds=5)
    assert told(iphones) == [("70", 1), ("71", 1)]
    iphones.pushes.clear()

    read(ann, by=laptop, mode=TUTOR)
    worker.work_for(minutes=1)

    assert iphones.pushes == [a_push(tom, "70")]


def test_who_was_told_of_a_match_is_told_zeros_when_the_pin_is_taken_up_before_they_look(worker, iphones, ann, tom):
    drop(TUTOR, by=tom)
    drop(STUDENT, by=ann)
    worker.work_for(minutes=1)
    match = a_push(ann, "a0", studentNewMatches=1, count=1, message="You have 1 new match.")
    assert [given for given in iphones.pushes if given.address == "a0"] == [match]
    iphones.pushes.clear()

    run(pins.take_up, STUDENT, by=ann)
    worker.work_for(minutes=1)

    assert sorted(iphones.pushes, key=lambda given: given.address) == [a_push(tom, "70"), a_push(ann, "a0")]


def test_the_owner_of_a_pin_whose_time_is_over_is_told_so(worker, iphones, ann, clock):
    drop(STUDENT, by=ann, seconds=60)
    clock.forward(seconds=60)

    run(pins.expire_overdue)
    worker.work_for(minutes=1)

    assert iphones.pushes == [a_push(ann, "a0", events=["student_pin_removed"])]


def test_the_start_of_a_session_is_pushed_to_who_is_not_looking(worker, iphones, ann, tom):
    shake_hands(ann, tom)

    worker.work_for(minutes=1)

    running = {"otherUserId": tom.id, "mode": "student", "startTimestamp": 1795262400, "rate": 22.5}
    assert [given for given in iphones.pushes if given.address == "a0"] == [a_push(ann, "a0", session=running)]


def test_each_of_several_devices_is_told_once(worker, iphones, androids, ann, tom):
    sign_in(tom, phone="71")
    add_android(tom, "droid")
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert (told(iphones), told(androids)) == ([("70", 1), ("71", 1)], [("droid", 1)])


def test_fifty_devices_are_told_once_each(worker, iphones, ann, tom):
    for number in range(100, 149):
        sign_in(tom, phone=str(number))
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert told(iphones) == [(str(number), 1) for number in [*range(100, 149), 70]]


def test_news_while_the_provider_is_asked_is_pushed_after_the_grace(worker, ann, tom):
    apple = Meanwhile(lambda: write(tom, by=ann))
    gateways.use(apn=apple)
    write(tom, by=ann)

    worker.work_for(seconds=5)
    assert (apple.pushes, sync_is_due()) == ([unread(tom, "70", 1)], 10)
    worker.work_for(minutes=1)

    assert apple.pushes == [unread(tom, "70", 1), unread(tom, "70", 2)]


def test_a_device_whose_turn_comes_later_is_told_what_is_true_then(worker, ann, tom):
    """And the one that was told before it hears of it next."""
    sign_in(tom, phone="71")
    apple = Meanwhile(lambda: write(tom, by=ann))
    gateways.use(apn=apple)
    write(tom, by=ann)

    worker.work_for(minutes=1)

    first, second, third = apple.pushes
    assert [given.payload["count"] for given in apple.pushes] == [1, 2, 2]
    assert first.address == third.address != second.address


def test_a_device_that_has_read_it_before_its_turn_comes_is_not_told(worker, ann, tom):
    phone, laptop = tom, sign_in(tom, phone="71")
    by_address = {"70": laptop, "71": phone}
    apple = Meanwhile(lambda: read(ann, by=by_address[apple.pushes[0].address], mode=TUTOR))
    gateways.use(apn=apple)
    write(tom, by=ann)

    worker.work_for(seconds=6)

    assert [given.payload["count"] for given in apple.pushes] == [1]


def test_the_log_says_whom_and_never_what_or_where(worker, iphones, ann, tom):
    write(tom, "a secret", by=ann)

    with capture_logs() as said:
        worker.work_for(minutes=1)

    (line,) = [line for line in said if line["event"] == "pushed"]
    device = run_reading(lambda: Device.get(Device.account == tom.id).id)
    assert line == {
        "event": "pushed",
        "log_level": "info",
        "account": tom.id,
        "device": device,
        "kind": "apn",
        "count": 1,
    }


def ended(to: Actor, address: str, **payload: Any) -> Push:
    return a_push(to, address, **{"message": "Your session has ended.", **payload})


def test_the_end_of_a_session_is_pushed_to_both_at_once_and_the_sync_that_follows_tells_them_nothing_more(
    worker, iphones, ann, tom
):
    shake_hands(ann, tom)
    worker.work_for(minutes=1)
    iphones.pushes.clear()

    end(by=ann)
    worker.work()
    assert sorted(iphones.pushes, key=lambda given: given.address) == [ended(tom, "70"), ended(ann, "a0")]

    worker.work_for(minutes=1)
    assert len(iphones.pushes) == 2


def test_the_end_of_a_session_is_pushed_with_what_is_unread(worker, iphones, ann, tom):
    shake_hands(ann, tom)
    write(tom, by=ann)
    end(by=ann)

    worker.work()

    words = "Your session has ended. You have 1 unread message."
    by_tom = ended(tom, "70", tutorUnreadMessages=1, count=1, message=words)
    assert [given for given in iphones.pushes if given.address == "70"] == [by_tom]


def test_an_end_whose_push_was_overtaken_by_newer_counters_is_followed_by_them(worker, configure, iphones, ann, tom):
    """While the provider takes its time for the end, a message comes and another child has it pushed."""
    configure(workers="3")
    shake_hands(ann, tom)
    worker.work_for(minutes=1)

    def message_and_its_push() -> None:
        write(tom, by=ann)
        worker.work_for(seconds=5)

    slow = Meanwhile(message_and_its_push)
    gateways.use(apn=slow)
    run(devices.unregister, ann.id, kind=devices.APN, address="a0")
    end(by=ann)
    worker.work_for(minutes=2)

    assert [(given.text, given.payload["count"]) for given in slow.pushes] == [
        ("Your session has ended.", 0),
        ("You have 1 unread message.", 1),
        ("You have 1 unread message.", 1),
    ]


def test_each_end_of_two_sessions_is_pushed_to_both(worker, iphones, ann, tom):
    for _ in range(2):
        shake_hands(ann, tom)
        end(by=tom)
        worker.work()

    worker.work_for(minutes=1)

    told_of_end = [given.address for given in iphones.pushes if given.text == "Your session has ended."]
    assert sorted(told_of_end) == ["70", "70", "a0", "a0"]
