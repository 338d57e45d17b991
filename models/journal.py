"""Every event that listeners must hear, numbered per stream without gaps."""

import peewee

from models.base import Table


class Stream(Table):
    """The head of a stream: the number of its newest event, and the epoch in which the numbers count."""

    name = peewee.CharField(max_length=100, primary_key=True)
    epoch = peewee.CharField(max_length=16)
    seq = peewee.BigIntegerField()
    moved_at = peewee.DateTimeField(index=True)


class JournalRow(Table):
    stream = peewee.CharField(max_length=100)
    seq = peewee.BigIntegerField()
    event = peewee.CharField(max_length=64)
    payload = peewee.TextField()
    """The JSON text that a stranger hears."""
    views = peewee.TextField()
    """A JSON object of account id -> JSON text, for those who see it differently."""
    at = peewee.DateTimeField(index=True)
    unit = peewee.CharField(max_length=16, null=True)
    """The unit of work that it follows from, as in `job`."""

    class Meta:
        table_name = "journal"
        primary_key = peewee.CompositeKey("stream", "seq")
