"""Tutors, and the pins by which students and tutors find each other."""

import peewee

from models.accounts import Account
from models.base import NumberedTable, Table
from models.catalogue import Course


class TutorProfile(Table):
    account = peewee.ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    account_id: int
    bio = peewee.TextField()
    rate = peewee.DoubleField()
    """Per hour."""
    skills = peewee.TextField()
    """A JSON list of texts."""
    courses = peewee.TextField()
    """A JSON list of [university, subject, number], in the order given; TutorCourse has them for matching."""


class TutorCourse(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    course = peewee.ForeignKeyField(Course, on_delete="CASCADE")
    course_id: int

    class Meta:
        primary_key = peewee.CompositeKey("account", "course")


class Pin(NumberedTable):
    """Where somebody wants to learn or to teach, until its time is over."""

    account = peewee.ForeignKeyField(Account, index=False, on_delete="CASCADE")
    account_id: int
    mode = peewee.CharField(max_length=7)
    """student or tutor."""
    latitude = peewee.DoubleField()
    longitude = peewee.DoubleField()
    dropped_at = peewee.DateTimeField()
    ends_at = peewee.DateTimeField()
    ended_at = peewee.DateTimeField(null=True)
    """When it was taken up, or when it was noticed that its time was over; null while it lies there."""
    expiry_shown_at = peewee.DateTimeField(null=True)
    """When its owner was shown that it ran out; null for that to come."""
    description = peewee.TextField(default="")
    skills = peewee.TextField(default="[]")
    """A JSON list of texts, of a student's pin only."""
    courses = peewee.TextField(default="[]")
    """A JSON list of [university, subject, number], in the order given; PinCourse has them for matching."""
    images = peewee.TextField(default="[]")
    """A JSON list of names in the store."""


LYING = Pin.ended_at.is_null()
Pin.add_index(Pin.index(Pin.account, Pin.mode, unique=True, name="pin_one_each", where=LYING))
# Everything that a box asks of a pin, so that the pins which it passes by are not read.
Pin.add_index(
    Pin.index(Pin.mode, Pin.latitude, Pin.longitude, Pin.ends_at, Pin.account, Pin.id, name="pin_box", where=LYING)
)
Pin.add_index(Pin.index(Pin.ends_at, name="pin_end", where=LYING))
Pin.add_index(Pin.index(Pin.account, Pin.ended_at, name="pin_of_account"))


class PinCourse(Table):
    """A course of a student's pin; a tutor's pin has those of the tutor's profile."""

    pin = peewee.ForeignKeyField(Pin, on_delete="CASCADE")
    pin_id: int
    course = peewee.ForeignKeyField(Course, on_delete="CASCADE")
    course_id: int

    class Meta:
        primary_key = peewee.CompositeKey("pin", "course")


class SeenMatch(Table):
    """The owner of `pin` has seen that `other` matches it."""

    pin = peewee.ForeignKeyField(Pin, on_delete="CASCADE")
    other = peewee.ForeignKeyField(Pin, on_delete="CASCADE", backref="seen_by")

    class Meta:
        primary_key = peewee.CompositeKey("pin", "other")
