"""Profiles: a person's names and picture, and what they teach if they do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from hub.domain import accounts, catalogue, counters, matches
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.refusals import Conflict, Invalid, NotFound
from models import Account, TutorCourse, TutorProfile

Course = tuple[str, str, int]
"""University, subject, number."""

HIGHEST_RATE = 10_000.0
MOST_COURSES = 100
UNCHANGED: Any = object()


@dataclass(frozen=True)
class Tutor:
    """What somebody teaches, and for how much an hour."""

    bio: str
    rate: float
    skills: tuple[str, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True)
class Profile:
    account_id: int
    first_name: str
    last_name: str
    image: str | None
    """The name of their picture in the store."""
    tutor: Tutor | None


@dataclass(frozen=True)
class OfferingChanged:
    """Somebody teaches these courses now, or no longer; whoever wants to learn one of them may gain or lose a match."""

    account_id: int
    course_ids: tuple[int, ...]
    told_mode: str
    """The side that is to be told."""


@dataclass(frozen=True)
class ImagesDropped:
    """Nothing shows these pictures any more."""

    names: tuple[str, ...]


class TutorProfileMissing(Conflict):
    code = "tutor_profile_missing"


class PersonNotFound(NotFound):
    code = "person_not_found"


def of(account_id: int) -> Profile:
    found = several([account_id])
    if not found:
        raise PersonNotFound()
    return found[account_id]


def several(account_ids: Iterable[int]) -> dict[int, Profile]:
    """The profiles of these people by number; who is gone is left out."""
    ids = set(account_ids)
    tutors = {row.account_id: _tutor(row) for row in TutorProfile.select().where(TutorProfile.account.in_(ids))}
    return {
        account.id: Profile(account.id, *accounts.first_and_last(account), account.image, tutors.get(account.id))
        for account in Account.select().where(Account.id.in_(ids))
    }


def _tutor(row: TutorProfile) -> Tutor:
    courses = tuple((university, subject, number) for university, subject, number in json.loads(row.courses))
    return Tutor(row.bio, row.rate, tuple(json.loads(row.skills)), courses)


def teaches(account_id: int) -> bool:
    return TutorProfile.select().where(TutorProfile.account == account_id).exists()


def tutors_only(by: Actor) -> None:
    """Refuse who has not said yet what they teach."""
    if not teaches(by.id):
        raise TutorProfileMissing()


def change(
    *,
    by: Actor,
    first_name: str | None = None,
    last_name: str | None = None,
    image: str | None = UNCHANGED,
    tutor: Mapping[str, Any] | None = None,
) -> Profile:
    """Change what is given; `image=None` takes the picture away. `tutor` holds what is given of a Tutor's fields."""
    accounts.hold(by.id)
    _change_names(by.id, first_name, last_name)
    if image is not UNCHANGED:
        set_image(by.id, image)
    if tutor is not None:
        _change_tutor(by, tutor)
    return of(by.id)


def _change_names(account_id: int, first_name: str | None, last_name: str | None) -> None:
    if first_name is None and last_name is None:
        return
    before = accounts.first_and_last(Account.get_by_id(account_id))
    first, last = first_name or before[0], last_name or before[1]
    changed = {"first_name": first, "last_name": last, "name": accounts.full_name(first, last)}
    Account.update(**changed).where(Account.id == account_id).execute()


def set_image(account_id: int, name: str | None) -> None:
    """Show another picture, or none; the one before is given back to the store."""
    before = Account.get_by_id(account_id).image
    Account.update(image=name).where(Account.id == account_id).execute()
    if before is not None and before != name:
        record(ImagesDropped((before,)))


def _change_tutor(by: Actor, given: Mapping[str, Any]) -> None:
    row = TutorProfile.get_or_none(account=by.id)
    names = [field.name for field in fields(Tutor)]
    missing = [name for name in names if name not in given]
    if row is None and missing:
        # A phone of somebody who does not teach sends an empty one along with other changes.
        if any(given.values()):
            raise Invalid(f"tutor.{missing[0]}", "is missing; to begin teaching all fields are needed")
        return
    before = _tutor(row) if row else None
    after = Tutor(**{name: given.get(name, getattr(before, name, None)) for name in names})
    _refuse_unfit(after)
    _store(by.id, after)
    if before is None or set(before.courses) != set(after.courses):
        _offer(by.id, after.courses)


def _refuse_unfit(tutor: Tutor) -> None:
    # A rate of 0 makes phones drop the rest of the profile.
    if not 0 < tutor.rate <= HIGHEST_RATE:
        raise Invalid("tutor.rate", f"is not above 0 and at most {HIGHEST_RATE:.0f}")
    if len(tutor.courses) > MOST_COURSES:
        raise Invalid("tutor.courses", f"are more than {MOST_COURSES}")


def _store(account_id: int, tutor: Tutor) -> None:
    row = {
        "bio": tutor.bio,
        "rate": tutor.rate,
        "skills": json.dumps(tutor.skills),
        "courses": json.dumps(tutor.courses),
    }
    kept = TutorProfile.insert(account=account_id, **row)
    kept.on_conflict(conflict_target=[TutorProfile.account], update=row).execute()


def _offer(account_id: int, courses: Iterable[Course]) -> None:
    """Make these the courses by which others find the person, and have those told whose matches that changes."""
    mine = TutorCourse.account == account_id
    before = {row.course_id for row in TutorCourse.select().where(mine)}
    after = set(catalogue.course_ids(courses))
    TutorCourse.delete().where(mine & TutorCourse.course.in_(before - after)).execute()
    if after - before:
        TutorCourse.insert_many(
            {"account": account_id, "course": course} for course in sorted(after - before)
        ).execute()
    if matches.pin_of(account_id, TUTOR) is not None:
        record(OfferingChanged(account_id, tuple(sorted(before ^ after)), STUDENT))
    counters.moved(account_id)


def course_ids_of(account_id: int) -> list[int]:
    rows = TutorCourse.select(TutorCourse.course).where(TutorCourse.account == account_id)
    return [row.course_id for row in rows.order_by(TutorCourse.course)]
