"""`POST user/login`."""

import pytest

from hub.domain import attendance
from hub.perform import run
from tests.http.vivere.saying import cannot_use, no, yes
from tests.people import PASSWORD

WRONG = (401, no("Wrong username or password", "Check both and try again."))


async def test_the_right_password_answers_name_token_and_username(hub, ada):
    status, reply = await hub.post("/vivere/user/login", {"username": "ada@example.org", "password": PASSWORD})

    token = reply["data"]["token"]
    mine = await hub.get("/vivere/mentorship/user/claimed", headers={"X-MenloHacks-Authorization": token})
    assert (status, reply) == (200, yes({"name": "Ada", "token": token, "username": "ada@example.org"}))
    assert mine == (200, yes([]))


@pytest.mark.parametrize("typed", ["ADA@example.org", "Ada@Example.ORG", " ada@example.org "])
async def test_an_email_in_any_case_signs_in_and_goes_back_byte_for_byte(hub, ada, typed):
    status, reply = await hub.post("/vivere/user/login", {"username": typed, "password": PASSWORD})

    assert (status, reply["data"]["username"]) == (200, typed)


@pytest.mark.parametrize("typed", ["olga", "olga@example.org", "OLGA@EXAMPLE.ORG"])
async def test_a_person_signs_in_by_username_or_by_email(hub, olga, typed):
    status, reply = await hub.post("/vivere/user/login", {"username": typed, "password": PASSWORD})

    assert (status, reply["data"]["name"], reply["data"]["username"]) == (200, "Olga", typed)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada@example.org", "Correct Horse"),
        ("ada@example.org", PASSWORD + " "),
        ("nobody@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("OLGA", PASSWORD),
    ],
)
async def test_an_unknown_user_and_a_wrong_password_get_the_same_words(hub, ada, olga, rows, username, password):
    before = rows()

    refused = await hub.post("/vivere/user/login", {"username": username, "password": password})

    assert refused == WRONG
    assert rows() == before


async def test_an_attendee_without_a_password_cannot_sign_in(hub):
    run(attendance.set_papers, "kim@example.org", name="Kim", tshirt_size="M")

    refused = await hub.post("/vivere/user/login", {"username": "kim@example.org", "password": ""})
    guessed = await hub.post("/vivere/user/login", {"username": "kim@example.org", "password": "nobody"})

    assert refused == cannot_use("password", "is blank")
    assert guessed == WRONG


@pytest.mark.parametrize("field", ["username", "password"])
async def test_a_missing_or_blank_field_is_refused(hub, ada, field):
    body = {"username": "ada@example.org", "password": PASSWORD}

    missing = await hub.post("/vivere/user/login", {key: value for key, value in body.items() if key != field})
    blank = await hub.post("/vivere/user/login", {**body, field: ""})

    assert missing == cannot_use(field, "is missing")
    assert blank == cannot_use(field, "is blank")


async def test_a_dead_token_that_an_old_phone_still_sends_does_not_keep_it_from_signing_in(hub, ada):
    dead = {"X-MenloHacks-Authorization": "long.since.dead"}

    status, reply = await hub.post(
        "/vivere/user/login", {"username": "ada@example.org", "password": PASSWORD}, headers=dead
    )

    assert (status, reply["data"]["name"]) == (200, "Ada")
