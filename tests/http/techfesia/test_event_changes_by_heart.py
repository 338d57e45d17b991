"""Partial changes of an event against a plain dict: whatever is given in whatever order, both agree after each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain import festival_events
from hub.domain.actors import Actor
from hub.domain.labels import CATEGORIES, TAGS
from hub.domain.refusals import Invalid
from hub.http.bodies import validated
from hub.http.techfesia.event_fields import ChangedEvent, NewEvent, known
from hub.perform import run, run_reading
from hub.wire import techfesia_events as wire
from hub.wire.local_times import speak_in
from tests import people
from tests.domain import festival
from tests.http.techfesia.programme import EVENT

days = st.dates(date(2019, 9, 23), date(2019, 9, 26)).map(str)
clocks = st.sampled_from(["00:00", "05:29", "05:30", "18:31", "23:59"])
texts = st.lists(st.sampled_from(["a", "b"]), max_size=2)
sizes = st.integers(0, 4)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Elektra", "Reverse"]),
        "description": st.sampled_from(["", "x"]),
        "date": days,
        "time": clocks,
        "endDate": days,
        "endTime": clocks,
        "venue": st.sampled_from(["Lab", "Hall"]),
        "fees": st.sampled_from(["", "Rs 300", 300]),
        "prize": texts,
        "rules": texts,
        "faq": texts.map(lambda several: [[text, text] for text in several]),
        "teamEvent": st.booleans(),
        "minSize": sizes,
        "maxSize": sizes,
        "maxParticipants": st.integers(0, 3),
        "category": st.lists(st.sampled_from(["Coding", "Contest", "Others"]), max_size=3),
        "tags": st.lists(st.sampled_from(["Free", "Prime"]), max_size=3),
    },
).flatmap(
    lambda changes: st.sets(st.sampled_from(sorted(changes) or ["name"])).map(lambda none: with_null(changes, none))
)
PLAIN = ("name", "description", "venue", "fees", "prize", "rules", "faq", "maxParticipants")


def with_null(changes: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Some of them say nothing."""
    return {name: None if name in names else value for name, value in changes.items()}


def after(event: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any] | None:
    """The event as it is after the changes; None where it cannot be."""
    said = {name: value for name, value in changes.items() if value is not None}
    changed = {**event, **{name: said[name] for name in PLAIN if name in said}}
    changed["maxParticipants"] = changed["maxParticipants"] or None
    if "category" in said:
        changed["category"] = list(dict.fromkeys(said["category"])) or ["Others"]
    if "tags" in said:
        changed["tags"] = list(dict.fromkeys(said["tags"]))
    return with_times(changed, event, said) if with_sizes(changed, said) else None


def with_sizes(changed: dict[str, Any], said: dict[str, Any]) -> bool:
    changed["teamEvent"] = said.get("teamEvent", changed["teamEvent"])
    both = {name: said.get(name, changed[name]) if changed["teamEvent"] else None for name in ("minSize", "maxSize")}
    changed |= {**both, "teamEventProperties": both}
    least, most = both.values()
    return not changed["teamEvent"] or (least is not None and most is not None and 1 <= least <= most)


def with_times(changed: dict[str, Any], event: dict[str, Any], said: dict[str, Any]) -> dict[str, Any] | None:
    start, end = moment(event, "date", "time"), moment(event, "endDate", "endTime")
    new_start = moment({**event, **said}, "date", "time")
    moved = new_start + (end - start)
    as_moved = {"endDate": str(moved.date()), "endTime": moved.time().isoformat("minutes")}
    ends = {name: said.get(name, as_moved[name]) for name in as_moved}
    if {"time", "endTime"} <= set(said) and "endDate" not in said and end - start < timedelta(days=1):
        goes_past_midnight = said["endTime"] < said["time"]
        ends["endDate"] = str(new_start.date() + timedelta(days=goes_past_midnight))
    changed |= {"date": str(new_start.date()), "time": new_start.time().isoformat("minutes"), **ends}
    return changed if moment(ends, "endDate", "endTime") >= new_start else None


def moment(event: dict[str, Any], day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(event[day]), time.fromisoformat(event[clock]))


@pytest.fixture
def olga(database) -> Iterator[Actor]:
    speak_in("Asia/Kolkata")
    staff = people.make("Olga", staff=True)
    festival.label(CATEGORIES, "Coding", "Contest", by=staff)
    festival.label(TAGS, "Free", "Prime", by=staff)
    yield staff
    speak_in("UTC")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(several=st.lists(CHANGES, min_size=1, max_size=6))
def test_an_event_is_what_was_given_last(olga, several):
    event = wire.event(run(festival_events.add, known(validated(EVENT, NewEvent)), by=olga))

    for changes in several:
        expected = after(event, changes)
        try:
            changed = run(festival_events.change, event["publicId"], known(validated(changes, ChangedEvent)), by=olga)
        except Invalid:
            assert expected is None
        else:
            assert wire.event(changed) == expected
            event = wire.event(changed)
        assert run_reading(lambda: wire.event(festival_events.get(event["publicId"]))) == event  # noqa: B023
