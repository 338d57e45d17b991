"""The mentor queue's table."""

from datetime import datetime

import peewee

from models.accounts import Account
from models.base import PublicTable


class MentorTicket(PublicTable):
    description = peewee.TextField()
    location = peewee.TextField()
    contact = peewee.TextField()
    opened_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    claimed_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    opened_by_id: int | None
    claimed_by_id: int | None
    created_at = peewee.DateTimeField()
    expires_at = peewee.DateTimeField()
    claimed_at = peewee.DateTimeField(null=True)
    closed_at = peewee.DateTimeField(null=True)
    expiry_told_at = peewee.DateTimeField(null=True)

    as_of: datetime
    """The moment at which it was read; what depends on the clock is told for this moment."""
    position: int | None = None
    """Its place in the queue at `as_of`, from 1; null when it is not waiting."""
    claimed_by_name: str | None = None

    class Meta:
        indexes = (
            (("closed_at", "claimed_by", "expires_at"), False),
            (("opened_by", "created_at"), False),
        )
