"""Membership: members and how they sign in, phones, polls, calls, figures, streets, and what was sent to people."""

from datetime import datetime

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

TABLES = [
    "sent_message",
    "street",
    "edition",
    "vote",
    "poll_option",
    "figures",
    "feedback",
    "phone_call",
    "phone_check",
    "magic_link",
    "member_secret",
    "member",
    "tally",
    "last_number",
]
LONG_AGO = datetime(1970, 1, 1)
WHO_IS_CALLED_NEXT = ("last_called_at", "account", "is_callable", "call_until", "state", "last_answered_at")
WHO_IS_CHECKED_NEXT = (
    *("handed_out_at", "signed_up_at", "account"),
    *("needs_validating", "details_valid", "double_checked", "validated_at", "state"),
)


def up(migrator, db):
    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Account(Base):
        class Meta:
            table_name = "account"

    class LastNumber(Base):
        table = CharField(max_length=30, primary_key=True)
        number = IntegerField()

    class Tally(Base):
        key = CharField(max_length=64, primary_key=True)
        count = IntegerField()
        until = DateTimeField(index=True)

    class Member(Base):
        account = ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
        given = TextField()
        signed_up_at = DateTimeField()
        updated_at = DateTimeField(null=True)
        needs_validating = BooleanField(default=True)
        details_valid = BooleanField(default=False)
        double_checked = BooleanField(default=False)
        valid_federal = BooleanField(default=False)
        valid_state = BooleanField(default=False)
        validated_at = DateTimeField(null=True)
        validation_reason = TextField(null=True)
        handed_out_at = DateTimeField(default=LONG_AGO)
        check_alias = CharField(max_length=40, null=True, unique=True)
        checked_by = ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="members_checked")
        is_second_check = BooleanField(default=False)
        is_on_roll = BooleanField(default=False)
        is_volunteer = BooleanField(default=False)
        is_callable = BooleanField(default=False)
        state = CharField(max_length=10, default="nostate")
        postcode = CharField(max_length=4, null=True)
        birth_year = CharField(max_length=4, null=True)
        verified_phone = CharField(max_length=20, null=True)
        last_called_at = DateTimeField(default=LONG_AGO)
        last_answered_at = DateTimeField(default=LONG_AGO)
        call_id = BigIntegerField(null=True, unique=True)
        called_by = ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="members_to_call")
        call_until = DateTimeField(default=LONG_AGO)

        class Meta:
            indexes = (
                (WHO_IS_CALLED_NEXT, False),
                (WHO_IS_CHECKED_NEXT, False),
            )

    class MemberSecret(Base):
        public_id = CharField(unique=True, max_length=24)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        nonce = CharField(max_length=32)
        secret_hash = CharField(max_length=64, unique=True)
        origin = CharField(max_length=10)
        created_at = DateTimeField()
        used_at = DateTimeField(null=True)

    class MagicLink(Base):
        public_id = CharField(unique=True, max_length=24)
        account = ForeignKeyField(Account, unique=True, on_delete="CASCADE")
        nonce = CharField(max_length=32)
        token_hash = CharField(max_length=64, unique=True)
        expires_at = DateTimeField()
        used_at = DateTimeField(null=True)

    class PhoneCheck(Base):
        public_id = CharField(unique=True, max_length=24)
        number = CharField(max_length=20, unique=True)
        nonce = CharField(max_length=32)
        expires_at = DateTimeField()
        tries = IntegerField(default=0)
        is_spent = BooleanField(default=False)
        verified_hash = CharField(max_length=64, null=True)
        verified_until = DateTimeField(null=True)

    class PhoneCall(Base):
        member = ForeignKeyField(Account, on_delete="CASCADE", backref="calls_received")
        caller = ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="calls_made")
        called_at = DateTimeField()
        comment = TextField()
        was_answered = BooleanField()

    class Feedback(Base):
        account = ForeignKeyField(Account, null=True, on_delete="SET NULL", index=False)
        text = TextField()
        sent_at = DateTimeField()

        class Meta:
            indexes = ((("account", "sent_at"), False),)

    class FiguresRow(Base):
        id = IntegerField(primary_key=True)
        content = TextField()
        computed_at = DateTimeField()

        class Meta:
            table_name = "figures"

    class PollOption(Base):
        poll = IntegerField()
        option = CharField(max_length=10)
        votes = IntegerField(default=0)

        class Meta:
            indexes = ((("poll", "option"), True),)

    class Vote(Base):
        voter_hash = CharField(max_length=64, primary_key=True)
        poll = IntegerField()
        option = CharField(max_length=10)

    class Edition(Base):
        name = CharField(max_length=20, primary_key=True)
        number = IntegerField()

    class Street(Base):
        edition = IntegerField()
        postcode = CharField(max_length=4)
        suburb = CharField(max_length=100)
        name = CharField(max_length=150)

        class Meta:
            indexes = ((("edition", "postcode", "suburb", "name"), True),)

    class SentMessage(Base):
        public_id = CharField(unique=True, max_length=24)
        channel = CharField(max_length=5)
        purpose = CharField(max_length=30)
        account = ForeignKeyField(Account, null=True, on_delete="SET NULL")
        key = CharField(max_length=150, null=True, unique=True)
        reference = CharField(max_length=300, null=True, index=True)
        status = CharField(max_length=20, default="waiting")
        detail = TextField(null=True)
        created_at = DateTimeField(index=True)
        changed_at = DateTimeField()

    db.create_tables(
        [
            *(LastNumber, Tally, Member, MemberSecret, MagicLink, PhoneCheck, PhoneCall, Feedback, FiguresRow),
            *(PollOption, Vote, Edition, Street, SentMessage),
        ]
    )
    # What was counted within the last quarter of an hour is counted anew.
    migrator.migrate(migrator.drop_table("login_failure"))


def down(migrator, db):
    class LoginFailure(Model):
        key = CharField(max_length=64, primary_key=True)
        count = IntegerField()
        since = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False

    db.create_tables([LoginFailure])
    migrator.migrate(*(migrator.drop_table(table) for table in TABLES))
