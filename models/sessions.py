"""Tutoring sessions, and the hands held out to begin one."""

import peewee

from models.accounts import Account
from models.base import NumberedTable, PublicTable, Table


class Offer(NumberedTable):
    """A hand held out: `offered_by`, who would be `mode` in the session, waits for `offered_to` to take it."""

    offered_by = peewee.ForeignKeyField(Account, index=False, on_delete="CASCADE")
    offered_to = peewee.ForeignKeyField(Account, on_delete="CASCADE", backref="offers_received")
    offered_by_id: int
    offered_to_id: int
    mode = peewee.CharField(max_length=7)
    expires_at = peewee.DateTimeField()

    class Meta:
        indexes = ((("offered_by", "offered_to", "mode"), True),)


class TutoringSession(PublicTable):
    student = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    tutor = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="sessions_taught")
    student_id: int | None
    tutor_id: int | None
    rate = peewee.DoubleField()
    """The tutor's rate per hour when it started."""
    started_at = peewee.DateTimeField()
    """In whole seconds, as its two people are told."""
    ended_at = peewee.DateTimeField(null=True)
    duration = peewee.DoubleField(null=True)
    """Seconds, as said by who ended it."""
    amount = peewee.DecimalField(max_digits=12, decimal_places=2, null=True)
    paid_at = peewee.DateTimeField(null=True)
    payment_reference = peewee.CharField(max_length=200, null=True)
    friendliness = peewee.IntegerField(null=True)
    knowledge = peewee.IntegerField(null=True)
    """What the student says of the tutor, 0 to 5."""
    approval = peewee.IntegerField(null=True)
    """What the tutor says of the student, 1 or -1."""


class InSession(Table):
    """Who is in a session now: a person is in one at most."""

    account = peewee.ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    session = peewee.ForeignKeyField(TutoringSession, on_delete="CASCADE")
    account_id: int
    session_id: int
