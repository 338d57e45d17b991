"""How often something was tried lately."""

import peewee

from models.base import Table


class Tally(Table):
    key = peewee.CharField(max_length=64, primary_key=True)
    """A hash of what is counted, because people type passwords where names belong."""
    count = peewee.IntegerField()
    until = peewee.DateTimeField(index=True)
    """When counting starts anew."""
