"""The core without a server: each test has a database of its own, of each kind, and time stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.domain.actors import Actor
from hub.perform import NoCourier, use_courier
from tests import people
from tests.build import Postgres, bound_to
from tests.conftest import HeldClock


@pytest.fixture(autouse=True)
def _time_stands_still(clock: HeldClock) -> None:
    pass


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[str]:
    """The models bound to a database of the kind that many write to at once."""
    address = postgres.new_database()
    with bound_to(address):
        yield address
    use_courier(NoCourier())


@pytest.fixture
def ada(cast: dict[str, Actor]) -> Actor:
    return cast["Ada"]


@pytest.fixture
def grace(cast: dict[str, Actor]) -> Actor:
    return cast["Grace"]


@pytest.fixture
def linus(cast: dict[str, Actor]) -> Actor:
    return cast["Linus"]


@pytest.fixture
def olga(cast: dict[str, Actor]) -> Actor:
    return cast["Olga"]


@pytest.fixture
def ann(database: str) -> Actor:
    """A student."""
    return people.actor_of(people.join("Ann", phone="a0"))


@pytest.fixture
def tom(database: str) -> Actor:
    """A tutor of CPE 101."""
    return people.actor_of(people.join("Tom", teaches=True, phone="70"))


@pytest.fixture
def eve(database: str) -> Actor:
    """Another tutor, without a phone."""
    return people.actor_of(people.join("Eve", teaches=True))
