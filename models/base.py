"""What every table shares: the database they are bound to at start, and the public id."""

from __future__ import annotations

import secrets

import peewee

PUBLIC_ID_LENGTH = 24

db = peewee.DatabaseProxy()


def new_public_id() -> str:
    """12 random bytes as 24 hex digits: the one id of a row that clients of any contract see."""
    return secrets.token_hex(PUBLIC_ID_LENGTH // 2)


def locked(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """The rows of `query`, which nobody else may change until this unit ends; SQLite has one writer at a time anyway."""
    return query if isinstance(db.obj, peewee.SqliteDatabase) else query.for_update()


class Table(peewee.Model):
    class Meta:
        database = db
        legacy_table_names = False


class PublicTable(Table):
    public_id = peewee.FixedCharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
