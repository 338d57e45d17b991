"""Messages between a student and a tutor.

A thread is (student, tutor): two people who teach each other have two, and what is read in one stays unread in the
other. People without messages have no thread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import fn

from hub import clock
from hub.domain import accounts, counters, profiles
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.once import Key, once
from hub.domain.refusals import Invalid, NotFound
from models import Account, Message

LONGEST_BODY = 10_000
MOST_SHOWN = 1000
"""Messages or conversations in one answer; older ones are asked for by `before`."""
SEND = "message"
"""The call under which client ids of messages are remembered, however they come."""


class BodyLength(Invalid):
    """A message has at least one character, and at most ten thousand."""

    code = "body_length"


class RecipientNotFound(NotFound):
    code = "recipient_not_found"


@dataclass(frozen=True)
class ThreadRead:
    """`reader`, who is `mode` in the thread, has read all that `other` sent up to message number `up_to`."""

    reader_id: int
    other_id: int
    mode: str
    up_to: int


@dataclass(frozen=True)
class Person:
    """The one at the other end of a thread."""

    id: int
    first_name: str


@dataclass(frozen=True)
class MessageSent:
    message: Message
    sender: Person
    recipient: Person
    client_id: str | None
    """The sender's own name for it, by which their app knows it again."""


@dataclass(frozen=True)
class Conversation:
    other: Person
    unread: int
    last: Message


@dataclass(frozen=True)
class Thread:
    other: Person
    messages: list[Message]
    is_cut: bool
    """Whether there are older ones."""


def send(to: int, body: str, *, mode: str, by: Actor, client_id: str | None = None) -> Message:
    """Write to somebody as a student or as a tutor."""
    if not body:
        raise BodyLength("body", "is empty")
    if len(body) > LONGEST_BODY:
        raise BodyLength("body", f"is longer than {LONGEST_BODY} characters")
    if mode == TUTOR:
        profiles.tutors_only(by)
    people = _people({to, by.id})
    if to not in people or to == by.id:
        raise RecipientNotFound()
    accounts.hold(to)
    student, tutor = _sides(by.id, to, mode)
    message = Message.create(
        student=student, tutor=tutor, is_from_student=mode == STUDENT, body=body, sent_at=clock.now()
    )
    record(MessageSent(message, people[by.id], people[to], client_id))
    counters.moved(to)
    return message


def send_once(
    to: int, body: str, *, mode: str, by: Actor, client_id: str | None, spell: Callable[[Message], Any]
) -> Any:
    """`send`, and its answer as plain data. What comes again under the same `client_id` is not sent again."""

    def work() -> Any:
        return spell(send(to, body, mode=mode, by=by, client_id=client_id))

    if client_id is None:
        return work()
    said = hashlib.sha256(json.dumps([to, body, mode]).encode()).hexdigest()
    return once(Key(by.id, SEND, client_id, said), work)


def _sides(me: int, other: int, mode: str) -> tuple[int, int]:
    return (me, other) if mode == STUDENT else (other, me)


def _other(other: int, by: Actor) -> Person:
    """Whoever is meant, who is somebody else."""
    found = _people({other} - {by.id})
    if not found:
        raise RecipientNotFound()
    return found[other]


def thread(other: int, *, mode: str, by: Actor, before: int | None = None, limit: int | None = None) -> Thread:
    """What was written with `other`, newest first; what they wrote counts as read now.

    `before` is a message's number, to go on where a page ended; what came since then stays unread.
    """
    person = _other(other, by)
    # First, so that nothing is marked that came too late to be in the answer.
    mark_read(other, mode=mode, by=by, before=before)
    student, tutor = _sides(by.id, other, mode)
    found = Message.select().where((Message.student == student) & (Message.tutor == tutor))
    if before is not None:
        found = found.where(Message.id < before)
    most = min(limit or MOST_SHOWN, MOST_SHOWN)
    newest = list(found.order_by(Message.id.desc()).limit(most + 1))
    return Thread(person, newest[:most], len(newest) > most)


def read(other: int, *, mode: str, by: Actor) -> None:
    """Everything that `other` wrote in this thread is read."""
    _other(other, by)
    mark_read(other, mode=mode, by=by)


def mark_read(other: int, *, mode: str, by: Actor, before: int | None = None) -> int | None:
    """What `other` wrote in this thread is read, or what came before a message; answers the newest that was not."""
    accounts.hold(by.id)
    student, tutor = _sides(by.id, other, mode)
    theirs = (Message.student == student) & (Message.tutor == tutor) & _came_to(mode) & Message.read_at.is_null()
    if before is not None:
        theirs &= Message.id < before
    if not Message.select().where(theirs).exists():
        return None
    earlier = counters.of(by.id)
    read = [row.id for row in Message.update(read_at=clock.now()).where(theirs).returning(Message.id).execute()]
    record(ThreadRead(by.id, other, mode, max(read)))
    counters.moved(by.id, seen_on=by.login_session_id, before=earlier)
    return max(read)


def _came_to(mode: str):
    """Messages that came to the side `mode`."""
    return Message.is_from_student if mode == TUTOR else ~Message.is_from_student


def conversations(
    *, mode: str, by: Actor, before: int | None = None, limit: int | None = None
) -> tuple[list[Conversation], bool]:
    """One's threads on this side with the last message of each, the most recent first; `before` is its number.

    And whether there are older ones.
    """
    mine, theirs = (Message.student, Message.tutor) if mode == STUDENT else (Message.tutor, Message.student)
    newest = Message.select(fn.MAX(Message.id)).where(mine == by.id).group_by(theirs)
    last = Message.select().where(Message.id.in_(newest))
    if before is not None:
        last = last.where(Message.id < before)
    most = min(limit or MOST_SHOWN, MOST_SHOWN)
    recent = list(last.order_by(Message.id.desc()).limit(most + 1))
    messages = recent[:most]
    unread = _unread_by_other(by.id, mode, mine, theirs)
    people = _people({_other_side(message, mode) for message in messages})
    found = [
        Conversation(people[_other_side(message, mode)], unread.get(_other_side(message, mode), 0), message)
        for message in messages
    ]
    return found, len(recent) > most


def _other_side(message: Message, mode: str) -> int:
    return message.tutor_id if mode == STUDENT else message.student_id


def _unread_by_other(account_id: int, mode: str, mine, theirs) -> dict[int, int]:
    unread = (mine == account_id) & Message.read_at.is_null() & _came_to(mode)
    return dict(Message.select(theirs, fn.COUNT(Message.id)).where(unread).group_by(theirs).tuples().execute())


def _people(ids: set[int]) -> dict[int, Person]:
    rows = Account.select().where(Account.id.in_(ids))
    return {account.id: Person(account.id, accounts.first_and_last(account)[0]) for account in rows}
