"""What every table shares: the database they are bound to at start, and the public id."""

from __future__ import annotations

import secrets
from typing import TypeVar

import peewee
from peewee import ModelSelect

PUBLIC_ID_LENGTH = 24

M = TypeVar("M", bound=peewee.Model)

db = peewee.DatabaseProxy()


def new_public_id() -> str:
    """12 random bytes as 24 hex digits: the one id of a row that clients of any contract see."""
    return secrets.token_hex(PUBLIC_ID_LENGTH // 2)


def locked(query: ModelSelect[M]) -> ModelSelect[M]:
    """The rows of `query`, which nobody else may change until this unit ends.

    SQLite has one writer at a time anyway.
    """
    return query if isinstance(db.obj, peewee.SqliteDatabase) else query.for_update()


def held(query: ModelSelect[M]) -> ModelSelect[M]:
    """The rows of `query`, which others may refer to but not hold too until this unit ends."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        return query
    # Peewee takes any strength of lock as a text, and does not say so in its types.
    return query.for_update("FOR NO KEY UPDATE")  # type: ignore[arg-type]


def free(query: ModelSelect[M]) -> ModelSelect[M]:
    """The rows of `query` that nobody else is changing, locked like that."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        return query
    # As above: a text that Peewee's types do not know.
    return query.for_update("FOR UPDATE SKIP LOCKED")  # type: ignore[arg-type]


def alone(table: type[peewee.Model]) -> None:
    """Have everybody else wait who would write to this table until this unit ends; reading goes on."""
    if not isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql(f'LOCK TABLE "{table._meta.table_name}" IN SHARE ROW EXCLUSIVE MODE')


def by_default(value: str) -> list[peewee.Node]:
    """For a column that came to a table with rows in it: what those hold, as the database spells it.

    SQLite can add such a column in place; without a default it would rebuild the table, and rows that refer to it go.
    """
    return [peewee.SQL(f"DEFAULT {value}")]


class Table(peewee.Model):
    class Meta:
        database = db
        legacy_table_names = False


class NumberedTable(Table):
    """Rows that are counted; the number stays inside the hub, but for the one contract whose clients know it."""

    id = peewee.AutoField()


class PublicTable(NumberedTable):
    public_id = peewee.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
