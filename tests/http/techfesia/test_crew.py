"""`events/{id}/organisers` and `events/{id}/volunteers`."""

from __future__ import annotations

import pytest

from tests.http.techfesia.cast import staff, student
from tests.http.techfesia.programme import EVENTS, NOT_FOUND, NOWHERE, add_event, added

ODD_NAMES = ["%00", "a%00b", "%2F", "%FF", "x" * 5000, "nobody"]
NEW = {"organisers": {"role": "Head of Comittee"}, "volunteers": {"task": ["Arrange Rooms", "Take Attendence"]}}
BOTH = pytest.mark.parametrize("kind", list(NEW))
NOT_ON_THE_LIST = (404, {"detail": "They are not on this list."})


@pytest.fixture
async def event(hub, olga) -> dict:
    return await add_event(hub, olga)


def path_of(event: dict, kind: str) -> str:
    return f"{EVENTS}/{event['publicId']}/{kind}"


@BOTH
async def test_who_is_added_is_answered_with_all_and_seen_by_everybody_who_is_signed_in(
    hub, olga, ada, grace, linus, event, kind
):
    path = path_of(event, kind)
    await added(hub, path, {"username": "grace", **NEW[kind]}, olga)

    answer = await hub.post(path, {"username": "ada", **NEW[kind]}, olga)

    both = [{"username": "grace", **NEW[kind]}, {"username": "ada", **NEW[kind]}]
    assert answer == (201, both)
    assert await hub.get(path, linus) == (200, both)
    assert (await hub.get(path))[0] == 401


@BOTH
async def test_nobody_is_added_twice_and_nobody_unknown(hub, olga, ada, event, rows, kind):
    path = path_of(event, kind)
    await added(hub, path, {"username": "ada", **NEW[kind]}, olga)
    before = rows()

    again = await hub.post(path, {"username": "ada", **NEW[kind]}, olga)
    unknown = await hub.post(path, {"username": "nobody", **NEW[kind]}, olga)

    assert again == (422, {"error": "They are on this list already."})
    assert unknown == (422, {"error": "Nobody has this username."})
    assert rows() == before


@BOTH
async def test_who_takes_part_cannot_be_added(hub, olga, ada, event, kind):
    await added(hub, path_of(event, "register"), {}, ada)

    status, said = await hub.post(path_of(event, kind), {"username": "ada", **NEW[kind]}, olga)

    assert (status, list(said)) == (422, ["error"])
    assert await hub.get(path_of(event, kind), olga) == (200, [])


@BOTH
async def test_who_is_removed_is_gone(hub, olga, ada, event, kind):
    path = path_of(event, kind)
    await added(hub, path, {"username": "ada", **NEW[kind]}, olga)

    assert await hub.call("DELETE", f"{path}/ada", olga) == (204, "")
    assert await hub.call("DELETE", f"{path}/ada", olga) == NOT_ON_THE_LIST
    assert await hub.get(path, olga) == (200, [])


async def test_a_volunteer_is_asked_to_do_other_things(hub, olga, ada, event):
    path = path_of(event, "volunteers")
    await added(hub, path, {"username": "ada", "task": ["Doors"]}, olga)

    answer = await hub.call("PUT", f"{path}/ada", olga, json={"task": ["Task1", "Task2"]})

    tasks = ["Task1", "Task2"]
    ids = {"eventid": event["publicId"], "publicId": event["publicId"]}
    assert answer == (200, {**ids, "volunteer": "ada", "username": "ada", "task": tasks})
    assert await hub.get(path, olga) == (200, [{"username": "ada", "task": tasks}])


async def test_what_is_missing_or_odd_in_a_body_is_named(hub, olga, ada, event, rows):
    before = rows()
    wrong = {
        "organisers": [({}, "username"), ({"username": "ada"}, "role"), ({"username": "ada", "role": " "}, "role")],
        "volunteers": [({"username": "ada"}, "task"), ({"username": "ada", "task": "Doors"}, "task")],
    }

    for kind, several in wrong.items():
        for body, field in several:
            status, said = await hub.post(path_of(event, kind), body, olga)
            assert (status, list(said["errors"])) == (400, [field])
    assert rows() == before


async def test_an_event_or_a_person_of_any_form_is_not_found(hub_on_each):
    hub, olga, _ = hub_on_each, staff("olga"), student("ada")
    event = await add_event(hub, olga)

    for kind, new in NEW.items():
        assert await hub.get(f"{EVENTS}/{NOWHERE}/{kind}", olga) == NOT_FOUND
        assert await hub.post(f"{EVENTS}/x/{kind}", {"username": "ada", **new}, olga) == NOT_FOUND
        for odd in ODD_NAMES:
            status, _ = await hub.call("DELETE", f"{path_of(event, kind)}/{odd}", olga)
            assert (odd[:5], status) == (odd[:5], 404)
