"""The live page's spelling: what a template shows to who has no JavaScript, in the zone of the people on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from hub.domain.times import NOT_SET
from hub.wire.local_times import parts_of
from hub.wire.moments import naive_iso
from models import Announcement, Event, Times

NAMES_OF_TIMES = {
    "event_start_time": "The event begins",
    "hacking_start_time": "Hacking begins",
    "hacking_end_time": "Hacking ends",
    "event_end_time": "The event ends",
}


class Moment(NamedTuple):
    """One moment for machines and for people."""

    iso: str
    day: str
    clock: str


def moment(at: datetime) -> Moment:
    day, clock = parts_of(at)
    return Moment(f"{naive_iso(at)}Z", f"{day:%A} {day.day} {day:%B}", clock.isoformat("minutes"))


def announcement(announcement: Announcement) -> dict[str, Any]:
    return {"message": announcement.message, "at": moment(announcement.time)}


def times(times: Times) -> list[dict[str, Any]]:
    """Those that organisers have set."""
    told = ((name, getattr(times, field)) for field, name in NAMES_OF_TIMES.items())
    return [{"name": name, "at": moment(at)} for name, at in told if at != NOT_SET]


def days(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The schedule, by the day on which an event begins."""
    spelled = [event(one) for one in events]
    return [{"name": day, "events": list(those)} for day, those in groupby(spelled, key=lambda one: one["start"].day)]


def event(event: Event) -> dict[str, Any]:
    return {
        "title": event.short_description,
        "text": event.long_description,
        "place": event.location.name,
        "start": moment(event.start_time),
        "end": moment(event.end_time),
    }
