"""Deliveries: how something came to a person, or did not, and which unit of work a job and an event follow from."""

from peewee import BigIntegerField, CharField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

COLUMNS = [
    ("job", "unit", CharField(max_length=16, null=True)),
    ("job", "account_id", IntegerField(null=True, index=True)),
    ("journal", "unit", CharField(max_length=16, null=True)),
    ("sent_message", "unit", CharField(max_length=16, null=True)),
    ("sent_message", "job_id", IntegerField(null=True)),
]


def up(migrator, db):
    migrator.migrate(*(migrator.add_column(*column) for column in COLUMNS))

    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Account(Base):
        class Meta:
            table_name = "account"

    class Hop(Base):
        account = ForeignKeyField(Account, index=False, on_delete="CASCADE")
        unit = CharField(max_length=16, null=True)
        job_id = IntegerField(null=True)
        purpose = CharField(max_length=100, null=True)
        channel = CharField(max_length=6)
        outcome = CharField(max_length=20)
        via = CharField(max_length=150)
        detail = TextField(null=True)
        stream = CharField(max_length=100, null=True)
        since = BigIntegerField(null=True)
        seq = BigIntegerField(null=True)
        at = DateTimeField()

        class Meta:
            indexes = ((("account", "at"), False), (("stream", "seq"), False), (("channel", "at"), False))

    db.create_tables([Hop])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("hop"), migrator.drop_index("job", "job_account_id"))
    migrator.migrate(*(migrator.drop_column(table, name) for table, name, _ in reversed(COLUMNS)))
