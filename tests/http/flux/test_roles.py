"""Roles: an admin gives them, by the address of whoever gets them."""

from __future__ import annotations

import pytest

from hub.domain import accounts, roles
from hub.perform import run
from tests.http.flux.acting import FluxMember, join, say

OKAY = (200, {"status": "okay"})
NOT_FOUND = (200, {"status": "error", "error": "email not found"})


@pytest.fixture
async def ada(hub) -> FluxMember:
    """An admin, made by the operator."""
    ada = await join(hub)
    run(accounts.grant_role, ada.email, roles.ADMIN)
    return ada


async def may_hand_out(hub, who: FluxMember, call: str) -> bool:
    """Whether they have the role that a call needs; what it then answers is of no matter."""
    return (await say(hub, call, by=who))[0] == 200


async def test_an_admin_gives_a_role_which_is_good_at_once(hub, ada):
    eve = await join(hub, "Eve")
    before = await may_hand_out(hub, eve, "/phone_bank/get_next_member")

    assert await say(hub, "/give_role", by=ada, email="EVE@example.org", role="phonebank") == OKAY

    assert (before, await may_hand_out(hub, eve, "/phone_bank/get_next_member")) == (False, True)
    assert not await may_hand_out(hub, eve, "/validate_user_details")


@pytest.mark.parametrize("key", ["admin", "s"])
async def test_an_admin_makes_another_with_the_secret_under_either_key(hub, ada, key):
    eve = await join(hub, "Eve")

    assert await say(hub, "/give_admin_role", **{key: ada.s}, email=eve.email) == OKAY

    assert await may_hand_out(hub, eve, "/validate_user_details")


async def test_giving_a_role_twice_changes_nothing(hub, ada, rows):
    await join(hub, "Eve")
    await say(hub, "/give_role", by=ada, email="eve@example.org", role="phonebank")
    before = rows()

    assert await say(hub, "/give_role", by=ada, email="eve@example.org", role="phonebank") == OKAY
    assert rows() == before


async def test_an_address_that_is_nobody_s_is_said_so(hub, ada):
    assert await say(hub, "/give_role", by=ada, email="nobody@example.org", role="phonebank") == NOT_FOUND
    assert await say(hub, "/give_admin_role", admin=ada.s, email="nobody@example.org") == NOT_FOUND
