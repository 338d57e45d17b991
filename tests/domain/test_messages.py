"""Messages: threads, who has read what, pages, and sending the same thing once."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from hub.domain import counters, messages
from hub.domain.actors import Actor
from hub.domain.counters import CountersMoved
from hub.domain.messages import BodyLength, Conversation, MessageSent, Person, RecipientNotFound, ThreadRead
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.once import KeyUsedForAnother
from hub.domain.profiles import TutorProfileMissing
from hub.perform import run, run_reading
from hub.reactions.streams import messages_of
from hub.wire import halp
from models import JobRow, JournalRow, Message
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of


def write(to: Actor, body: str, *, by: Actor, mode: str = STUDENT) -> Message:
    return run(messages.send, to.id, body, mode=mode, by=by)


def write_once(to: Actor, body: str, client_id: str | None, *, by: Actor, mode: str = STUDENT) -> int:
    """The number of the message that stands for it."""
    return run(messages.send_once, to.id, body, mode=mode, by=by, client_id=client_id, spell=lambda sent: sent.id)


def bodies(other: Actor, mode: str, by: Actor, **page: int) -> list[str]:
    return [message.body for message in run(messages.thread, other.id, mode=mode, by=by, **page).messages]


def inbox(mode: str, by: Actor, **page: int) -> list[tuple[str, int, str]]:
    """With whom, how many of theirs are unread, and what was written last."""
    found: list[Conversation]
    found, _ = run_reading(messages.conversations, mode=mode, by=by, **page)
    return [(one.other.first_name, one.unread, one.last.body) for one in found]


def unread(person: Actor) -> tuple[int, int]:
    """As a student, and as a tutor."""
    found = run_reading(counters.of, person.id)
    return found.student_unread, found.tutor_unread


def count() -> int:
    return run_reading(lambda: Message.select().count())


def everything() -> list[int]:
    """How many messages, events and jobs there are."""
    return run_reading(lambda: [table.select().count() for table in (Message, JournalRow, JobRow)])


def test_a_message_is_kept_and_told_of(ann, tom):
    facts = facts_of(messages.send, tom.id, "Hi", mode=STUDENT, by=ann, client_id="k")

    (kept,) = run_reading(lambda: list(Message.select().dicts()))
    assert kept == {
        "id": 1,
        "student": ann.id,
        "tutor": tom.id,
        "is_from_student": True,
        "body": "Hi",
        "sent_at": NOON,
        "read_at": None,
    }
    told = MessageSent(Message(id=1), Person(ann.id, "Ann"), Person(tom.id, "Tom"), "k")
    assert facts == [told, CountersMoved(tom.id, run_reading(counters.of, tom.id), True)]


def test_two_people_who_teach_each_other_have_two_threads(eve, tom):
    write(eve, "teach me", by=tom, mode=STUDENT)
    write(tom, "gladly", by=eve, mode=TUTOR)
    write(tom, "and you me", by=eve, mode=STUDENT)

    assert bodies(eve, STUDENT, tom) == bodies(tom, TUTOR, eve) == ["gladly", "teach me"]
    assert bodies(eve, TUTOR, tom) == bodies(tom, STUDENT, eve) == ["and you me"]


def test_what_was_read_in_one_thread_and_mode_stays_unread_in_all_others(ann, eve, tom):
    write(tom, "from a student", by=ann)
    write(tom, "from a student", by=eve)
    write(tom, "from a tutor", by=eve, mode=TUTOR)
    assert unread(tom) == (1, 2)

    bodies(eve, TUTOR, tom)
    assert (unread(tom), inbox(TUTOR, tom)) == ((1, 1), [("Eve", 0, "from a student"), ("Ann", 1, "from a student")])

    bodies(eve, STUDENT, tom)
    assert (unread(tom), inbox(STUDENT, tom)) == ((0, 1), [("Eve", 0, "from a tutor")])


def test_what_one_wrote_oneself_is_never_unread_and_the_other_reads_for_themselves(ann, tom):
    write(tom, "one", by=ann)
    write(tom, "two", by=ann)

    bodies(tom, STUDENT, ann)

    assert (unread(ann), inbox(STUDENT, ann)) == ((0, 0), [("Tom", 0, "two")])
    assert (unread(tom), inbox(TUTOR, tom)) == ((0, 2), [("Ann", 2, "two")])


def test_the_newest_comes_first_and_within_a_second_the_one_that_came_last(ann, tom, clock):
    write(tom, "1", by=ann)
    write(ann, "2", by=tom, mode=TUTOR)
    write(tom, "3", by=ann)
    clock.forward(seconds=1)
    write(ann, "4", by=tom, mode=TUTOR)

    assert bodies(tom, STUDENT, ann) == bodies(ann, TUTOR, tom) == ["4", "3", "2", "1"]


def test_conversations_come_newest_first_also_within_a_second(ann, eve, tom):
    for other in (tom, eve, tom, eve):
        write(other, f"to {other.name}", by=ann)
    write(ann, "answer", by=tom, mode=TUTOR)

    assert inbox(STUDENT, ann) == [("Tom", 1, "answer"), ("Eve", 0, "to Eve Lee")]
    assert (inbox(TUTOR, ann), inbox(STUDENT, tom)) == ([], [])


def test_a_thread_is_read_in_pages_without_gap_or_double(ann, tom):
    numbers = [write(tom, str(number), by=ann).id for number in range(7)]

    first = run(messages.thread, tom.id, mode=STUDENT, by=ann, limit=3).messages
    second = bodies(tom, STUDENT, ann, before=first[-1].id, limit=3)
    third = bodies(tom, STUDENT, ann, before=numbers[1], limit=3)

    assert ([message.body for message in first], second, third) == (["6", "5", "4"], ["3", "2", "1"], ["0"])
    assert bodies(tom, STUDENT, ann, before=numbers[0]) == []
    assert len(bodies(tom, STUDENT, ann)) == 7


def test_conversations_are_read_in_pages_by_their_last_message(ann, eve, tom):
    last = [write(other, "hi", by=ann).id for other in (tom, eve)]

    assert inbox(STUDENT, ann, limit=1) == [("Eve", 0, "hi")]
    assert inbox(STUDENT, ann, before=last[1], limit=1) == [("Tom", 0, "hi")]
    assert inbox(STUDENT, ann, before=last[0]) == []


@pytest.mark.parametrize("body", ["", "x" * 10_001], ids=["empty", "too long"])
def test_a_body_that_is_empty_or_too_long_is_refused(ann, tom, body):
    before = everything()

    with pytest.raises(BodyLength):
        write(tom, body, by=ann)

    assert everything() == before


@pytest.mark.parametrize("body", [" ", "\U0001f9b9" * 10_000], ids=["a blank", "the longest"])
def test_a_body_of_one_character_up_to_ten_thousand_is_kept_as_it_is(ann, tom, body):
    write(tom, body, by=ann)

    assert bodies(ann, TUTOR, tom) == [body]


def test_who_does_not_teach_writes_to_nobody_as_a_tutor(ann, tom):
    before = everything()

    with pytest.raises(TutorProfileMissing):
        write(tom, "let me teach you", by=ann, mode=TUTOR)

    assert everything() == before


def test_one_writes_to_somebody_who_is_there_and_not_to_oneself(ann):
    before = everything()

    for nobody in (ann.id, 999):
        with pytest.raises(RecipientNotFound):
            run(messages.send, nobody, "hello?", mode=STUDENT, by=ann)
        with pytest.raises(RecipientNotFound):
            run(messages.thread, nobody, mode=STUDENT, by=ann)

    assert everything() == before


def test_reading_tells_both_up_to_where_and_the_reader_s_counters(ann, tom):
    write(tom, "one", by=ann)
    newest = write(tom, "two", by=ann)

    facts = facts_of(messages.mark_read, ann.id, mode=TUTOR, by=tom)

    assert facts == [
        ThreadRead(tom.id, ann.id, TUTOR, newest.id),
        CountersMoved(tom.id, run_reading(counters.of, tom.id), True),
    ]


@pytest.mark.parametrize("mode", [STUDENT, TUTOR])
def test_where_nothing_is_unread_reading_changes_nothing(ann, tom, mode):
    write(tom, "mine", by=ann)

    assert facts_of(messages.mark_read, tom.id, mode=mode, by=ann) == []
    assert facts_of(messages.mark_read, 999, mode=mode, by=ann) == []


def test_the_same_client_id_sends_once_and_answers_the_same(ann, tom):
    first = write_once(tom, "Hi", "k", by=ann)

    assert [write_once(tom, "Hi", "k", by=ann) for _ in range(2)] == [first, first]
    assert (count(), unread(tom)) == (1, (0, 1))


def test_without_a_client_id_the_same_words_are_said_twice(ann, tom):
    assert write_once(tom, "Hi", None, by=ann) != write_once(tom, "Hi", None, by=ann)


def test_a_client_id_counts_for_one_sender(ann, eve, tom):
    assert write_once(tom, "Hi", "k", by=ann) != write_once(tom, "Hi", "k", by=eve)


def test_another_message_under_the_same_client_id_is_refused(ann, eve, tom):
    first = write_once(eve, "Hi", "k", by=tom)

    for changed in ({"body": "Ho"}, {"to": ann}, {"mode": TUTOR}):
        again: dict[str, Any] = {"to": eve, "body": "Hi", "client_id": "k", "by": tom, **changed}
        with pytest.raises(KeyUsedForAnother):
            write_once(**again)

    assert (count(), write_once(eve, "Hi", "k", by=tom)) == (1, first)


def test_a_client_id_is_forgotten_after_a_day(ann, tom, clock):
    first = write_once(tom, "Hi", "k", by=ann)

    clock.forward(hours=24, microseconds=-1)
    assert write_once(tom, "Hi", "k", by=ann) == first
    clock.forward(microseconds=1)
    assert write_once(tom, "Hi", "k", by=ann) != first


def test_a_refused_message_may_be_sent_again_under_its_client_id(ann, tom):
    with pytest.raises(TutorProfileMissing):
        write_once(tom, "Hi", "k", by=ann, mode=TUTOR)

    write_once(tom, "Hi", "k", by=ann)

    assert count() == 1


def test_of_resends_at_the_same_moment_one_is_sent_and_of_two_bodies_one_is_refused(ann, tom):
    resent = at_once(*[partial(write_once, tom, "Hi", "k", by=ann)] * 6)
    differing = at_once(*[partial(write_once, tom, word, "other", by=ann) for word in ("yes", "no")])

    assert (len(set(resent)), codes(differing), count()) == (1, ["idempotency_key_reused"], 2)


def test_whatever_comes_at_once_the_last_that_is_heard_of_the_counters_is_true(ann, eve, tom):
    """Written, read and answered by several at the same moment, over and over."""
    for _ in range(5):
        at_once(
            partial(write, tom, "a", by=ann),
            partial(write, tom, "b", by=eve),
            partial(write, tom, "c", by=eve, mode=TUTOR),
            partial(bodies, ann, TUTOR, tom),
            partial(write, ann, "d", by=tom, mode=TUTOR),
            partial(bodies, tom, STUDENT, ann),
        )

        for person in (ann, tom):
            assert last_counters_heard_by(person) == halp.push_payload(run_reading(counters.of, person.id))


def last_counters_heard_by(person: Actor) -> dict[str, Any]:
    mine = (JournalRow.stream == messages_of(person.id)) & (JournalRow.event == "counters")
    last = run_reading(lambda: JournalRow.select().where(mine).order_by(JournalRow.seq.desc()).first())
    return json.loads(last.payload)
