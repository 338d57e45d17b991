"""Devices that can be pushed to, and what each was last told."""

import peewee

from models.accounts import Account, LoginSession
from models.base import NumberedTable


class Device(NumberedTable):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    login_session = peewee.ForeignKeyField(LoginSession, null=True, on_delete="CASCADE")
    """The sign-in that brought it; null for browsers, which come by themselves."""
    kind = peewee.CharField(max_length=4)
    """apn, gcm or web."""
    address = peewee.TextField()
    """The provider's token, or a browser's endpoint."""
    address_hash = peewee.CharField(max_length=64, unique=True)
    """Of kind and address together, by which a device is known."""
    keys = peewee.TextField(null=True)
    """A browser's keys as a JSON object."""
    jti = peewee.CharField(max_length=64, null=True, index=True)
    """Of the signed token that it came with; it goes when that is taken back."""
    registered_at = peewee.DateTimeField()
    shown = peewee.TextField(null=True)
    """What it was last told, as the JSON text of a payload."""
    session_end_shown = peewee.IntegerField(default=0)
    """The newest session whose end it was told of, by number."""
