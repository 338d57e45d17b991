"""The database connection: SQLite or Postgres by URL, bound to the models once per process."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlsplit

import peewee

from models import db

LONGEST_UNIT_SECONDS = 5
"""A unit of work lasts at most this long; the database is told to end a longer one."""

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": LONGEST_UNIT_SECONDS * 1000,
}
POSTGRES_OPTIONS = (
    f"-c statement_timeout={LONGEST_UNIT_SECONDS}s -c lock_timeout={LONGEST_UNIT_SECONDS}s "
    f"-c idle_in_transaction_session_timeout={2 * LONGEST_UNIT_SECONDS}s -c timezone=UTC"
)


class UnknownDatabase(Exception):
    """The address names a database that the hub does not speak."""


def connect_to(address: str) -> peewee.Database:
    """Bind the models to the database at `address`; the connection itself is opened by whoever first works."""
    database = _database_at(address)
    db.initialize(database)
    return database


def _database_at(address: str) -> peewee.Database:
    scheme = urlsplit(address).scheme
    if scheme == "sqlite":
        path = Path(unquote(address.removeprefix("sqlite:///")))
        return peewee.SqliteDatabase(str(path), pragmas=SQLITE_PRAGMAS, autoconnect=False)
    if scheme in ("postgres", "postgresql"):
        return peewee.PostgresqlDatabase(
            address,
            prefer_psycopg3=True,
            autoconnect=False,
            options=POSTGRES_OPTIONS,
            connect_timeout=3,
            application_name="hub",
        )
    raise UnknownDatabase(f"HUB_DATABASE_URL: {scheme or 'it'} is neither sqlite:/// nor postgresql://")


def is_sqlite() -> bool:
    return isinstance(db.obj, peewee.SqliteDatabase)


def threads() -> int:
    """How many threads work on the database at once: SQLite writes one at a time anyway."""
    return 1 if is_sqlite() else 4


def is_worth_another_try(wrong: peewee.DatabaseError) -> bool:
    """Whether the unit met a deadlock or another's transaction, and would pass if run again."""
    cause = wrong.__cause__ or wrong.__context__
    state = getattr(cause, "sqlstate", None)
    return state in ("40001", "40P01") or (isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause))


def is_lost_connection(wrong: peewee.PeeweeException) -> bool:
    """Whether the server went away underneath the connection."""
    if is_sqlite() or not isinstance(wrong, peewee.OperationalError | peewee.InterfaceError):
        return False
    connection = db.connection() if not db.is_closed() else None
    return connection is None or connection.closed or connection.broken
