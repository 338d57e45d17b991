"""What was taken back or taken over lately stays known for long enough, however often it happens."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from hub.domain.credentials import Claims
from hub.realtime import registry
from hub.realtime.connection import Connection
from hub.realtime.echo import Echo
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.registry import Registry
from hub.realtime.session import Session

ENGINE = Echo(Heartbeats(Heartbeat(20, 10))).engine


@pytest.fixture
def known(monkeypatch) -> Registry:
    monkeypatch.setattr(registry, "LETTING_IN_SECONDS", 0.05)
    return Registry(lambda connection, claims: None)


async def test_an_account_that_is_signed_out_twice_is_known_for_the_whole_time_after_the_second(known):
    late = Connection(Session(ENGINE, "session", "127.0.0.1", 20, 10), "sid", "/mentor", "mentor")
    late.claims = Claims("account", "jti", datetime.max)

    known.take_back("account-account")
    after_the_first = known._taken_back["account-account"]
    known.take_back("account-account")

    assert (after_the_first.cancelled(), known.was_taken_back(late)) == (True, True)
    async with asyncio.timeout(5):
        while known.was_taken_back(late):
            await asyncio.sleep(0.01)
