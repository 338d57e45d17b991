"""The tables as the first version of the hub had them."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator, db):
    class Account(Model):
        public_id = CharField(unique=True, max_length=24)
        username = CharField(unique=True, max_length=200)
        email_key = CharField(unique=True, null=True, max_length=200)
        name = CharField(max_length=200)
        password_hash = CharField(null=True)
        is_staff = BooleanField(default=False)
        is_superuser = BooleanField(default=False)
        created_at = DateTimeField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    db.create_tables([Account])

    class Announcement(Model):
        public_id = CharField(unique=True, max_length=24)
        message = TextField()
        time = DateTimeField(index=True)
        announced_at = DateTimeField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "announcement"

    db.create_tables([Announcement])

    class Attendee(Model):
        account = ForeignKeyField(Account, unique=True, on_delete="CASCADE")
        tshirt_size = CharField(max_length=20, default="")
        photo_form = CharField(max_length=500, default="")
        liability_form = CharField(max_length=500, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "attendee"

    db.create_tables([Attendee])

    class Location(Model):
        public_id = CharField(unique=True, max_length=24)
        name = CharField(max_length=200)
        rank = IntegerField(default=-1)
        image_key = CharField(null=True, max_length=64)
        image_type = CharField(null=True, max_length=32)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "location"

    db.create_tables([Location])

    class Event(Model):
        public_id = CharField(unique=True, max_length=24)
        short_description = CharField(max_length=400)
        long_description = TextField(default="")
        start_time = DateTimeField(index=True)
        end_time = DateTimeField()
        location = ForeignKeyField(Location, on_delete="RESTRICT")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "event"

    db.create_tables([Event])

    class JobRow(Model):
        name = CharField(max_length=100)
        arguments = TextField()
        unique_key = CharField(unique=True, null=True, max_length=200)
        state = CharField(max_length=10, default="waiting")
        attempts = IntegerField(default=0)
        due_at = DateTimeField()
        hand_over_at = DateTimeField()
        handed_at = DateTimeField(null=True)
        hand_overs = IntegerField(default=0)
        leased_until = DateTimeField(null=True)
        leased_by = CharField(null=True, max_length=64)
        last_error = TextField(null=True)
        created_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "job"
            indexes = ((("state", "hand_over_at"), False),)

    db.create_tables([JobRow])

    class JournalRow(Model):
        stream = CharField(max_length=100)
        seq = BigIntegerField()
        event = CharField(max_length=64)
        payload = TextField()
        views = TextField()
        at = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "journal"
            primary_key = CompositeKey("stream", "seq")

    db.create_tables([JournalRow])

    class LoginFailure(Model):
        key = CharField(primary_key=True, max_length=64)
        count = IntegerField()
        since = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "login_failure"

    db.create_tables([LoginFailure])

    class MentorTicket(Model):
        public_id = CharField(unique=True, max_length=24)
        description = TextField()
        location = TextField()
        contact = TextField()
        opened_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
        claimed_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
        created_at = DateTimeField()
        expires_at = DateTimeField()
        claimed_at = DateTimeField(null=True)
        closed_at = DateTimeField(null=True)
        expiry_told_at = DateTimeField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mentor_ticket"
            indexes = ((("closed_at", "claimed_by", "expires_at"), False), (("opened_by", "created_at"), False))

    db.create_tables([MentorTicket])

    class OnceOnly(Model):
        account_id = IntegerField()
        call = CharField(max_length=100)
        key = CharField(max_length=200)
        body_hash = CharField(max_length=64)
        answer = TextField(null=True)
        at = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "once_only"
            indexes = ((("account_id", "call", "key"), True),)

    db.create_tables([OnceOnly])

    class RevokedCredential(Model):
        jti = CharField(primary_key=True, max_length=64)
        expires_at = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "revoked_credential"

    db.create_tables([RevokedCredential])

    class Role(Model):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        name = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "role"
            indexes = ((("account", "name"), True),)

    db.create_tables([Role])

    class Stay(Model):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        checked_in_at = DateTimeField()
        checked_out_at = DateTimeField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stay"

    Stay.add_index(Stay.index(Stay.account, unique=True, name="stay_open", where=Stay.checked_out_at.is_null()))
    db.create_tables([Stay])

    class Stream(Model):
        name = CharField(primary_key=True, max_length=100)
        epoch = CharField(max_length=16)
        seq = BigIntegerField()
        moved_at = DateTimeField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stream"

    db.create_tables([Stream])

    class Times(Model):
        event_start_time = DateTimeField()
        event_end_time = DateTimeField()
        hacking_start_time = DateTimeField()
        hacking_end_time = DateTimeField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "times"

    db.create_tables([Times])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("times"))
    migrator.migrate(migrator.drop_table("stream"))
    migrator.migrate(migrator.drop_table("stay"))
    migrator.migrate(migrator.drop_table("role"))
    migrator.migrate(migrator.drop_table("revoked_credential"))
    migrator.migrate(migrator.drop_table("once_only"))
    migrator.migrate(migrator.drop_table("mentor_ticket"))
    migrator.migrate(migrator.drop_table("login_failure"))
    migrator.migrate(migrator.drop_table("journal"))
    migrator.migrate(migrator.drop_table("job"))
    migrator.migrate(migrator.drop_table("event"))
    migrator.migrate(migrator.drop_table("location"))
    migrator.migrate(migrator.drop_table("attendee"))
    migrator.migrate(migrator.drop_table("announcement"))
    migrator.migrate(migrator.drop_table("account"))
