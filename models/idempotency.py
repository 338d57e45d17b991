"""What was answered to a call that carried an idempotency key."""

import peewee

from models.base import NumberedTable


class OnceOnly(NumberedTable):
    account_id = peewee.IntegerField()
    """0 for callers without an account, such as a webhook."""
    call = peewee.CharField(max_length=100)
    key = peewee.CharField(max_length=200)
    body_hash = peewee.CharField(max_length=64)
    answer = peewee.TextField(null=True)
    at = peewee.DateTimeField(index=True)

    class Meta:
        indexes = ((("account_id", "call", "key"), True),)
