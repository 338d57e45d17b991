"""What tests of the REST edge share: the held clock, the rows as they stand, and a hub on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hub import database
from hub.perform import NoCourier, run_reading, use_courier
from models import TABLES
from tests.build import Valkey, settings
from tests.running import RunningHub

Rows = dict[str, list[tuple]]


@pytest.fixture(autouse=True)
def _held(clock) -> None:
    """Every test here begins at noon, so that whole replies can be compared."""


@pytest.fixture
def rows(hub: RunningHub) -> Callable[[], Rows]:
    """Everything that stands in the database, by table: equal before and after means that nothing happened."""
    return lambda: run_reading(_all_rows)


def _all_rows() -> Rows:
    return {table.__name__: sorted(table.select().tuples(), key=repr) for table in TABLES}


@pytest.fixture
async def hub_on_each(database_url: str, valkey: Valkey, tmp_path: Path) -> AsyncIterator[RunningHub]:
    """A hub as `hub` is, once on SQLite and once on Postgres; a file that wants both calls it `hub`."""
    async with RunningHub(settings(tmp_path, database_url, valkey.address)) as running:
        yield running
        # This test's own; the hub closes those of its threads.
        database.disconnect()
    use_courier(NoCourier())
