"""Teams, who is invited to them, and who takes part in which event."""

import peewee

from models.accounts import Account
from models.base import NumberedTable, PublicTable
from models.festival import Event


class Team(PublicTable):
    name = peewee.CharField(max_length=200)
    name_key = peewee.CharField(max_length=200, unique=True)
    """The name in small letters, which is how it is unique."""
    leader = peewee.ForeignKeyField(Account, on_delete="CASCADE", backref="teams_led")
    leader_id: int
    created_at = peewee.DateTimeField()


class Invitation(NumberedTable):
    """Somebody asked into a team; accepted, they are a member. The leader has none."""

    team = peewee.ForeignKeyField(Team, on_delete="CASCADE", backref="invitations")
    team_id: int
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", backref="invitations")
    account_id: int
    state = peewee.CharField(max_length=10)
    """pending, accepted or rejected."""
    invited_at = peewee.DateTimeField()
    answered_at = peewee.DateTimeField(null=True)

    class Meta:
        indexes = ((("team", "account"), True),)


class Registration(PublicTable):
    """One entrant of an event: a person, or a team."""

    event = peewee.ForeignKeyField(Event, on_delete="CASCADE", backref="registrations")
    event_id: int
    account = peewee.ForeignKeyField(Account, null=True, on_delete="CASCADE", backref="registrations")
    account_id: int | None
    team = peewee.ForeignKeyField(Team, null=True, on_delete="CASCADE", backref="registrations")
    team_id: int | None
    state = peewee.CharField(max_length=20)
    """payment pending, waiting or confirmed."""
    registered_at = peewee.DateTimeField()
    waiting_since = peewee.DateTimeField(null=True)
    """Since when nothing but a seat is lacking; who waits longest is seated first."""
    payment_asked_at = peewee.DateTimeField(null=True)
    """When the entrant asked to pay through the payment gateway."""
    paid_at = peewee.DateTimeField(null=True)
    payment_reference = peewee.CharField(max_length=200, null=True)
    """The provider's name for the payment; null where staff have noted that it was received."""

    class Meta:
        indexes = ((("event", "state", "waiting_since", "id"), False),)


class Entrant(NumberedTable):
    """A person who takes part in an event, alone or in a team: once at most."""

    event = peewee.ForeignKeyField(Event, on_delete="CASCADE")
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    registration = peewee.ForeignKeyField(Registration, on_delete="CASCADE", backref="entrants")

    class Meta:
        indexes = ((("event", "account"), True),)
