"""Help tickets: questions to the staff, for all to read or for who asked alone. They are not mentor tickets."""

import peewee

from models.accounts import Account
from models.base import PublicTable


class HelpTicket(PublicTable):
    title = peewee.CharField(max_length=400)
    description = peewee.TextField()
    is_public = peewee.BooleanField(default=True)
    opened_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="help_tickets")
    opened_by_id: int | None
    opened_at = peewee.DateTimeField(index=True)
    solved_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="help_tickets_solved")
    solved_by_id: int | None
    solved_at = peewee.DateTimeField(null=True)
    solution = peewee.TextField(null=True)
