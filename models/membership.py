"""Members of a party: what they gave of themselves, how far it was checked, and how they sign in."""

from datetime import datetime

import peewee

from models.accounts import Account
from models.base import NumberedTable, PublicTable, Table

LONG_AGO = datetime(1970, 1, 1)
"""Stands for "never" where moments are put in order: databases do not agree on where nothing belongs."""
WHO_IS_CALLED_NEXT = ("last_called_at", "account", "is_callable", "call_until", "state", "last_answered_at")
WHO_IS_CHECKED_NEXT = (
    *("handed_out_at", "signed_up_at", "account"),
    *("needs_validating", "details_valid", "double_checked", "validated_at", "state"),
)
"""In the order of each queue, and then all that is asked of its members, so that no row has to be read for that."""


class Member(Table):
    account = peewee.ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    account_id: int
    given = peewee.TextField()
    """A JSON object of what the member gave, value by value as it was sent."""
    signed_up_at = peewee.DateTimeField()
    updated_at = peewee.DateTimeField(null=True)

    needs_validating = peewee.BooleanField(default=True)
    details_valid = peewee.BooleanField(default=False)
    double_checked = peewee.BooleanField(default=False)
    valid_federal = peewee.BooleanField(default=False)
    valid_state = peewee.BooleanField(default=False)
    validated_at = peewee.DateTimeField(null=True)
    validation_reason = peewee.TextField(null=True)
    """Why the details were found wrong."""
    handed_out_at = peewee.DateTimeField(default=LONG_AGO)
    """When the details were last given to somebody who checks them."""
    check_alias = peewee.CharField(max_length=40, null=True, unique=True)
    """By what name whoever checks them knows the member; null where nobody does."""
    checked_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="members_checked")
    checked_by_id: int | None
    is_second_check = peewee.BooleanField(default=False)
    """Whether they were handed out to be checked once more, though found right."""

    # Read from `given` whenever that changes, so that the database can count and choose by it.
    is_on_roll = peewee.BooleanField(default=False)
    is_volunteer = peewee.BooleanField(default=False)
    is_callable = peewee.BooleanField(default=False)
    """Has a number, and may be called."""
    state = peewee.CharField(max_length=10, default="nostate")
    postcode = peewee.CharField(max_length=4, null=True)
    birth_year = peewee.CharField(max_length=4, null=True)

    verified_phone = peewee.CharField(max_length=20, null=True)
    """E.164, where they have shown that it is theirs."""
    last_called_at = peewee.DateTimeField(default=LONG_AGO)
    last_answered_at = peewee.DateTimeField(default=LONG_AGO)
    call_id = peewee.BigIntegerField(null=True, unique=True)
    """The newest call that somebody was asked to make."""
    called_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="members_to_call")
    called_by_id: int | None
    call_until = peewee.DateTimeField(default=LONG_AGO)
    """Until when nobody else is asked to call them."""

    class Meta:
        indexes = (
            (WHO_IS_CALLED_NEXT, False),
            (WHO_IS_CHECKED_NEXT, False),
        )


class MemberSecret(PublicTable):
    """What a member signs in with until it is taken back. It is derived, and kept only as a keyed hash."""

    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    nonce = peewee.CharField(max_length=32)
    secret_hash = peewee.CharField(max_length=64, unique=True)
    origin = peewee.CharField(max_length=10)
    """registered, mailed or link."""
    created_at = peewee.DateTimeField()
    used_at = peewee.DateTimeField(null=True)


class MagicLink(PublicTable):
    """The newest link by which somebody may sign in; a person has one at most."""

    account = peewee.ForeignKeyField(Account, unique=True, on_delete="CASCADE")
    account_id: int
    nonce = peewee.CharField(max_length=32)
    token_hash = peewee.CharField(max_length=64, unique=True)
    expires_at = peewee.DateTimeField()
    used_at = peewee.DateTimeField(null=True)


class PhoneCheck(PublicTable):
    """A number that somebody says is theirs: the code sent to it, and who has shown to know that code."""

    number = peewee.CharField(max_length=20, unique=True)
    """E.164."""
    nonce = peewee.CharField(max_length=32)
    """What the code is derived from; a new one means a new code."""
    expires_at = peewee.DateTimeField()
    tries = peewee.IntegerField(default=0)
    is_spent = peewee.BooleanField(default=False)
    """The code was shown, and is good for nothing else."""
    verified_hash = peewee.CharField(max_length=64, null=True)
    """Keyed hash of the nonce that was given with the right code; null once somebody registered with it."""
    verified_until = peewee.DateTimeField(null=True)


class PhoneCall(NumberedTable):
    """A call that was made to a member, as told by who made it."""

    member = peewee.ForeignKeyField(Account, on_delete="CASCADE", backref="calls_received")
    caller = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="calls_made")
    called_at = peewee.DateTimeField()
    comment = peewee.TextField()
    was_answered = peewee.BooleanField()


class Feedback(NumberedTable):
    account = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL", index=False)
    text = peewee.TextField()
    sent_at = peewee.DateTimeField()

    class Meta:
        indexes = ((("account", "sent_at"), False),)


class FiguresRow(Table):
    """Figures about all members, as they were last counted."""

    id = peewee.IntegerField(primary_key=True)
    """The contract's number: 1 getinfo, 0 public_stats."""
    content = peewee.TextField()
    """The JSON text that is served."""
    computed_at = peewee.DateTimeField()

    class Meta:
        table_name = "figures"
