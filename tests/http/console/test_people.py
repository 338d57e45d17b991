"""`people`: finding somebody, and changing what they may do; what that does to them where they are signed in."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from hub.domain import accounts, devices, privileges
from hub.domain.actors import OPERATOR
from hub.domain.credentials import Keys
from hub.perform import run
from models import Account
from tests import people
from tests.build import SECRET
from tests.conftest import NOON
from tests.http.console.day import KEY_REUSED, PRIVILEGE_MISSING, SAME_KEY, cannot_use, done, no
from tests.people import Person

ADA = "people/ada%40example.org"
SUPERUSERS_ONLY = no(403, "superusers_only", "Only superusers may do that.")
OWN = no(409, "own_account", "This is your own account. Another superuser has to do that.")
NOBODY = no(404, "account_not_found", "There is nobody of this name any more. Search again.")
GOVERNING = ("disable", "enable", "sign_out")


@pytest.fixture
def ada(hub) -> Person:
    """Signed up at noon, and signed in to Vivere."""
    actor = people.make("Ada")
    run(lambda: Account.update(created_at=NOON).where(Account.id == actor.id).execute())
    return Person(actor, Keys(SECRET).mint(actor.public_id, "vivere", timedelta(days=7)))


async def names(console, query: str) -> list[str]:
    status, said = await console.get(f"people{query}")
    assert status == 200, said
    return [one["name"] for one in said["people"]]


async def test_people_are_found_by_a_part_of_their_name(console, ada, grace):
    status, said = await console.get("people?q=ADA")

    assert (status, said) == (
        200,
        {
            "people": [
                {
                    "username": "ada@example.org",
                    "name": "Ada",
                    "email": "ada@example.org",
                    "state": "normal",
                    "roles": [],
                    "last_login_at": None,
                }
            ],
            "page": 1,
            "pages": 1,
            "total": 1,
        },
    )
    assert await names(console, "") == ["Grace", "Ada", console.actor.name]
    assert await names(console, "?q=%25") == []


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("?q=%00", cannot_use("q", "contains a NUL character")),
        ("?q=" + "a" * 201, cannot_use("q", "is too long")),
        ("?page=0", cannot_use("page", "is no whole number from 1 to 1000000000")),
        ("?q=ada&page=2", no(400, "no_such_page", "page does not exist.", "page")),
    ],
    ids=["nul", "long", "page 0", "page 2"],
)
async def test_what_cannot_be_looked_for_is_refused(console, ada, query, refused):
    assert await console.get(f"people{query}") == refused


async def test_one_person_is_shown_with_all_that_staff_may_know(console, ada, clock):
    run(devices.register, ada.id, kind=devices.APN, address="a0", shown="{}")

    person = await done(console.get(ADA))

    assert person == {
        "id": ada.actor.public_id,
        "username": "ada@example.org",
        "name": "Ada",
        "email": "ada@example.org",
        "state": "normal",
        "standing": "normal",
        "privileges": None,
        "roles": [],
        "phone_number": None,
        "college": None,
        "told_by": "mail",
        "created_at": "2026-11-21T12:00:00Z",
        "last_login_at": None,
        "devices": [{"kind": "apn", "registered_at": "2026-11-21T12:00:00Z"}],
        "may": {"govern": True, "privileges": True},
    }


@pytest.mark.parametrize("name", ["a/b", "<b>?&#", "%41", "ä ö", "' or 1=1"])
async def test_whatever_somebody_is_called_their_page_is_found(console, name):
    run(accounts.sign_up, name="Odd", username=name, password_hash="x")

    status, said = await console.get(f"people/{quoted(name)}")

    assert (status, said["person"]["username"]) == (200, name)


def quoted(text: str) -> Any:
    """As `encodeURIComponent` does; aiohttp's client would undo some of that."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


async def test_privileges_are_given_and_kept_where_they_are_not_named(console, ada):
    given = {"event": ["read", "update"]}

    first = await done(console.put(f"{ADA}/privileges", {"state": "staff", "privileges": given}))
    second = await done(console.put(f"{ADA}/privileges", {"state": "superuser"}))

    assert (first["state"], first["privileges"]["event"], first["privileges"]["user"]) == ("staff", given["event"], [])
    assert (second["state"], second["privileges"]) == ("superuser", first["privileges"])


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"state": "king"}, cannot_use("state", "has 'king', which is none of normal, staff, superuser")),
        ({"state": 1}, cannot_use("state", "is not a text")),
        ({"privileges": ["read"]}, cannot_use("privileges", "is not an object")),
        ({"privileges": {"event": "read"}}, cannot_use("privileges.event", "is not a list")),
        (
            {"privileges": {"event": ["eat"]}},
            cannot_use("privileges.event", "has 'eat', which is none of read, create, update, delete"),
        ),
    ],
    ids=str,
)
async def test_privileges_that_cannot_be_are_refused(console, ada, rows, said, refused):
    before = rows()

    assert await console.put(f"{ADA}/privileges", said) == refused
    assert rows() == before


