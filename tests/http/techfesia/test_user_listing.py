"""`GET users`: pages of users, of whom every field is a filter."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from hub.domain import accounts
from hub.perform import run
from tests.http.techfesia.cast import staff, student
from tests.people import password_hash


@pytest.fixture
async def hub(hub_on_each):
    """On both databases: a filter is a question to them."""
    return hub_on_each


@pytest.fixture
def crowd(hub, clock):
    """Ada and Grace of one college, Linus who came a day later, Vi by another contract, and Olga who asks."""
    people = {"ada": student("ada", phoneNumber="+91 1", profilePicture="https://pictures.example/Ada.png")}
    people["grace"] = student("grace", firstName="Grace Brewster", lastName="Hopper")
    clock.forward(days=1)
    people["linus"] = student("linus", collegeName="Another", firstName=None, lastName=None)
    run(accounts.sign_up, name="Vi van Lee", username="vi", password_hash=password_hash())
    people["olga"] = staff("olga")
    return people


async def listed(hub, crowd, query: str) -> list[str]:
    status, said = await hub.get(f"/techfesia/users?{query}", crowd["olga"])
    assert status == 200, said
    return [user["username"] for user in said["users"]]


async def test_users_come_in_order_of_their_names_with_ten_fields(hub, crowd):
    status, said = await hub.get("/techfesia/users/?limit=2&page=2", crowd["olga"])

    _, linus = await hub.get("/techfesia/users/linus", crowd["linus"])
    del linus["notifyBy"]
    assert (status, list(said)) == (200, ["currentPage", "noOfPages", "users"])
    assert (said["currentPage"], said["noOfPages"], said["users"][0]) == (2, 3, linus)
    assert [user["username"] for user in said["users"]] == ["linus", "olga"]


FILTERS = {
    "limit&page&username=&collegeName&dateJoined": ["ada", "grace", "linus", "olga", "vi"],
    "username=ADA": ["ada"],
    "firstName=grace%20brewster": ["grace"],
    "firstName=vi": ["vi"],
    "firstName=vi%20van": [],
    "lastName=van%20lee": ["vi"],
    "lastName=LEE": ["ada"],
    "firstName=linus": [],
    "firstName=%25": [],
    "email=GRACE@example.org": ["grace"],
    "phoneNumber=%2B91%201": ["ada"],
    "collegeName=test%20college%20123": ["ada", "grace"],
    "collegeName=test%20college%20123&firstName=ada": ["ada"],
    "collegeName=Test": [],
    "profilePicture=https://pictures.example/ada.png": ["ada"],
    "dateJoined=2026-11-21": ["ada", "grace"],
    "dateJoined=2026-11-22T12:00:00Z": ["linus", "olga", "vi"],
    "dateJoined=2026-11-22T13:00:00%2B01:00": ["linus", "olga", "vi"],
    "dateJoined=2026-11-22T12:00:01Z": [],
    "lastLogin=2026-11-21": ["ada", "grace"],
    "lastLogin=2026-11-20": [],
    "publicId=0": [],
    "surprise=1&username=vi": ["vi"],
}


async def test_every_field_is_a_filter(hub, crowd):
    found = {query: await listed(hub, crowd, query) for query in FILTERS}

    assert found == FILTERS


async def test_an_id_is_a_filter_too(hub, crowd):
    public_id = crowd["ada"].actor.public_id

    assert await listed(hub, crowd, f"publicId={public_id.upper()}") == ["ada"]


async def test_behind_the_last_page_there_is_none(hub, crowd):
    said = {"message": "This page does not exist", "pageSize": 2, "noOfPages": 3}

    assert await hub.get("/techfesia/users?limit=2&page=4", crowd["olga"]) == (400, said)
    assert await hub.get("/techfesia/users?limit=2&page=0", crowd["olga"]) == (400, said)
    assert await listed(hub, crowd, "username=nobody") == []


NO_USE = [
    *(("limit", "0"), ("limit", "x"), ("page", "-1"), ("username", "a\0"), ("dateJoined", "soon")),
    *(("lastLogin", "9999-12-31"), ("dateJoined", "2026-13-01"), ("dateJoined", "2026-11-21T25")),
]


async def test_a_query_that_cannot_be_used_is_said_by_field(hub, crowd):
    answers = [await hub.get(f"/techfesia/users?{field}={quote(value)}", crowd["olga"]) for field, value in NO_USE]

    assert [(status, *said["errors"]) for status, said in answers] == [(400, field) for field, _ in NO_USE]


async def test_only_staff_who_may_read_users_are_told(hub, crowd):
    blind = staff("blind", privileges={"event": ["read"], "user": ["update"]})

    answers = [(await hub.get("/techfesia/users", who))[0] for who in (None, crowd["linus"], blind)]

    assert answers == [401, 403, 403]
