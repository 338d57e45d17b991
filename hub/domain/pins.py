"""Pins: where somebody wants to learn or to teach, seen by others until the pin's time is over.

Whether one lies there is a question of the clock alone; the sweep only tells of those whose time has run out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import SQL, IntegrityError

from hub import clock
from hub.domain import accounts, catalogue, counters, matches, profiles, ratings
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.matches import lies_at, pin_of
from hub.domain.modes import MODES, TUTOR, opposite
from hub.domain.profiles import Course, ImagesDropped, OfferingChanged, Profile
from hub.domain.ratings import Rating
from hub.domain.refusals import Conflict, NotFound, Refusal
from models import Pin, PinCourse

MOST_SHOWN = 1000
"""Pins in one answer; a client that looks at the whole world cannot draw more."""
EXPIRED_AT_ONCE = 25


class AlreadyDropped(Conflict):
    code = "already_dropped"


class MaxDurationExceeded(Refusal):
    code = "max_duration_exceeded"


class NoPin(NotFound):
    code = "no_pin"


@dataclass(frozen=True)
class Box:
    """A rectangle on the map, in degrees. Where `west` is greater than `east` it lies across the antimeridian."""

    north: float
    west: float
    south: float
    east: float


@dataclass(frozen=True)
class Seen:
    """A pin as others see it: with whose it is, and what they want to learn or teach."""

    pin: Pin
    owner: Profile
    rating: Rating
    skills: tuple[str, ...]
    courses: tuple[Course, ...]
    images: tuple[str, ...]


def may_drop(mode: str, seconds: float, *, longest: int, by: Actor) -> None:
    """Refuse what `drop` would refuse, before the pictures are worked on."""
    if int(seconds) > longest:
        raise MaxDurationExceeded()
    if mode == TUTOR:
        profiles.tutors_only(by)
    if pin_of(by.id, mode) is not None:
        raise AlreadyDropped()


def drop(
    mode: str,
    *,
    by: Actor,
    latitude: float,
    longitude: float,
    seconds: float,
    longest: int,
    description: str = "",
    skills: Collection[str] = (),
    courses: Collection[Course] = (),
    images: Collection[str] = (),
) -> Pin:
    """Put a pin down for whole seconds. Of two that are dropped at the same moment in one mode, one lies there."""
    accounts.hold(by.id)
    may_drop(mode, seconds, longest=longest, by=by)
    _end_if_over((Pin.account == by.id) & (Pin.mode == mode))
    now = clock.now()
    pin = _create(
        account=by.id,
        mode=mode,
        latitude=latitude,
        longitude=longitude,
        dropped_at=now,
        ends_at=now + timedelta(seconds=int(seconds)),
        description=description,
        skills=json.dumps(list(skills)),
        courses=json.dumps(list(courses)),
        images=json.dumps(list(images)),
    )
    _want(pin, courses)
    _mark_expiries_shown(by.id, mode)
    _tell_of(pin)
    counters.moved(by.id)
    return pin


def _create(**fields: object) -> Pin:
    try:
        return Pin.create(**fields)
    except IntegrityError:
        raise AlreadyDropped() from None


def _want(pin: Pin, courses: Iterable[Course]) -> None:
    """Have a student's pin found by its courses; a tutor's is found by those of the profile."""
    wanted = [{"pin": pin.id, "course": course} for course in catalogue.course_ids(courses)]
    if wanted:
        PinCourse.insert_many(wanted).execute()


def _mark_expiries_shown(account_id: int, mode: str) -> None:
    """Who drops a new pin knows that the one before is gone."""
    earlier = (Pin.account == account_id) & (Pin.mode == mode) & Pin.ended_at.is_null(False)
    Pin.update(expiry_shown_at=clock.now()).where(earlier & Pin.expiry_shown_at.is_null()).execute()


def _tell_of(pin: Pin) -> None:
    """Whoever is on the other side of one of its courses may have gained or lost a match."""
    course_ids = course_ids_of(pin)
    if course_ids:
        record(OfferingChanged(pin.account_id, tuple(course_ids), opposite(pin.mode)))


def course_ids_of(pin: Pin) -> list[int]:
    if pin.mode == TUTOR:
        return profiles.course_ids_of(pin.account_id)
    rows = PinCourse.select(PinCourse.course).where(PinCourse.pin == pin.id)
    return [row.course_id for row in rows.order_by(PinCourse.course)]


def take_up(mode: str, *, by: Actor) -> None:
    """Take one's own pin away before its time."""
    accounts.hold(by.id)
    now = clock.now()
    mine = (Pin.account == by.id) & (Pin.mode == mode) & lies_at(now)
    taken = list(Pin.update(ended_at=now, expiry_shown_at=now).where(mine).returning(Pin).execute())
    if not taken:
        raise NoPin()
    _clear_away(taken)
    counters.moved(by.id)


