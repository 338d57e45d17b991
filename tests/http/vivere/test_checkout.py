"""`POST user/checkout`."""

import pytest

from tests.http.vivere.acting import DOOR
from tests.http.vivere.saying import cannot_use, no, yes

NOT_A_VOLUNTEER = (401, no("Not a volunteer", "Send the check-in password in X-MenloHacks-Admin."))
NOT_IN = (409, no("Not checked in", "This person is not inside."))
NOBODY = (404, no("No such person", "Nobody has this username. Check the badge."))
ADA = {"username": "ada@example.org", "name": "Ada", "tshirt_size": "", "photo_form": "", "liability_form": ""}


async def check_out(hub, username: str = "ada@example.org", headers=DOOR):
    return await hub.post("/vivere/user/checkout", {"username": username}, headers=headers)


@pytest.fixture
async def ada_inside(hub, ada) -> None:
    await hub.post("/vivere/user/checkin", {"username": "ada@example.org"}, headers=DOOR)


async def test_who_is_in_may_leave(hub, ada_inside):
    assert await check_out(hub) == (200, yes(ADA))
    assert await hub.get("/vivere/get_users", headers=DOOR) == (200, yes([]))


async def test_who_is_not_in_cannot_leave(hub, ada, rows):
    before = rows()

    assert await check_out(hub) == NOT_IN
    assert rows() == before


async def test_who_left_cannot_leave_again(hub, ada_inside, clock, rows):
    await check_out(hub)
    clock.forward(minutes=1)
    before = rows()

    assert await check_out(hub) == NOT_IN
    assert rows() == before


async def test_an_unknown_username_is_not_found(hub):
    assert await check_out(hub, "nobody") == NOBODY


async def test_without_the_shared_password_nobody_is_let_out(hub, ada_inside, rows):
    before = rows()

    assert await check_out(hub, headers={}) == NOT_A_VOLUNTEER
    assert rows() == before


async def test_a_missing_username_is_refused(hub):
    assert await hub.post("/vivere/user/checkout", {}, headers=DOOR) == cannot_use("username", "is missing")
