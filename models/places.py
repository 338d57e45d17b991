"""Streets that an operator loaded."""

import peewee

from models.base import NumberedTable, Table


class Edition(Table):
    """Which loading of a list is in use; rows of others are about to be forgotten, or not complete yet."""

    name = peewee.CharField(max_length=20, primary_key=True)
    number = peewee.IntegerField()


class Street(NumberedTable):
    edition = peewee.IntegerField()
    postcode = peewee.CharField(max_length=4)
    suburb = peewee.CharField(max_length=100)
    """With its state, such as `DARWIN (NT)`."""
    name = peewee.CharField(max_length=150)

    class Meta:
        indexes = ((("edition", "postcode", "suburb", "name"), True),)
