"""`users/{username}/privileges`: what somebody is, and what staff may do; it counts from the next call on."""

from __future__ import annotations

import pytest

from hub.domain.privileges import SUBJECTS
from tests.http.techfesia.cast import staff

NONE: dict[str, list[str]] = {subject: [] for subject in SUBJECTS}


async def show(hub, username, by):
    return await hub.get(f"/techfesia/users/{username}/privileges", by)


async def change(hub, username, body, by):
    return await hub.call("PUT", f"/techfesia/users/{username}/privileges", by, json=body)


async def test_only_of_staff_it_is_told_what_they_may_do(hub, ada, olga, root):
    otto = staff("otto", privileges={"event": ["delete", "read"], "user": ["read"]})

    said = [await show(hub, username, otto) for username in ("ada", "root", "otto")]

    may = {**NONE, "event": ["read", "delete"], "user": ["read"]}
    assert said == [
        (200, {"state": "normal"}),
        (200, {"state": "superuser"}),
        (200, {"state": "staff", "privileges": may}),
    ]


async def test_a_superuser_makes_somebody_staff_for_some_things(hub, ada, root):
    given = {"state": "staff", "privileges": {"user": ["read"], "event": []}}

    changed = await change(hub, "ada", given, root)

    assert changed == (200, {"state": "staff", "privileges": {**NONE, "user": ["read"]}})
    assert await show(hub, "ada", ada) == changed
    assert (await hub.call("DELETE", "/techfesia/users/root", ada))[0] == 403


async def test_what_is_taken_from_somebody_is_gone_at_their_next_call(hub, olga, root):
    assert (await hub.get("/techfesia/users", olga))[0] == 200

    await change(hub, "olga", {"privileges": {"event": ["read"]}}, root)
    without_privilege = await hub.get("/techfesia/users", olga)
    await change(hub, "olga", {"state": "normal"}, root)

    assert without_privilege[0] == 403
    assert await hub.get("/techfesia/users", olga) == (403, {"detail": "Only staff may do this."})
    assert (await hub.get("/techfesia/users/olga", olga))[0] == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "king"}, "state"),
        ({"state": "disabled"}, "state"),
        ({"privileges": {"castle": ["read"]}}, "privileges"),
        ({"privileges": {"event": ["burn"]}}, "privileges.event"),
        ({"privileges": {"event": "read"}}, "privileges.event"),
        ({"privileges": ["event"]}, "privileges"),
    ],
    ids=str,
)
async def test_what_nobody_knows_is_refused_and_changes_nothing(hub, olga, root, rows, body, field):
    before = rows()

    status, said = await change(hub, "olga", body, root)

    assert (status, list(said["errors"])) == (400, [field])
    assert rows() == before


async def test_only_superusers_give_privileges_and_not_to_themselves(hub, ada, olga, root, rows):
    before, given = rows(), {"state": "superuser"}

    answers = [
        (await change(hub, whom, given, by))[0]
        for by, whom in ((None, "ada"), (ada, "ada"), (olga, "olga"), (root, "root"), (root, "nobody"))
    ]

    assert (answers, rows() == before) == ([401, 403, 403, 400, 404], True)


async def test_strangers_are_told_nothing(hub, ada):
    assert [(await show(hub, username, ada))[0] for username in ("ada", "root", "nobody")] == [403] * 3
    assert (await show(hub, "ada", None))[0] == 401
