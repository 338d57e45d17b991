"""Signing in while one is signed out everywhere, in each contract that has passwords: whatever comes of it is dead."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from hub.domain import accounts, sign_outs
from hub.perform import run, run_reading
from models import LoginSession, RefreshToken, Tally
from tests.people import PASSWORD, password_hash

MD5 = hashlib.md5(PASSWORD.encode()).hexdigest()
CALLS = {
    "/vivere/user/login": {"username": "ada@example.org", "password": PASSWORD},
    "/halp/login": {"type": "halp", "email": "ada@example.org", "passwordHash": MD5},
    "/techfesia/auth/token": {"username": "ada@example.org", "password": PASSWORD},
}


def without_password(body: dict[str, str]) -> dict[str, str]:
    return {name: "0" * 32 if text in (MD5, PASSWORD) else text for name, text in body.items()}


async def until_a_try_is_counted() -> None:
    async with asyncio.timeout(5):
        while not run_reading(lambda: Tally.select().exists()):
            await asyncio.sleep(0)


@pytest.mark.settings(rate_limits=True)
@pytest.mark.parametrize("path", CALLS)
async def test_who_is_signed_out_while_their_password_is_compared_is_told_that_it_is_wrong(hub, path):
    ada = run(accounts.sign_up, name="Ada", username="ada@example.org", password_hash=password_hash())
    wrong = await hub.post(path, without_password(CALLS[path]))
    run(lambda: Tally.delete().execute())

    signing_in = asyncio.create_task(hub.post(path, CALLS[path]))
    await until_a_try_is_counted()
    run(sign_outs.everywhere, ada.id)

    assert await signing_in == wrong
    assert run_reading(lambda: LoginSession.select().count() + RefreshToken.select().count()) == 0
