"""Bringing the database's schema up to date, with Peewee's own runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Runner

import models
from hub.perform import DatabaseAway
from models import db

FOLDER = Path(models.__file__).parent / "migrations"


def runner() -> Runner:
    return Runner(db.obj, str(FOLDER))


def migrate() -> list[str]:
    """Apply what is pending; answers the names of what was applied. One process at a time."""
    with _connected():
        return runner().up()


def pending() -> list[str]:
    """What `migrate` would apply."""
    with _connected():
        return [migration.name for migration in runner().status() if not migration.applied]


@contextmanager
def _connected() -> Iterator[None]:
    try:
        db.connect(reuse_if_open=True)
    except peewee.OperationalError as wrong:
        raise DatabaseAway() from wrong
    try:
        yield
    finally:
        db.close()
