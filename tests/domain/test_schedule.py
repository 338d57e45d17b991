"""The schedule: places, events and the four times; organisers change it, and every change is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import events, locations, times
from hub.domain.actors import StaffOnly
from hub.domain.events import EventDeleted, EventNotFound, EventSaved
from hub.domain.locations import LocationDeleted, LocationInUse, LocationNotFound, LocationSaved
from hub.domain.refusals import Invalid
from hub.domain.times import NOT_SET, TimesSet
from hub.perform import run, run_reading
from models import Event, Location, Times
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

HOUR = timedelta(hours=1)
ROUNDS = 10
"""How often a race is run that can go well by luck."""
NOWHERE = "0" * 24


@pytest.fixture
def hall(olga) -> Location:
    return run(locations.add, name="Hall", rank=0, by=olga)


@pytest.fixture
def attic(olga) -> Location:
    return run(locations.add, name="Attic", by=olga)


@pytest.fixture
def opening(olga, hall) -> Event:
    return run(
        events.add, location=hall.public_id, short_description="Opening", start_time=NOON, end_time=NOON + HOUR, by=olga
    )


def programme() -> list[tuple[str, str]]:
    return run_reading(lambda: [(event.short_description, event.location.name) for event in events.schedule()])


def names(query) -> list[str]:
    return run_reading(lambda: [location.name for location in query()])


def test_a_place_is_on_the_list_of_maps_where_it_has_a_rank(database, olga, hall, attic):
    run(locations.add, name="Gate", rank=2, by=olga)
    run(locations.add, name="Bar", rank=2, by=olga)

    assert names(locations.maps) == ["Hall", "Gate", "Bar"]
    assert names(locations.every) == ["Attic", "Bar", "Gate", "Hall"]


def test_a_changed_place_keeps_what_was_not_named_and_is_told(database, olga, hall):
    assert facts_of(locations.change, hall.public_id, name="Great hall", by=olga) == [LocationSaved(hall)]

    changed = run_reading(locations.get, hall.public_id)
    assert (changed.name, changed.rank) == ("Great hall", 0)


def test_who_change_different_fields_of_a_place_at_once_all_succeed(database, olga, hall):
    for number in range(ROUNDS):
        wanted = {"name": f"Hall {number}", "rank": number, "image_key": str(number), "image_type": f"image/{number}"}

        at_once(*[partial(run, locations.change, hall.public_id, by=olga, **{name: wanted[name]}) for name in wanted])

        changed = run_reading(locations.get, hall.public_id)
        assert {name: getattr(changed, name) for name in wanted} == wanted


def test_a_new_image_answers_the_key_of_the_one_before(database, olga, hall):
    image = partial(run, locations.set_image, hall.public_id, content_type="image/png", by=olga)

    assert [image(key="one")[1], image(key="two")[1]] == [None, "one"]
    assert run_reading(locations.get, hall.public_id).image_key == "two"


def test_a_place_where_something_takes_place_cannot_be_deleted(database, olga, hall, opening):
    with pytest.raises(LocationInUse):
        run(locations.delete, hall.public_id, by=olga)

    assert programme() == [("Opening", "Hall")]


def test_a_place_where_nothing_takes_place_any_more_can_be_deleted(database, olga, hall, opening):
    run(events.delete, opening.public_id, by=olga)

    assert facts_of(locations.delete, hall.public_id, by=olga) == [LocationDeleted(hall.public_id)]
    assert run_reading(locations.every) == []


def test_a_place_is_not_deleted_under_an_event_that_is_moved_there_at_the_same_moment(database, olga, attic, opening):
    outcomes = at_once(
        partial(run, locations.delete, attic.public_id, by=olga),
        partial(run, events.change, opening.public_id, location=attic.public_id, by=olga),
    )

    assert codes(outcomes) in (["location_in_use"], ["location_not_found"])
    assert programme() == [("Opening", "Attic" if codes(outcomes) == ["location_in_use"] else "Hall")]


def test_an_event_is_told_with_its_place(database, olga, hall):
    (fact,) = facts_of(
        events.add, location=hall.public_id, short_description="Opening", start_time=NOON, end_time=NOON, by=olga
    )

    assert (type(fact), fact.event.location.name, fact.event.long_description) == (EventSaved, "Hall", "")


def test_an_event_keeps_what_was_not_named(database, olga, opening, attic):
    assert facts_of(events.change, opening.public_id, location=attic.public_id, by=olga) == [EventSaved(opening)]
    run(events.change, opening.public_id, short_description="Welcome", by=olga)

    assert programme() == [("Welcome", "Attic")]
    assert run_reading(lambda: Event.get().end_time) == NOON + HOUR


def test_the_schedule_is_in_the_order_of_time(database, olga, hall, opening):
    for name, start in (("Closing", NOON + 9 * HOUR), ("Breakfast", NOON - HOUR), ("Sponsors", NOON)):
        run(events.add, location=hall.public_id, short_description=name, start_time=start, end_time=start, by=olga)

    assert [name for name, _ in programme()] == ["Breakfast", "Opening", "Sponsors", "Closing"]


def test_an_event_ends_after_it_began(database, olga, opening):
    with pytest.raises(Invalid) as refused:
        run(events.change, opening.public_id, end_time=NOON - HOUR, by=olga)
    assert refused.value.field == "end_time"

    run(events.change, opening.public_id, end_time=NOON, by=olga)


def test_an_event_takes_place_somewhere(database, olga, opening):
    for attempt in (
        partial(events.add, location=NOWHERE, short_description="", start_time=NOON, end_time=NOON, by=olga),
        partial(events.change, opening.public_id, location=NOWHERE, by=olga),
    ):
        with pytest.raises(LocationNotFound):
            run(attempt)

    assert programme() == [("Opening", "Hall")]


def test_a_deleted_event_is_told_and_gone(database, olga, opening):
    assert facts_of(events.delete, opening.public_id, by=olga) == [EventDeleted(opening.public_id)]

    assert programme() == []
    for action in (events.delete, events.change):
        with pytest.raises(EventNotFound):
            run(action, opening.public_id, by=olga)


def test_what_does_not_exist_cannot_be_changed(database, olga):
    for action in (
        partial(locations.change, NOWHERE, name="x", by=olga),
        partial(locations.delete, NOWHERE, by=olga),
        partial(locations.set_image, NOWHERE, key="k", content_type="image/png", by=olga),
        partial(locations.get, NOWHERE),
    ):
        with pytest.raises(LocationNotFound):
            run(action)


def test_until_the_times_are_set_a_moment_long_past_is_told(database):
    now = run_reading(times.current)

    assert {now.event_start_time, now.event_end_time, now.hacking_start_time, now.hacking_end_time} == {NOT_SET}
    assert run_reading(lambda: Times.select().count()) == 0


def test_times_that_are_not_named_are_kept(database, olga):
    assert [type(fact) for fact in facts_of(times.change, event_start_time=NOON, by=olga)] == [TimesSet]
    run(times.change, event_end_time=NOON + 24 * HOUR, hacking_start_time=NOON + HOUR, by=olga)

    now = run_reading(times.current)
    assert (now.event_start_time, now.event_end_time) == (NOON, NOON + 24 * HOUR)
    assert (now.hacking_start_time, now.hacking_end_time) == (NOON + HOUR, NOT_SET)


def test_who_set_different_times_at_the_same_moment_all_succeed(database, olga):
    whats = ("event_start_time", "event_end_time", "hacking_start_time", "hacking_end_time")

    for _ in range(ROUNDS):
        run(lambda: Times.delete().execute())

        at_once(*[partial(run, times.change, by=olga, **{what: NOON}) for what in whats])

        now = run_reading(times.current)
        assert [getattr(now, what) for what in whats] == [NOON] * 4


@pytest.mark.parametrize("what", ["event", "hacking"])
def test_times_run_forwards(database, olga, what):
    run(times.change, by=olga, **{f"{what}_start_time": NOON})

    with pytest.raises(Invalid) as refused:
        run(times.change, by=olga, **{f"{what}_end_time": NOON - HOUR})

    assert refused.value.field == f"{what}_end_time"
    assert getattr(run_reading(times.current), f"{what}_end_time") == NOT_SET


def test_only_organisers_change_the_schedule(database, ada):
    for attempt in (
        partial(locations.add, name="Bar", by=ada),
        partial(locations.change, NOWHERE, by=ada),
        partial(locations.set_image, NOWHERE, key="k", content_type="image/png", by=ada),
        partial(locations.delete, NOWHERE, by=ada),
        partial(events.add, location=NOWHERE, by=ada),
        partial(events.change, NOWHERE, by=ada),
        partial(events.delete, NOWHERE, by=ada),
        partial(times.change, event_start_time=NOON, by=ada),
    ):
        with pytest.raises(StaffOnly):
            run(attempt)

    assert nothing_is_left()