def end_overdue(mode: str, *, by: Actor) -> None:
    """Tell of one's own pin whose time has run out before the sweep does."""
    accounts.hold(by.id)
    _end_if_over((Pin.account == by.id) & (Pin.mode == mode))


def expire_overdue() -> bool:
    """Tell once of pins whose time has run out; says whether there may be more. Reads never wait for it."""
    now = clock.now()
    overdue = Pin.select(Pin.id, Pin.account).where(Pin.ended_at.is_null() & (Pin.ends_at <= now))
    some = list(overdue.order_by(Pin.ends_at).limit(EXPIRED_AT_ONCE))
    accounts.hold(*(pin.account_id for pin in some))
    ended = _end_if_over(Pin.id.in_([pin.id for pin in some]))
    counters.moved(*(pin.account_id for pin in ended))
    return len(some) == EXPIRED_AT_ONCE


def _end_if_over(which) -> list[Pin]:
    over = which & Pin.ended_at.is_null() & (Pin.ends_at <= clock.now())
    ended = list(Pin.update(ended_at=Pin.ends_at).where(over).returning(Pin).execute())
    _clear_away(ended)
    return ended


def _clear_away(ended: list[Pin]) -> None:
    """What is left to do for pins that lie there no more."""
    for pin in ended:
        _tell_of(pin)
    matches.forget_seen(pin.id for pin in ended)
    images = tuple(name for pin in ended for name in json.loads(pin.images))
    if images:
        record(ImagesDropped(images))


def in_box(mode: str, box: Box, *, viewer: int) -> tuple[list[Seen], bool]:
    """Others' pins in the box, and whether there are more of them than fit into an answer (the newest are shown)."""
    lies_there = (Pin.mode == mode) & lies_at(clock.now()) & _inside(box) & (Pin.account != viewer)
    # The numbers first, from the index alone. Sorted by something that has no index, or the planner may walk all pins
    # in order of number to find a few.
    newest = Pin.select(Pin.id).where(lies_there).order_by(SQL("id + 0 DESC")).limit(MOST_SHOWN + 1)
    ids = [number for (number,) in newest.tuples().execute()]
    pins = list(Pin.select().where(Pin.id.in_(ids[:MOST_SHOWN])).order_by(Pin.id.desc()))
    return complete(pins), len(ids) > MOST_SHOWN


def _inside(box: Box):
    high_enough = Pin.latitude.between(box.south, box.north)
    if box.west <= box.east:
        return high_enough & Pin.longitude.between(box.west, box.east)
    return high_enough & ((Pin.longitude >= box.west) | (Pin.longitude <= box.east))


def of(account_id: int, mode: str) -> Seen | None:
    """Somebody's pin in one mode, while it lies there."""
    pin = pin_of(account_id, mode)
    return None if pin is None else complete([pin])[0]


def mine(by: Actor) -> dict[str, Seen | None]:
    return {mode: of(by.id, mode) for mode in MODES}


def matching(mode: str, *, by: Actor) -> tuple[list[tuple[Seen, bool]], bool]:
    """The matches of one's own pin, each with whether it is new; none is new afterwards. And whether there are more."""
    accounts.hold(by.id)
    before = counters.of(by.id)
    found = matches.see(mode, by_id=by.id)
    is_new = {pin.id: new for pin, new in found}
    if any(is_new.values()):
        counters.moved(by.id, seen_on=by.login_session_id, before=before)
    listed = complete([pin for pin, _ in found[: matches.MOST_LISTED]])
    return [(seen, is_new[seen.pin.id]) for seen in listed], len(found) > matches.MOST_LISTED


def complete(pins: list[Pin]) -> list[Seen]:
    """Pins with everything that is shown of them, in a handful of queries however many they are."""
    owners = profiles.several(pin.account_id for pin in pins)
    by_mode = {mode: [pin.account_id for pin in pins if pin.mode == mode] for mode in MODES}
    rated = {mode: ratings.of(mode, account_ids) for mode, account_ids in by_mode.items()}
    return [
        _seen(pin, owners[pin.account_id], rated[pin.mode].get(pin.account_id, ratings.NONE))
        for pin in pins
        if pin.account_id in owners
    ]


def _seen(pin: Pin, owner: Profile, rating: Rating) -> Seen:
    images = tuple(json.loads(pin.images))
    if pin.mode == TUTOR and owner.tutor is not None:
        return Seen(pin, owner, rating, owner.tutor.skills, owner.tutor.courses, images)
    courses = tuple((university, subject, number) for university, subject, number in json.loads(pin.courses))
    return Seen(pin, owner, rating, tuple(json.loads(pin.skills)), courses, images)


def forget_old(before: datetime) -> None:
    """Forget pins that ended long ago."""
    Pin.delete().where(Pin.ended_at.is_null(False) & (Pin.ended_at < before)).execute()
