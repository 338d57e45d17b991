"""What people choose from: universities, their courses, and skills."""

import peewee

from models.base import NumberedTable


class University(NumberedTable):
    name = peewee.CharField(max_length=300, unique=True)


class Course(NumberedTable):
    """A course that the catalogue lists or that somebody named; equal in all three parts means the same course."""

    university = peewee.CharField(max_length=300)
    subject = peewee.CharField(max_length=60)
    number = peewee.IntegerField()
    is_listed = peewee.BooleanField(default=False)
    """Whether it came with a loaded catalogue."""

    class Meta:
        indexes = ((("university", "subject", "number"), True),)


class Skill(NumberedTable):
    name = peewee.CharField(max_length=100, unique=True)
