"""Registrations as staff see them: how full events are, who comes, and who is seated next."""

from __future__ import annotations

from functools import partial

import pytest

from hub.domain import registration_desk, registrations
from hub.domain.actors import OPERATOR, StaffOnly
from hub.domain.events import EventNotFound
from hub.domain.registrations import RegistrationNotFound
from hub.perform import run, run_reading
from models import Registration
from tests.domain.entering import enter, event, student, team


def seen(event_id: str, **wanted) -> list[tuple[str, str, int | None]]:
    """Whose each registration is, its state and its place."""
    page = run_reading(registration_desk.page, event_id, size=100, by=OPERATOR, **wanted)
    return [(one.people[0].username, one.registration.state, one.place) for one in page.entries]


def test_every_event_says_how_many_are_in_which_state(database):
    small, unused, paid = event(seats=1), event(), event(fee="Rs 300")
    for name in ("ada", "grace"):
        who = student(name)
        enter(small, who)
        enter(paid, who)

    shown = run_reading(registration_desk.overview, by=OPERATOR)

    counts = {one.event.public_id: tuple(one.counts.values()) for one in shown}
    assert counts == {small: (0, 1, 1), unused: (0, 0, 0), paid: (2, 0, 0)}


def test_places_in_the_waiting_list_are_those_in_which_people_are_seated(database, clock):
    event_id = event(seats=1)
    for name in ("ada", "grace", "linus"):
        enter(event_id, student(name))
        clock.forward(minutes=1)
    # Who waits since earlier, such as from before they paid, is seated first.
    last = Registration.select().order_by(Registration.id.desc()).limit(1)
    run(lambda: Registration.update(waiting_since=clock().replace(hour=1)).where(Registration.id.in_(last)).execute())

    assert seen(event_id) == [("ada", "confirmed", None), ("grace", "waiting", 2), ("linus", "waiting", 1)]
    assert seen(event_id, state="waiting") == [("grace", "waiting", 2), ("linus", "waiting", 1)]


def test_pages_go_on_where_the_last_one_ended_whoever_leaves_meanwhile(database):
    event_id = event()
    first, second, third = (enter(event_id, student(name)) for name in ("ada", "grace", "linus"))

    page = run_reading(registration_desk.page, event_id, size=2, by=OPERATOR)
    run(registrations.withdraw, event_id, second, by=OPERATOR)
    rest = run_reading(registration_desk.page, event_id, after=page.last, size=2, by=OPERATOR)

    assert [one.registration.public_id for one in page.entries] == [first, second]
    assert ([one.registration.public_id for one in rest.entries], rest.last) == ([third], None)


def test_a_team_comes_with_all_its_people(database):
    event_id = event(sizes=(2, 3))
    ada, grace = student("ada"), student("grace")
    enter(event_id, ada, team("Lovelace", ada, grace))

    (entry,) = run_reading(registration_desk.page, event_id, size=100, by=OPERATOR).entries

    assert entry.team is not None
    assert (entry.team.name, [one.username for one in entry.people]) == ("Lovelace", ["ada", "grace"])


def test_only_staff_see_them_and_what_is_not_there_is_not_found(database):
    event_id, ada = event(), student("ada")
    registration_id = enter(event_id, ada)

    for query in (
        registration_desk.overview,
        partial(registration_desk.page, event_id, size=100),
        partial(registration_desk.one, event_id, registration_id),
    ):
        with pytest.raises(StaffOnly):
            run_reading(query, by=ada)
    with pytest.raises(EventNotFound):
        run_reading(registration_desk.page, "0" * 24, size=100, by=OPERATOR)
    with pytest.raises(RegistrationNotFound):
        run_reading(registration_desk.one, event_id, "0" * 24, by=OPERATOR)
