"""Mails and text messages that were given to a provider, and what became of them."""

import peewee

from models.accounts import Account
from models.base import PublicTable


class SentMessage(PublicTable):
    channel = peewee.CharField(max_length=5)
    """email or sms."""
    purpose = peewee.CharField(max_length=30)
    account = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    account_id: int | None
    key = peewee.CharField(max_length=150, null=True, unique=True)
    """What it is one message by, however often a worker begins it."""
    reference = peewee.CharField(max_length=300, null=True, index=True)
    """The provider's name for it."""
    status = peewee.CharField(max_length=20, default="waiting")
    detail = peewee.TextField(null=True)
    """Why it did not arrive, as the provider says."""
    created_at = peewee.DateTimeField(index=True)
    changed_at = peewee.DateTimeField()
    unit = peewee.CharField(max_length=16, null=True)
    """The unit of work that its job follows from."""
    job_id = peewee.IntegerField(null=True)
