"""Who came to the event: the papers each attendee brings and every stay between check-in and check-out."""

import peewee

from models.accounts import Account
from models.base import NumberedTable


class Attendee(NumberedTable):
    account = peewee.ForeignKeyField(Account, unique=True, on_delete="CASCADE")
    tshirt_size = peewee.CharField(max_length=20, default="")
    photo_form = peewee.CharField(max_length=500, default="")
    liability_form = peewee.CharField(max_length=500, default="")


class Stay(NumberedTable):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    checked_in_at = peewee.DateTimeField()
    checked_out_at = peewee.DateTimeField(null=True)


# At most one open stay per person, whoever scans the badge and on whichever node.
Stay.add_index(Stay.index(Stay.account, unique=True, name="stay_open", where=Stay.checked_out_at.is_null()))
