"""`health` while the database is away: whoever was looking goes on seeing what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.build import END_OTHERS, Postgres
from tests.http.console.browser import Browser, superuser
from tests.running import RunningHub

NOTHING_WAITS = {"waiting": 0, "due": 0, "leased": 0, "dead": 0, "oldest_due_seconds": 0.0}


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    """One that takes connections again in the end."""
    address = postgres.new_database()
    yield address
    postgres.execute(f"ALTER DATABASE {_name_of(address)} ALLOW_CONNECTIONS true")
    postgres.give_back(address)


@pytest.fixture
def hub(hub_on_each: RunningHub) -> RunningHub:
    return hub_on_each


@pytest.fixture
async def looking(hub: RunningHub) -> Browser:
    """Had the page open when the database was there."""
    browser = superuser(hub)
    await hub.node.pulse.beat()
    assert (await browser.get("health"))[0] == 200
    return browser


@pytest.fixture
def away(looking: Browser, postgres: Postgres, database_url: str) -> None:
    """The database throws everybody out and lets nobody in."""
    name = _name_of(database_url)
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.execute(END_OTHERS.replace("current_database()", f"'{name}'"))


def _name_of(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


async def test_whoever_was_looking_sees_what_is_wrong_and_the_queue_as_it_was(hub, looking, away):
    await hub.node.pulse.beat()

    status, said = await looking.get("health")

    assert (status, said["ready"], said["reason"]) == (200, False, "database away")
    assert said["checks"]["database"] == {"ok": False}
    assert {**said["queue"], "seconds_ago": 0} == {**NOTHING_WAITS, "seconds_ago": 0}
    assert said["history"][-1]["queue"] == dict.fromkeys(NOTHING_WAITS)


async def test_nobody_else_is_let_in(hub, looking, away):
    stranger = Browser(hub, looking.actor, "0" * len(looking.secret))

    status, said = await stranger.get("health")

    assert (status, said["error"]["code"]) == (503, "unavailable")


async def test_the_console_opens_all_the_same_and_signing_in_and_out_is_said_on_the_page(hub, looking, away):
    shell = await hub.call("GET", "/console/health", headers=looking.headers)
    calls = {"sign-in": {"username": "olga", "password": "x"}, "sign-out": {}}
    refused = [
        await hub.call("POST", f"/console/{path}", data=form, headers=looking.headers) for path, form in calls.items()
    ]

    assert (shell[0], "console/main.js" in shell[1]) == (200, True)
    assert [(status, "Try again in a moment" in page) for status, page in refused] == [(503, True)] * 2


async def test_whoever_signed_out_looks_on_no_more(hub, looking, away):
    await hub.call("POST", "/console/sign-out", headers=looking.headers)

    assert (await looking.get("health"))[0] == 503