async def test_roles_are_given_and_taken(console, ada):
    for _ in range(2):
        given = await done(console.post(f"{ADA}/roles", {"role": "phonebank"}))
    for _ in range(2):
        taken = await done(console.delete(f"{ADA}/roles/phonebank"))

    assert (given["roles"], taken["roles"]) == (["phonebank"], [])
    assert await console.post(f"{ADA}/roles", {"role": "king"}) == cannot_use("role", "is none of admin, phonebank")
    assert await console.post(f"{ADA}/roles", {}) == cannot_use("role", "is missing")


async def test_who_is_disabled_is_cut_off_at_once_and_let_in_again(hub, console, ada):
    listener = await hub.listen("/messages", ada)
    graces = await hub.listen("/messages", people.join("Grace"))

    disabled = await done(console.post(f"{ADA}/disable"))

    assert await listener.until_ended()
    assert (disabled["state"], disabled["standing"], graces.ended) == ("disabled", "normal", [])
    assert (await hub.get("/vivere/mentorship/user/queue", ada))[0] == 401
    assert (await done(console.post(f"{ADA}/enable")))["state"] == "normal"
    assert (await hub.get("/vivere/mentorship/user/queue", ada))[0] == 401


async def test_who_is_signed_out_everywhere_may_come_in_again(hub, console, ada):
    await hub.get("/vivere/mentorship/user/queue", ada)
    listener = await hub.listen("/messages", ada)

    person = await done(console.post(f"{ADA}/sign_out"))

    assert await listener.until_ended()
    assert (person["state"], (await hub.get("/vivere/mentorship/user/queue", ada))[0]) == ("normal", 401)
    again = SimpleNamespace(headers={"X-MenloHacks-Authorization": await sign_in(hub)})
    assert (await hub.get("/vivere/mentorship/user/queue", again))[0] == 200


async def sign_in(hub) -> str:
    _, said = await hub.post("/vivere/user/login", {"username": "ada@example.org", "password": people.PASSWORD})
    return said["data"]["token"]


async def test_a_staff_member_who_is_disabled_leaves_the_console(console, as_staff):
    sam = as_staff()

    await done(console.post("people/sam/disable"))

    assert (await sam.get("session"))[0] == 401


async def test_nobody_does_it_to_themself_and_only_superusers_to_staff(console, as_staff, ada, rows):
    sam, sue = as_staff(), as_staff("Sue")
    run(accounts.grant_role, ada.actor.username, "phonebank")
    before = rows()

    own = [await console.post(f"people/{console.actor.username}/{what}") for what in GOVERNING]
    others = [await sam.post(f"people/{of}/{what}") for of in ("sue", "ada%40example.org") for what in GOVERNING]
    selves = [await sue.post(f"people/sue/{what}") for what in GOVERNING]
    role = await console.post(f"people/{console.actor.username}/roles", {"role": "admin"})

    assert own == selves == [OWN] * 3
    assert others == [SUPERUSERS_ONLY] * 6
    assert (role, rows() == before) == (OWN, True)


async def test_changing_somebody_asks_for_both_privileges_before_anything_is_done(as_staff, ada, rows):
    reader, changer = as_staff(given={"user": ["read"]}), as_staff("Sue", given={"user": ["update"]})
    before = rows()

    told = [await sam.post(f"{ADA}/{what}") for sam in (reader, changer) for what in GOVERNING]

    assert (told, rows() == before) == ([PRIVILEGE_MISSING] * 6, True)
    assert [(await one.get(path))[0] for one in (reader, changer) for path in ("people", ADA)] == [200, 200, 403, 403]
    assert (await done(reader.get(ADA)))["may"] == {"govern": False, "privileges": False}


async def test_who_is_nobody_is_not_found(console):
    calls = [("GET", ""), ("DELETE", "/roles/admin"), *(("POST", f"/{what}") for what in GOVERNING)]

    assert [await console.call(method, f"people/nobody{path}") for method, path in calls] == [NOBODY] * 5
    assert (await console.get("people/%00"))[0] == 404


async def test_a_change_that_is_sent_again_under_the_same_key_is_made_once(hub, console, ada):
    await console.post(f"{ADA}/roles", {"role": "admin"}, headers=SAME_KEY)
    run(accounts.revoke_role, "ada@example.org", "admin")

    again = await console.post(f"{ADA}/roles", {"role": "admin"}, headers=SAME_KEY)

    assert again[1]["person"]["roles"] == []
    assert await console.post(f"{ADA}/roles", {"role": "phonebank"}, headers=SAME_KEY) == KEY_REUSED


async def test_who_was_demoted_while_their_page_was_open_changes_nothing_any_more(hub, console, as_staff, ada):
    sam = as_staff()
    run(privileges.change, "sam", state="normal", privileges=None, by=OPERATOR)

    assert (await sam.post(f"{ADA}/disable"))[1]["error"]["code"] == "staff_only"


async def test_the_log_says_who_did_what_to_whom_by_their_ids(console, ada):
    with structlog.testing.capture_logs() as lines:
        await console.post(f"{ADA}/disable")

    governed = [line for line in lines if line["event"] == "person_governed"]
    told = {"what": "disable", "account": ada.actor.public_id, "by": console.actor.public_id}
    assert governed == [{"event": "person_governed", "log_level": "info", **told}]
