"""Tutoring: sign-ins of its own, tutors, pins, messages, sessions, and devices that are pushed to."""

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    CompositeKey,
    DateTimeField,
    DecimalField,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

TABLES = [
    "device",
    "in_session",
    "tutoring_session",
    "offer",
    "message",
    "seen_match",
    "pin_course",
    "pin",
    "tutor_course",
    "tutor_profile",
    "skill",
    "course",
    "university",
    "login_session",
    "identity",
]


def up(migrator, db):
    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Account(Base):
        class Meta:
            table_name = "account"

    migrator.migrate(
        migrator.add_column("account", "first_name", CharField(max_length=100, null=True)),
        migrator.add_column("account", "last_name", CharField(max_length=100, null=True)),
        migrator.add_column("account", "image", CharField(max_length=64, null=True)),
        migrator.add_column("job", "due_again_at", DateTimeField(null=True)),
    )

    class Identity(Base):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        provider = CharField(max_length=20)
        subject = CharField(max_length=200)

        class Meta:
            indexes = ((("provider", "subject"), True),)

    class LoginSession(Base):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        secret_hash = CharField(max_length=64, unique=True)
        created_at = DateTimeField()
        used_at = DateTimeField(index=True)

    class University(Base):
        name = CharField(max_length=300, unique=True)

    class Course(Base):
        university = CharField(max_length=300)
        subject = CharField(max_length=60)
        number = IntegerField()
        is_listed = BooleanField(default=False)

        class Meta:
            indexes = ((("university", "subject", "number"), True),)

    class Skill(Base):
        name = CharField(max_length=100, unique=True)

    class TutorProfile(Base):
        account = ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
        bio = TextField()
        rate = DoubleField()
        skills = TextField()
        courses = TextField()

    class TutorCourse(Base):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        course = ForeignKeyField(Course, on_delete="CASCADE")

        class Meta:
            primary_key = CompositeKey("account", "course")

    class Pin(Base):
        id = AutoField()
        account = ForeignKeyField(Account, index=False, on_delete="CASCADE")
        mode = CharField(max_length=7)
        latitude = DoubleField()
        longitude = DoubleField()
        dropped_at = DateTimeField()
        ends_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        expiry_shown_at = DateTimeField(null=True)
        description = TextField(default="")
        skills = TextField(default="[]")
        courses = TextField(default="[]")
        images = TextField(default="[]")

    lying = Pin.ended_at.is_null()
    Pin.add_index(Pin.index(Pin.account, Pin.mode, unique=True, name="pin_one_each", where=lying))
    box = (Pin.mode, Pin.latitude, Pin.longitude, Pin.ends_at, Pin.account, Pin.id)
    Pin.add_index(Pin.index(*box, name="pin_box", where=lying))
    Pin.add_index(Pin.index(Pin.ends_at, name="pin_end", where=lying))
    Pin.add_index(Pin.index(Pin.account, Pin.ended_at, name="pin_of_account"))

    class PinCourse(Base):
        pin = ForeignKeyField(Pin, on_delete="CASCADE")
        course = ForeignKeyField(Course, on_delete="CASCADE")

        class Meta:
            primary_key = CompositeKey("pin", "course")

    class SeenMatch(Base):
        pin = ForeignKeyField(Pin, on_delete="CASCADE")
        other = ForeignKeyField(Pin, on_delete="CASCADE", backref="seen_by")

        class Meta:
            primary_key = CompositeKey("pin", "other")

    class Message(Base):
        student = ForeignKeyField(Account, index=False, on_delete="CASCADE")
        tutor = ForeignKeyField(Account, index=False, on_delete="CASCADE", backref="messages_as_tutor")
        is_from_student = BooleanField()
        body = TextField()
        sent_at = DateTimeField()
        read_at = DateTimeField(null=True)

        class Meta:
            indexes = ((("student", "tutor", "id"), False), (("tutor", "student", "id"), False))

    unread, from_student = Message.read_at.is_null(), Message.is_from_student
    by_tutor, by_student = unread & from_student, unread & ~from_student
    Message.add_index(Message.index(Message.tutor, Message.student, name="message_unread_by_tutor", where=by_tutor))
    Message.add_index(Message.index(Message.student, Message.tutor, name="message_unread_by_student", where=by_student))

    class Offer(Base):
        offered_by = ForeignKeyField(Account, index=False, on_delete="CASCADE")
        offered_to = ForeignKeyField(Account, on_delete="CASCADE", backref="offers_received")
        mode = CharField(max_length=7)
        expires_at = DateTimeField()

        class Meta:
            indexes = ((("offered_by", "offered_to", "mode"), True),)

    class TutoringSession(Base):
        public_id = CharField(unique=True, max_length=24)
        student = ForeignKeyField(Account, null=True, on_delete="SET NULL")
        tutor = ForeignKeyField(Account, null=True, on_delete="SET NULL", backref="sessions_taught")
        rate = DoubleField()
        started_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        duration = DoubleField(null=True)
        amount = DecimalField(max_digits=12, decimal_places=2, null=True)
        paid_at = DateTimeField(null=True)
        payment_reference = CharField(max_length=200, null=True)
        friendliness = IntegerField(null=True)
        knowledge = IntegerField(null=True)
        approval = IntegerField(null=True)

    class InSession(Base):
        account = ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
        session = ForeignKeyField(TutoringSession, on_delete="CASCADE")

    class Device(Base):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        login_session = ForeignKeyField(LoginSession, null=True, on_delete="CASCADE")
        kind = CharField(max_length=4)
        address = TextField()
        address_hash = CharField(max_length=64, unique=True)
        keys = TextField(null=True)
        jti = CharField(max_length=64, null=True, index=True)
        registered_at = DateTimeField()
        shown = TextField(null=True)
        session_end_shown = IntegerField(default=0)

    db.create_tables(
        [
            *(Identity, LoginSession, University, Course, Skill, TutorProfile, TutorCourse, Pin, PinCourse, SeenMatch),
            *(Message, Offer, TutoringSession, InSession, Device),
        ]
    )


def down(migrator, db):
    migrator.migrate(*(migrator.drop_table(table) for table in TABLES))
    migrator.migrate(
        migrator.drop_column("job", "due_again_at"),
        migrator.drop_column("account", "image"),
        migrator.drop_column("account", "last_name"),
        migrator.drop_column("account", "first_name"),
    )
