"""The database connection: SQLite or Postgres by URL, bound to the models once per process."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import peewee

from models import db

LONGEST_UNIT_SECONDS = 5
"""A unit of work lasts at most this long; the database is told to end a longer one."""

FOREIGN_KEY_VIOLATION = "23503"
DEADLOCKS = ("40001", "40P01")
OF_NO_USE = ("25006", "25P02", "25P03")
"""Postgres' codes for: read-only (a primary that was demoted), in a failed transaction, ended for being idle."""

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


def connect_to(address: str) -> peewee.Database:
    """Bind the models to the database at `address`; the connection itself is opened by whoever first works."""
    database = _database_at(address)
    db.initialize(database)
    return database


def _database_at(address: str) -> peewee.Database:
    if address.startswith("sqlite:///"):
        path = Path(unquote(address.removeprefix("sqlite:///")))
        return peewee.SqliteDatabase(str(path), pragmas=SQLITE_PRAGMAS, autoconnect=False)
    return peewee.PostgresqlDatabase(
        address,
        prefer_psycopg3=True,
        autoconnect=False,
        options=POSTGRES_OPTIONS,
        connect_timeout=3,
        # A server that vanished without a word is noticed after about as long as a unit may last.
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=8000,
        application_name="hub",
    )


def disconnect() -> None:
    """Close this thread's connection, if it has one."""
    if not db.is_closed():
        db.close()


def is_sqlite() -> bool:
    return isinstance(db.obj, peewee.SqliteDatabase)


def version() -> object:
    """What stays equal for as long as nothing at all has changed in the database, whoever would have changed it.

    To be asked in a unit of work, before anything is read that is to be kept: what is read then is at least as new.
    """
    if is_sqlite():
        connection = db.connection()
        # The pragma tells of what others have changed, and only to this connection.
        (changed_by_others,) = connection.execute("PRAGMA data_version").fetchone()
        return connection, changed_by_others, connection.total_changes
    # After a failover another server may come to the same numbers.
    return db.execute_sql("SELECT pg_current_snapshot()::text, pg_postmaster_start_time()").fetchone()


def threads() -> int:
    """How many threads work on the database at once: SQLite writes one at a time anyway."""
    return 1 if is_sqlite() else 4


def is_worth_another_try(wrong: peewee.PeeweeException) -> bool:
    """Whether the unit met a deadlock or another's transaction, and would pass if run again.

    SQLite's "locked" is not among them: it waited for as long as a unit may last already.
    """
    return _sqlstate(wrong) in DEADLOCKS


def lacks_what_it_refers_to(wrong: peewee.PeeweeException) -> bool:
    """Whether a row was to refer to one that is gone, such as somebody who has left since they were let in."""
    return _sqlstate(wrong) == FOREIGN_KEY_VIOLATION or "FOREIGN KEY constraint failed" in str(wrong)


def _sqlstate(wrong: peewee.PeeweeException) -> str | None:
    return getattr(wrong.__cause__ or wrong.__context__, "sqlstate", None)


def is_lost_connection(wrong: peewee.PeeweeException) -> bool:
    """Whether the server went away underneath the connection, or became one that is no use any more."""
    if is_sqlite():
        return False
    if _sqlstate(wrong) in OF_NO_USE:
        return True
    connection = db.connection() if not db.is_closed() else None
    return connection is None or connection.closed or connection.broken
