"""Fixtures: real databases, a real broker, a hub in this process, and a clock that is held."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import hypothesis
import pytest

from hub import clock as the_clock
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.perform import NoCourier, use_courier
from tests import people
from tests.build import SECRET, Postgres, Sqlite, Valkey, bound_to, settings
from tests.people import Member, Person
from tests.running import RunningHub
from tests.standins.certificate import Certificate

# The same examples on every run; `--hypothesis-profile default` looks for new ones.
hypothesis.settings.register_profile("hub", max_examples=100, deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("hub")

NOON = datetime(2026, 11, 21, 12, 0, 0)


class HeldClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


@pytest.fixture
def clock() -> Iterator[HeldClock]:
    held = HeldClock()
    the_clock.use(held)
    yield held
    the_clock.use(the_clock.system)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    server = Valkey()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """By which stand-ins for providers are known."""
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    valkey_server.flush()
    return valkey_server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    server = request.getfixturevalue(request.param)
    address = server.new_database()
    yield address
    server.give_back(address)


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """The models bound to it, for tests of the core without a server."""
    with bound_to(database_url):
        yield database_url
    use_courier(NoCourier())


@pytest.fixture
async def hub(
    sqlite: Sqlite, valkey: Valkey, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[RunningHub]:
    """A hub in this process, on SQLite; `@pytest.mark.settings(name=value)` changes its settings."""
    marker = request.node.get_closest_marker("settings")
    given = settings(tmp_path, sqlite.new_database(), valkey.address, **(marker.kwargs if marker else {}))
    async with RunningHub(given) as running:
        yield running
    use_courier(NoCourier())


def _in_the_hub(hub: RunningHub, name: str, **how: bool) -> Person:
    actor = people.make(name, **how)
    return Person(actor, Keys(SECRET).mint(actor.public_id, "vivere", timedelta(days=7)))


@pytest.fixture
def ada(hub: RunningHub) -> Person:
    return _in_the_hub(hub, "Ada")


@pytest.fixture
def grace(hub: RunningHub) -> Person:
    return _in_the_hub(hub, "Grace")


@pytest.fixture
def linus(hub: RunningHub) -> Person:
    return _in_the_hub(hub, "Linus")


@pytest.fixture
def olga(hub: RunningHub) -> Person:
    return _in_the_hub(hub, "Olga", staff=True)


@pytest.fixture
def ann(hub: RunningHub) -> Member:
    """A student."""
    return people.join("Ann", phone="a0")


@pytest.fixture
def tom(hub: RunningHub) -> Member:
    """A tutor of CPE 101."""
    return people.join("Tom", teaches=True, phone="70")


@pytest.fixture
def eve(hub: RunningHub) -> Member:
    """Another tutor, without a phone."""
    return people.join("Eve", teaches=True)


@pytest.fixture
def cast(database: str) -> dict[str, Actor]:
    """The cast without a server."""
    return {name: people.make(name, staff=name == "Olga") for name in ("Ada", "Grace", "Linus", "Olga")}


OF_PROCESSES = (
    "tests/browser/",
    "tests/faults/",
    "tests/journeys/",
    "tests/test_hub_up.py",
    "tests/test_documented.py",
    "tests/test_supervisor.py",
)
"""Tests that wait for processes, and take long by that."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files that wait over the first half of all: in the end others would have nothing to do beside them."""
    files = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
    waiting = [file for file in files if file.startswith(OF_PROCESSES)]
    others = [file for file in files if file not in waiting]
    distance = len(others) / 2 / max(1, len(waiting))
    turn = {file: float(place) for place, file in enumerate(others)}
    turn |= {file: place * distance for place, file in enumerate(waiting)}
    items.sort(key=lambda item: turn[item.nodeid.partition("::")[0]])
