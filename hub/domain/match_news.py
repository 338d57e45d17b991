"""Whose matches a change touches, and telling them.

A popular course has thousands of pins, so that is done in pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub import clock
from hub.domain import accounts, counters
from hub.domain.facts import record
from hub.domain.matches import lies_at, matching, pin_of
from hub.domain.modes import STUDENT, TUTOR
from models import Pin, PinCourse, SeenMatch, TutorCourse

TOLD_AT_ONCE = 25
"""People whose counters are told in one unit of work."""


@dataclass(frozen=True)
class MoreToTell:
    """There are more people to tell, after number `after`."""

    told_mode: str
    course_ids: tuple[int, ...]
    but: int
    after: int


def tell_touched(told_mode: str, course_ids: Sequence[int], *, but: int, after: int = 0) -> None:
    """Tell the next people, in order of number, whose pin in `told_mode` has one of the courses; `but` caused it."""
    people = _touched(told_mode, course_ids, but, after)
    accounts.hold(*people)
    if told_mode == STUDENT:
        _forget_what_matches_no_more(but, people)
    counters.moved(*people)
    if len(people) == TOLD_AT_ONCE:
        record(MoreToTell(told_mode, tuple(course_ids), but, people[-1]))


def _touched(mode: str, course_ids: Sequence[int], but: int, after: int) -> list[int]:
    owners = Pin.select(Pin.account).where((Pin.mode == mode) & lies_at(clock.now()) & (Pin.account != but))
    if mode == STUDENT:
        owners = owners.join(PinCourse).where(PinCourse.course.in_(course_ids))
    else:
        teaching = TutorCourse.select(TutorCourse.account).where(TutorCourse.course.in_(course_ids))
        owners = owners.where(Pin.account.in_(teaching))
    page = owners.where(Pin.account > after).distinct().order_by(Pin.account).limit(TOLD_AT_ONCE)
    return [account for (account,) in page.tuples().execute()]


def _forget_what_matches_no_more(tutor_id: int, student_ids: list[int]) -> None:
    """A match that went because a course did is new again should it come back."""
    theirs = pin_of(tutor_id, TUTOR)
    if theirs is None or not student_ids:
        return
    still = [pin.id for pin in matching(theirs).where(Pin.account.in_(student_ids))]
    students = Pin.select(Pin.id).where(Pin.account.in_(student_ids) & (Pin.mode == STUDENT) & Pin.id.not_in(still))
    seen = (SeenMatch.pin == theirs.id) & SeenMatch.other.in_(students)
    seen |= (SeenMatch.other == theirs.id) & SeenMatch.pin.in_(students)
    SeenMatch.delete().where(seen).execute()
