"""What tests of the programme arrange: categories, tags and events, as a staff member makes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hub.domain import festival_events, labels
from hub.domain.actors import Actor
from hub.perform import run, run_reading
from tests.conftest import NOON


def at(start: datetime, *, lasts: timedelta = festival_events.LASTS) -> festival_events.Times:
    """Times as a body would say them: this start, and this long."""
    return lambda *_: (start, start + lasts)


def given(**more: Any) -> dict[str, Any]:
    return {
        "short_description": "Elektra",
        "long_description": "Code",
        "venue": "Computer Lab",
        "times": at(NOON),
        **more,
    }


def event(by: Actor, **more: Any) -> str:
    """The public id of a new event."""
    return run(festival_events.add, given(**more), by=by).event.public_id


def label(kind: labels.Kind, *names: str, by: Actor) -> None:
    for name in names:
        run(labels.add, kind, name, "", by=by)


def listed(**wanted: Any) -> list[str]:
    """The names of the events that are found."""
    return [one.event.short_description for one in run_reading(festival_events.programme, **wanted)]
