"""Polls: what may be chosen, how often it was, and that nobody chooses twice."""

import peewee

from models.base import NumberedTable, Table


class PollOption(NumberedTable):
    poll = peewee.IntegerField()
    option = peewee.CharField(max_length=10)
    votes = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("poll", "option"), True),)


class Vote(Table):
    """One vote; neither who cast it nor when can be told from the row."""

    voter_hash = peewee.CharField(max_length=64, primary_key=True)
    """Keyed hash of the poll and the voter."""
    poll = peewee.IntegerField()
    option = peewee.CharField(max_length=10)
