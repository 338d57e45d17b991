"""A festival: accounts that can be disabled, tokens to be taken back, events of two contracts, teams, help tickets."""

from peewee import SQL, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

TABLES = [
    *("help_ticket", "entrant", "registration", "invitation", "team"),
    *("volunteer", "organiser", "event_tag", "event_category", "tag", "category"),
    *("password_reset", "refresh_token"),
]


def default(value):
    """Without it SQLite would rebuild a table that has rows, and those that refer to them would go."""
    return {"constraints": [SQL(f"DEFAULT {value}")]}


COLUMNS = [
    ("account", "privileges", TextField(null=True)),
    ("account", "is_disabled", BooleanField(default=False, **default("false"))),
    ("account", "sign_outs", IntegerField(default=0, **default("0"))),
    ("account", "phone_number", CharField(max_length=40, null=True)),
    ("account", "college", CharField(max_length=200, null=True)),
    ("account", "picture_url", CharField(max_length=2000, null=True)),
    ("account", "told_by", CharField(max_length=5, default="mail", **default("'mail'"))),
    ("account", "last_login_at", DateTimeField(null=True)),
    ("identity", "picture_url", CharField(max_length=2000, null=True)),
    ("event", "fees", TextField(default="null", **default("'null'"))),
    ("event", "particulars", TextField(default="{}", **default("'{}'"))),
    ("event", "is_for_teams", BooleanField(default=False, **default("false"))),
    ("event", "min_size", IntegerField(null=True)),
    ("event", "max_size", IntegerField(null=True)),
    ("event", "seats", IntegerField(null=True)),
    ("event", "picture", CharField(max_length=64, null=True)),
    ("event", "logo", CharField(max_length=64, null=True)),
]


def up(migrator, db):
    migrator.migrate(*(migrator.add_column(*column, allow_not_null=True) for column in COLUMNS))

    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Account(Base):
        class Meta:
            table_name = "account"

    class Event(Base):
        class Meta:
            table_name = "event"

    class RefreshToken(Base):
        jti = CharField(max_length=64, primary_key=True)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        created_at = DateTimeField()
        expires_at = DateTimeField(index=True)

    class PasswordReset(Base):
        public_id = CharField(unique=True, max_length=24)
        account = ForeignKeyField(Account, unique=True, on_delete="CASCADE")
        nonce = CharField(max_length=32)
        token_hash = CharField(max_length=64, unique=True)
        expires_at = DateTimeField()
        used_at = DateTimeField(null=True)

    class Category(Base):
        name = CharField(max_length=200, unique=True)
        description = TextField()

    class Tag(Base):
        name = CharField(max_length=200, unique=True)
        description = TextField()

    class EventCategory(Base):
        event = ForeignKeyField(Event, on_delete="CASCADE")
        category = ForeignKeyField(Category, on_delete="RESTRICT")

        class Meta:
            indexes = ((("event", "category"), True),)

    class EventTag(Base):
        event = ForeignKeyField(Event, on_delete="CASCADE")
        tag = ForeignKeyField(Tag, on_delete="RESTRICT")

        class Meta:
            indexes = ((("event", "tag"), True),)

    class Organiser(Base):
        event = ForeignKeyField(Event, on_delete="CASCADE")
        account = ForeignKeyField(Account, on_delete="CASCADE")
        role = CharField(max_length=200)

        class Meta:
            indexes = ((("event", "account"), True),)

    class Volunteer(Base):
        event = ForeignKeyField(Event, on_delete="CASCADE")
        account = ForeignKeyField(Account, on_delete="CASCADE")
        tasks = TextField()

        class Meta:
            indexes = ((("event", "account"), True),)

    class Team(Base):
        public_id = CharField(unique=True, max_length=24)
        name = CharField(max_length=200)
        name_key = CharField(max_length=200, unique=True)
        leader = ForeignKeyField(Account, on_delete="CASCADE")
        created_at = DateTimeField()

    class Invitation(Base):
        team = ForeignKeyField(Team, on_delete="CASCADE")
        account = ForeignKeyField(Account, on_delete="CASCADE")
        state = CharField(max_length=10)
        invited_at = DateTimeField()
        answered_at = DateTimeField(null=True)

        class Meta:
            indexes = ((("team", "account"), True),)

    class Registration(Base):
        public_id = CharField(unique=True, max_length=24)
        event = ForeignKeyField(Event, on_delete="CASCADE")
        account = ForeignKeyField(Account, null=True, on_delete="CASCADE")
        team = ForeignKeyField(Team, null=True, on_delete="CASCADE")
        state = CharField(max_length=20)
        registered_at = DateTimeField()
        waiting_since = DateTimeField(null=True)
        payment_asked_at = DateTimeField(null=True)
        paid_at = DateTimeField(null=True)
        payment_reference = CharField(max_length=200, null=True)

        class Meta:
            indexes = ((("event", "state", "waiting_since", "id"), False),)

    class Entrant(Base):
        event = ForeignKeyField(Event, on_delete="CASCADE")
        account = ForeignKeyField(Account, on_delete="CASCADE")
        registration = ForeignKeyField(Registration, on_delete="CASCADE")

        class Meta:
            indexes = ((("event", "account"), True),)

    class HelpTicket(Base):
        public_id = CharField(unique=True, max_length=24)
        title = CharField(max_length=400)
        description = TextField()
        is_public = BooleanField(default=True)
        opened_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
        opened_at = DateTimeField(index=True)
        solved_by = ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="tickets_solved")
        solved_at = DateTimeField(null=True)
        solution = TextField(null=True)

    db.create_tables(
        [
            *(RefreshToken, PasswordReset, Category, Tag, EventCategory, EventTag, Organiser, Volunteer),
            *(Team, Invitation, Registration, Entrant, HelpTicket),
        ]
    )


def down(migrator, db):
    migrator.migrate(*(migrator.drop_table(table) for table in TABLES))
    migrator.migrate(*(migrator.drop_column(table, name) for table, name, _ in reversed(COLUMNS)))
