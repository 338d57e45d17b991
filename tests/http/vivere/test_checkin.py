"""`POST user/checkin`."""

import asyncio
from collections import Counter

import pytest

from hub.domain import attendance
from hub.perform import run
from tests.http.vivere.acting import DOOR
from tests.http.vivere.saying import cannot_use, no, yes

NOT_A_VOLUNTEER = (401, no("Not a volunteer", "Send the check-in password in X-MenloHacks-Admin."))
ALREADY_IN = (409, no("Already checked in", "This person was let in before and has not left."))
NOBODY = (404, no("No such person", "Nobody has this username. Check the badge."))
ADA = {"username": "ada@example.org", "name": "Ada", "tshirt_size": "", "photo_form": "", "liability_form": ""}


async def check_in(hub, username: str = "ada@example.org", headers=DOOR):
    return await hub.post("/vivere/user/checkin", {"username": username}, headers=headers)


async def test_a_scanned_badge_lets_a_person_in_and_missing_forms_are_empty_texts(hub, ada):
    assert await check_in(hub) == (200, yes(ADA))
    assert await hub.get("/vivere/get_users", headers=DOOR) == (200, yes(["Ada"]))


async def test_the_volunteer_sees_what_the_attendee_brings(hub):
    papers = {"tshirt_size": "M", "photo_form": "https://forms.example/1", "liability_form": "https://forms.example/2"}
    run(attendance.set_papers, "kim", name="Kim", **papers)

    assert await check_in(hub, "kim") == (200, yes({"username": "kim", "name": "Kim", **papers}))


async def test_who_is_in_cannot_come_in_again(hub, ada, rows):
    await check_in(hub)
    before = rows()

    assert await check_in(hub) == ALREADY_IN
    assert rows() == before


async def test_who_left_may_come_back(hub, ada):
    await check_in(hub)
    await hub.post("/vivere/user/checkout", {"username": "ada@example.org"}, headers=DOOR)

    assert await check_in(hub) == (200, yes(ADA))


async def test_of_volunteers_who_scan_one_badge_at_once_one_is_told_yes(hub, ada):
    replies = await asyncio.gather(*(check_in(hub) for _ in range(6)))

    assert Counter(status for status, _ in replies) == {200: 1, 409: 5}


async def test_an_unknown_username_is_not_found(hub, rows):
    before = rows()

    assert await check_in(hub, "nobody") == NOBODY
    assert rows() == before


@pytest.mark.parametrize("password", [None, "", "let me in!", "LET ME IN", "lét me in"])
async def test_without_the_shared_password_nobody_is_let_in(hub, ada, rows, password):
    before = rows()

    refused = await check_in(hub, headers={} if password is None else {"X-MenloHacks-Admin": password})

    assert refused == NOT_A_VOLUNTEER
    assert rows() == before


@pytest.mark.settings(vivere_checkin_password="")
@pytest.mark.parametrize("headers", [{}, {"X-MenloHacks-Admin": ""}, DOOR], ids=repr)
async def test_where_no_password_is_set_the_door_stays_shut(hub, ada, headers):
    assert await check_in(hub, headers=headers) == NOT_A_VOLUNTEER


async def test_an_organisers_token_is_not_the_doors_password(hub, olga, ada):
    assert await check_in(hub, headers=olga.headers) == NOT_A_VOLUNTEER


async def test_a_missing_or_blank_username_is_refused(hub):
    missing = await hub.post("/vivere/user/checkin", {}, headers=DOOR)
    blank = await check_in(hub, " ")

    assert (missing, blank) == (cannot_use("username", "is missing"), cannot_use("username", "is blank"))


async def test_a_scan_that_is_sent_again_with_its_key_gets_the_same_answer(hub, ada, rows):
    keyed = {**DOOR, "Idempotency-Key": "scan 1"}
    await check_in(hub, headers=keyed)
    before = rows()

    assert await check_in(hub, headers=keyed) == (200, yes(ADA))
    assert rows() == before
