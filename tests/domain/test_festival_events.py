"""The programme: events of the schedule with venues, categories, tags, sizes and pictures."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

import pytest

from hub.domain import events, festival_events, locations
from hub.domain.events import EventDeleted, EventSaved
from hub.domain.labels import CATEGORIES, OTHERS, TAGS
from hub.domain.locations import LocationSaved
from hub.domain.profiles import ImagesDropped
from hub.domain.refusals import Invalid
from hub.domain.seating import RegistrationEnded
from hub.perform import run, run_reading
from models import Event, Location
from tests.conftest import NOON
from tests.domain import entering, festival
from tests.domain.doing import at_once, facts_of, nothing_is_left
from tests.domain.entering import code_of

HOUR = timedelta(hours=1)


def places() -> list[str]:
    return run_reading(lambda: [place.name for place in locations.every()])


def shown(event: str) -> festival_events.FestivalEvent:
    return run_reading(festival_events.get, event)


def change(event: str, by, **given) -> None:
    run(festival_events.change, event, given, by=by)


def test_a_venue_that_is_new_is_made_and_told_before_the_event(database, olga):
    facts = facts_of(festival_events.add, festival.given(), by=olga)

    assert [type(fact) for fact in facts] == [LocationSaved, EventSaved]
    assert (facts[1].event.location, places()) == (facts[0].location, ["Computer Lab"])


def test_a_venue_that_exists_is_found_by_its_name_to_the_letter(database, olga):
    festival.event(olga)

    facts = facts_of(festival_events.add, festival.given(), by=olga)
    festival.event(olga, venue="computer lab")

    assert [type(fact) for fact in facts] == [EventSaved]
    assert sorted(places()) == ["Computer Lab", "computer lab"]


def test_of_many_who_name_a_new_venue_at_once_one_makes_it(database, olga):
    at_once(*[partial(run, festival_events.add, festival.given(), by=olga)] * 4)

    assert (places(), len(festival.listed())) == (["Computer Lab"], 4)


def test_of_two_places_of_one_name_an_event_stays_where_it_is(database, olga):
    run(locations.add, name="Hall", by=olga)
    second = run(locations.add, name="Hall", by=olga)
    lasts = {"start_time": NOON, "end_time": NOON}
    event = run(events.add, location=second.public_id, short_description="Opening", by=olga, **lasts).public_id

    change(event, olga, venue="Hall", short_description="Closing")

    assert shown(event).event.location == second


def test_events_can_swap_their_venues_at_once(database, olga):
    one, two = festival.event(olga, venue="Here"), festival.event(olga, venue="There")
    for here, there in [("There", "Here"), ("Here", "There")] * 2:
        at_once(partial(change, one, olga, venue=here), partial(change, two, olga, venue=there))

        assert (shown(one).event.location.name, shown(two).event.location.name) == (here, there)


def test_an_event_that_names_no_category_is_in_others_wherever_it_was_made(database, olga):
    hall = run(locations.add, name="Hall", by=olga)
    lasts = {"start_time": NOON, "end_time": NOON}
    elsewhere = run(events.add, location=hall.public_id, short_description="Opening", by=olga, **lasts).public_id

    assert [(one.categories, one.tags) for one in map(shown, [elsewhere, festival.event(olga)])] == [
        ((OTHERS,), ())
    ] * 2
    assert festival.listed(categories=[OTHERS]) == ["Opening", "Elektra"]


def test_an_event_is_in_what_it_names_once_and_in_that_order(database, olga):
    festival.label(CATEGORIES, "Coding", "Contest", by=olga)
    festival.label(TAGS, "Prime", "Free", by=olga)

    event = festival.event(olga, categories=["Contest", "Coding", "Contest"], tags=["Free", "Prime"])

    assert (shown(event).categories, shown(event).tags) == (("Contest", "Coding"), ("Free", "Prime"))
    change(event, olga, categories=[])
    assert (shown(event).categories, shown(event).tags) == ((OTHERS,), ("Free", "Prime"))


@pytest.mark.parametrize("field", ["categories", "tags"])
def test_what_an_event_is_put_in_has_to_exist(database, olga, field):
    event = festival.event(olga)
    unknown = {"categories": "category_unknown", "tags": "tag_unknown"}[field]

    assert code_of(festival_events.add, festival.given(**{field: ["Nothing"]}, venue="Elsewhere"), by=olga) == unknown
    assert code_of(festival_events.change, event, {field: ["Nothing"], "short_description": "x"}, by=olga) == unknown

    assert (festival.listed(), places()) == (["Elektra"], ["Computer Lab"])


@pytest.fixture
def programme(database, olga) -> None:
    festival.label(CATEGORIES, "Coding", "Contest", by=olga)
    festival.label(TAGS, "Free", by=olga)
    for name, hours, categories, tags in [
        ("beta", 2, ["Coding"], []),
        ("Alpha", 3, ["Coding", "Contest"], ["Free"]),
        ("Ångström", 1, [OTHERS, "Contest"], ["Free"]),
        ("ångström 2", 0, [], []),
    ]:
        more = {"categories": categories, "tags": tags, "times": festival.at(NOON + hours * HOUR)}
        festival.event(olga, short_description=name, **more)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["ångström 2", "Ångström", "beta", "Alpha"]),
        ({"order": "name"}, ["Alpha", "beta", "Ångström", "ångström 2"]),
        ({"categories": ["Coding"]}, ["beta", "Alpha"]),
        ({"categories": ["Coding", "Contest", "Coding"]}, ["Alpha"]),
        ({"categories": ["Contest"], "tags": ["Free"], "order": "name"}, ["Alpha", "Ångström"]),
        ({"categories": [OTHERS]}, ["ångström 2", "Ångström"]),
        ({"categories": [OTHERS, "Contest"]}, ["Ångström"]),
        ({"categories": ["coding"]}, []),
        ({"categories": ["Coding", "Nothing"]}, []),
        ({"tags": ["Nothing"]}, []),
        ({"size": 3}, ["ångström 2", "Ångström", "beta"]),
        ({"size": 3, "number": 2}, ["Alpha"]),
        ({"size": 2, "number": 2, "order": "name"}, ["Ångström", "ångström 2"]),
        ({"size": 2, "number": 3}, []),
        ({"size": 1000, "number": 10**9, "order": "name"}, []),
        ({"size": 1000, "number": 10**9}, []),
        ({"number": 2}, []),
        ({"size": 1, "tags": ["Free"], "number": 2}, ["Alpha"]),
    ],
    ids=str,
)
def test_the_programme_is_filtered_ordered_and_cut_into_pages(programme, wanted, found):
    assert festival.listed(**wanted) == found


def test_a_longer_programme_takes_no_more_queries(database, olga, caplog):
    festival.label(TAGS, "Free", by=olga)

    def queries() -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "peewee"):
            festival.listed()
        return len([record for record in caplog.records if "SELECT" in record.getMessage()])

    festival.event(olga, tags=["Free"])
    with_one = queries()
    for _ in range(5):
        festival.event(olga, tags=["Free"])

    assert (with_one, queries()) == (3, 3)


@pytest.mark.parametrize(
    ("sizes", "field"),
    [
        ({}, "minSize"),
        ({"min_size": 2}, "maxSize"),
        ({"min_size": 0, "max_size": 2}, "minSize"),
        ({"min_size": 3, "max_size": 2}, "maxSize"),
        ({"min_size": 1, "max_size": 1001}, "maxSize"),
    ],
    ids=str,
)
def test_an_event_for_teams_says_how_large_they_are(database, olga, sizes, field):
    event = festival.event(olga)

    for attempt in (
        partial(festival_events.add, festival.given(is_for_teams=True, **sizes)),
        partial(festival_events.change, event, {"is_for_teams": True, **sizes}),
    ):
        with pytest.raises(Invalid) as refused:
            run(attempt, by=olga)
        assert refused.value.field == field


def test_sizes_are_those_of_teams_only(database, olga):
    event = festival.event(olga, min_size=2, max_size=3)
    change(event, olga, min_size=4)
    alone = shown(event).event

    change(event, olga, is_for_teams=True, min_size=1, max_size=1000)
    change(event, olga, max_size=7)
    as_teams = shown(event).event
    change(event, olga, is_for_teams=False)

    assert [(one.min_size, one.max_size) for one in (alone, as_teams, shown(event).event)] == [
        (None, None),
        (1, 7),
        (None, None),
    ]


def test_who_takes_part_alone_or_as_a_team_is_settled_once_somebody_does(database, olga, ada):
    event = festival.event(olga)
    registration = entering.enter(event, ada)
    for_teams = {"is_for_teams": True, "min_size": 1, "max_size": 2}

    assert code_of(festival_events.change, event, for_teams, by=olga) == "event_has_registrations"
    change(event, olga, is_for_teams=False, short_description="Elektra 4.0")

    assert (shown(event).event.is_for_teams, shown(event).event.short_description) == (False, "Elektra 4.0")
    run(entering.registrations.withdraw, event, registration, by=ada)
    assert code_of(festival_events.change, event, for_teams, by=olga) is None


def test_fewer_seats_throw_nobody_out_and_more_are_given_on_at_once(database, olga, ada, grace, linus):
    event = festival.event(olga, seats=2)
    for person in (ada, grace, linus):
        entering.enter(event, person)

    change(event, olga, seats=1)
    with_fewer = list(entering.states(event).values())
    change(event, olga, seats=3)

    assert with_fewer == ["confirmed", "confirmed", "waiting"]
    assert list(entering.states(event).values()) == ["confirmed"] * 3


def test_an_event_ends_after_it_began(database, olga):
    backwards = {"times": festival.at(NOON, lasts=-HOUR)}

    for attempt in (
        partial(festival_events.add, festival.given(**backwards)),
        partial(festival_events.change, festival.event(olga), backwards),
    ):
        with pytest.raises(Invalid) as refused:
            run(attempt, by=olga)
        assert refused.value.field == "endTime"


def test_a_picture_that_is_replaced_is_given_back_to_the_store(database, olga):
    event = festival.event(olga)
    show = partial(facts_of, festival_events.set_pictures, event, by=olga)

    assert [type(fact) for fact in show(names={"picture": "1.png", "logo": "2.png"})] == [EventSaved]
    facts = show(names={"logo": "3.png"})

    assert facts == [ImagesDropped(("2.png",)), EventSaved(shown(event).event)]
    assert (shown(event).event.picture, shown(event).event.logo) == ("1.png", "3.png")


def test_with_an_event_its_pictures_and_its_registrations_go(database, olga, ada):
    event = festival.event(olga)
    entering.enter(event, ada)
    run(festival_events.set_pictures, event, {"picture": "1.png"}, by=olga)

    facts = facts_of(events.delete, event, by=olga)

    assert [type(fact) for fact in facts] == [RegistrationEnded, EventDeleted, ImagesDropped]
    assert (facts[0].people, facts[2]) == ((ada.id,), ImagesDropped(("1.png",)))
    assert run_reading(lambda: [Event.select().count(), Location.select().count()]) == [0, 1]


def test_only_staff_change_the_programme(database, ada):
    for attempt in (
        partial(festival_events.add, festival.given()),
        partial(festival_events.change, "0" * 24, {}),
        partial(festival_events.set_pictures, "0" * 24, {}),
    ):
        assert code_of(attempt, by=ada) == "staff_only"

    assert nothing_is_left()


def test_what_does_not_exist_cannot_be_changed(database, olga):
    for attempt in (
        partial(festival_events.change, "0" * 24, {}),
        partial(festival_events.set_pictures, "0" * 24, {}),
        partial(events.delete, "0" * 24),
    ):
        assert code_of(attempt, by=olga) == "event_not_found"
