"""Work for the workers. A row is the truth about a job; what lies in Redis is only a hint that it is due."""

import peewee

from models.base import NumberedTable


class JobRow(NumberedTable):
    name = peewee.CharField(max_length=100)
    arguments = peewee.TextField()
    """A JSON object of ids and plain values, never a secret."""
    unique_key = peewee.CharField(max_length=200, null=True, unique=True)
    state = peewee.CharField(max_length=10, default="waiting")
    """waiting, leased, done or dead."""
    attempts = peewee.IntegerField(default=0)
    due_at = peewee.DateTimeField()
    due_again_at = peewee.DateTimeField(null=True)
    """When it is to be done once more; asked for while a worker was at it."""
    hand_over_at = peewee.DateTimeField()
    """When the relay hands it to the workers (again), unless one has taken it."""
    handed_at = peewee.DateTimeField(null=True)
    hand_overs = peewee.IntegerField(default=0)
    """How often it was handed over since a worker last took it."""
    leased_until = peewee.DateTimeField(null=True)
    leased_by = peewee.CharField(max_length=64, null=True)
    last_error = peewee.TextField(null=True)
    created_at = peewee.DateTimeField()
    finished_at = peewee.DateTimeField(null=True)
    unit = peewee.CharField(max_length=16, null=True)
    """The unit of work that it follows from; of one that was asked for again, the newest."""
    account_id = peewee.IntegerField(null=True, index=True)
    """Whom it is for. No reference: who has left is told of nothing, and the row says why."""

    class Meta:
        table_name = "job"
        indexes = ((("state", "hand_over_at"), False),)
