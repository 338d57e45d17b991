"""`POST user/create`."""

import pytest

from models import Account
from tests.http.vivere.saying import cannot_use, no, yes

NEW = {"name": "Jo", "username": "jo@example.org", "password": "hunter2"}
TAKEN = (400, no("Username taken", "An account with this username exists already. Sign in, or choose another."))


async def test_a_new_account_answers_a_token_that_is_good_at_once(hub):
    status, reply = await hub.post("/vivere/user/create", NEW)

    token = reply["data"]["token"]
    mine = await hub.get("/vivere/mentorship/user/claimed", headers={"X-MenloHacks-Authorization": token})
    assert (status, reply) == (201, yes({"token": token}))
    assert mine == (200, yes([]))


@pytest.mark.parametrize(
    "username",
    ["jason", "jo@example.org", "JO@Example.Org", "Zoë", "小明", "🦊", "o'brien\"; --", "a" * 200],
    ids=lambda text: text[:20],
)
async def test_a_username_may_be_any_text(hub, username):
    status, _ = await hub.post("/vivere/user/create", {**NEW, "username": username})

    _, login = await hub.post("/vivere/user/login", {"username": username, "password": "hunter2"})
    assert (status, login["data"]["username"]) == (201, username)


async def test_a_username_that_is_taken_is_refused(hub, rows):
    await hub.post("/vivere/user/create", {**NEW, "username": "jason"})
    before = rows()

    again = await hub.post("/vivere/user/create", {**NEW, "username": "jason"})

    assert again == TAKEN
    assert rows() == before


@pytest.mark.parametrize("username", ["JO@example.org", " jo@Example.ORG"])
async def test_an_email_address_is_taken_in_any_case(hub, rows, username):
    await hub.post("/vivere/user/create", NEW)
    before = rows()

    again = await hub.post("/vivere/user/create", {**NEW, "username": username})

    assert again == TAKEN
    assert rows() == before


@pytest.mark.parametrize("field", ["name", "username", "password"])
async def test_a_missing_field_is_refused(hub, rows, field):
    before = rows()

    refused = await hub.post("/vivere/user/create", {key: value for key, value in NEW.items() if key != field})

    assert refused == cannot_use(field, "is missing")
    assert rows() == before


@pytest.mark.parametrize(
    ("field", "blank"), [("name", ""), ("name", " \t"), ("username", ""), ("username", " "), ("password", "")]
)
async def test_a_blank_field_is_refused(hub, rows, field, blank):
    before = rows()

    refused = await hub.post("/vivere/user/create", {**NEW, field: blank})

    assert refused == cannot_use(field, "is blank")
    assert rows() == before


@pytest.mark.parametrize("field", ["name", "username"])
async def test_a_field_that_is_too_long_is_refused(hub, rows, field):
    before = rows()

    refused = await hub.post("/vivere/user/create", {**NEW, field: "a" * 201})

    assert refused == cannot_use(field, "is too long")
    assert rows() == before


@pytest.mark.parametrize("word", ["public", "Invitations", "category", "TAGS"])
async def test_a_word_of_another_contracts_paths_is_refused_as_a_username(hub, rows, word):
    before = rows()

    refused = await hub.post("/vivere/user/create", {**NEW, "username": word})

    assert refused == cannot_use("username", "is a reserved word")
    assert rows() == before


async def test_a_password_is_kept_as_a_hash_only(hub, rows):
    await hub.post("/vivere/user/create", NEW)

    assert "hunter2" not in repr(rows())
    assert "$argon2id$" in repr(rows()[Account.__name__])


async def test_no_answer_is_kept_for_an_idempotency_key_because_it_holds_a_token(hub, rows):
    keyed = {"Idempotency-Key": "once"}
    await hub.post("/vivere/user/create", NEW, headers=keyed)
    before = rows()

    again = await hub.post("/vivere/user/create", NEW, headers=keyed)

    assert again == TAKEN
    assert before["OnceOnly"] == rows()["OnceOnly"] == []
