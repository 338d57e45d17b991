"""Sites made of real processes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from hub.domain.actors import Actor
from tests import people
from tests.build import Postgres, Sqlite, Valkey, bound_to
from tests.people import Person
from tests.processes import Nursery, Server, Site


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    mother = Nursery()
    yield mother
    mother.close()


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A broker of this test's own, to be killed."""
    server = Valkey()
    yield server
    server.stop()


@pytest.fixture
def site(nursery: Nursery, tmp_path: Path, sqlite: Sqlite, broker: Valkey) -> Iterator[Site]:
    """On SQLite."""
    made = Site(nursery, tmp_path, sqlite.new_database(), broker.address)
    yield made
    made.close()


@pytest.fixture
def postgres_site(nursery: Nursery, tmp_path: Path, postgres: Postgres, broker: Valkey) -> Iterator[Site]:
    made = Site(nursery, tmp_path, postgres.new_database(), broker.address)
    yield made
    made.close()


@pytest.fixture(params=["site", "postgres_site"], ids=["sqlite", "postgres"])
def any_site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)


async def organiser_of(site: Site, server: Server) -> Person:
    """Olga, who organises, made in the running hub."""
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        people.make("Olga", staff=True)
    _, reply = await server.post("/vivere/user/login", {"username": "olga", "password": people.PASSWORD})
    return Person(Actor(0, "", "olga", "Olga"), reply["data"]["token"])


@pytest.fixture
def organiser(any_site: Site) -> Callable[[Server], Awaitable[Person]]:
    return lambda server: organiser_of(any_site, server)
