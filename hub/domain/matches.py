"""Matches: a student's pin and a tutor's, of two people, that have a course in common while both lie there.

They are not stored. What is stored is which of them an owner has seen, pin by pin; a pin that is dropped anew has new
matches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peewee import Value, fn

from hub import clock
from hub.domain import accounts
from hub.domain.modes import STUDENT, opposite
from models import Pin, PinCourse, SeenMatch, TutorCourse

MOST_LISTED = 1000


def lies_at(now: datetime):
    return Pin.ended_at.is_null() & (Pin.ends_at > now)


def pin_of(account_id: int, mode: str) -> Pin | None:
    mine = (Pin.account == account_id) & (Pin.mode == mode)
    return Pin.get_or_none(mine & lies_at(clock.now()))


def see(mode: str, *, by_id: int) -> list[tuple[Pin, bool]]:
    """The pins that match one's own in `mode`, newest first, each with whether it is new; none is new afterwards.

    One more than are listed, where there are more.
    """
    accounts.hold(by_id)
    mine = pin_of(by_id, mode)
    if mine is None:
        return []
    # First, so that none is marked that comes too late to be in the list.
    new = _mark_seen(mine)
    found = matching(mine).order_by(Pin.id.desc()).limit(MOST_LISTED + 1)
    return [(pin, pin.id in new) for pin in found]


def _mark_seen(mine: Pin) -> set[int]:
    """Also of those that are too many to be listed: nobody could ever look at them otherwise."""
    new = _unseen(mine).select(Value(mine.id), Pin.id)
    marked = SeenMatch.insert_from(new, [SeenMatch.pin, SeenMatch.other]).on_conflict_ignore()
    return {other for (other,) in marked.returning(SeenMatch.other).tuples().execute()}


def new_for(mine: Pin | None) -> tuple[int, int]:
    """How many pins match one that lies there and were not looked at yet, and the number of the newest of them."""
    if mine is None:
        return 0, 0
    (row,) = _unseen(mine).select(fn.COUNT(Pin.id), fn.COALESCE(fn.MAX(Pin.id), 0)).tuples().execute()
    return row


def _unseen(mine: Pin):
    seen = SeenMatch.select(SeenMatch.other).where(SeenMatch.pin == mine.id)
    return matching(mine).where(Pin.id.not_in(seen))


def matching(mine: Pin):
    """Pins of others on the other side that have one of this pin's courses."""
    others = (Pin.mode == opposite(mine.mode)) & lies_at(clock.now()) & (Pin.account != mine.account_id)
    if mine.mode == STUDENT:
        wanted = PinCourse.select(PinCourse.course).where(PinCourse.pin == mine.id)
        tutors = TutorCourse.select(TutorCourse.account).where(TutorCourse.course.in_(wanted))
        return Pin.select().where(others & Pin.account.in_(tutors))
    taught = TutorCourse.select(TutorCourse.course).where(TutorCourse.account == mine.account_id)
    wanting = PinCourse.select(PinCourse.pin).where(PinCourse.course.in_(taught))
    return Pin.select().where(others & Pin.id.in_(wanting))


def forget_seen(pin_ids: Iterable[int]) -> None:
    """Of pins that lie there no more nobody need know what was seen."""
    ids = list(pin_ids)
    SeenMatch.delete().where(SeenMatch.pin.in_(ids) | SeenMatch.other.in_(ids)).execute()
