"""Hops: what is known of how something came to a person, or did not; evidence for the operator, and nothing else."""

import peewee

from models.accounts import Account
from models.base import NumberedTable


class Hop(NumberedTable):
    account = peewee.ForeignKeyField(Account, index=False, on_delete="CASCADE")
    account_id: int
    unit = peewee.CharField(max_length=16, null=True)
    """The unit of work that it follows from, as in `job` and `journal`."""
    job_id = peewee.IntegerField(null=True)
    """Of a job that may be forgotten already."""
    purpose = peewee.CharField(max_length=100, null=True)
    """What it was for: the name of the job, or which letter it is."""
    channel = peewee.CharField(max_length=6)
    """socket, push, sms, email, or job where nothing was to be sent."""
    outcome = peewee.CharField(max_length=20)
    """Such as acknowledged, accepted, delivered, failed, left_out, gone or later."""
    via = peewee.CharField(max_length=150)
    """What it went through: a node, a push service and device, a mail server."""
    detail = peewee.TextField(null=True)
    """Why, in a sentence; never a secret, an address or a number."""
    stream = peewee.CharField(max_length=100, null=True)
    since = peewee.BigIntegerField(null=True)
    seq = peewee.BigIntegerField(null=True)
    """A socket has heard the events of the stream after `since`, up to this one."""
    at = peewee.DateTimeField()

    class Meta:
        indexes = ((("account", "at"), False), (("stream", "seq"), False), (("channel", "at"), False))
