"""Bringing the database's schema up to date, with Peewee's own runner."""

from __future__ import annotations

from pathlib import Path

from playhouse.migrations import Runner

import models
from models import db

FOLDER = Path(models.__file__).parent / "migrations"


def runner() -> Runner:
    return Runner(db.obj, str(FOLDER))


def migrate() -> list[str]:
    """Apply what is pending; answers the names of what was applied. One process at a time."""
    db.connect(reuse_if_open=True)
    try:
        return runner().up()
    finally:
        db.close()


def pending() -> list[str]:
    """What `migrate` would apply."""
    db.connect(reuse_if_open=True)
    try:
        return [migration.name for migration in runner().status() if not migration.applied]
    finally:
        db.close()
