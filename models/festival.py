"""What is on: places, events, announcements and the four times of a hackathon."""

import peewee

from models.base import NumberedTable, PublicTable

NOT_PRIMARY = -1


class Location(PublicTable):
    name = peewee.CharField(max_length=200)
    rank = peewee.IntegerField(default=NOT_PRIMARY)
    """Its place on the list of maps, lowest first; a negative rank keeps it off the list."""
    image_key = peewee.CharField(max_length=64, null=True)
    image_type = peewee.CharField(max_length=32, null=True)


class Event(PublicTable):
    short_description = peewee.CharField(max_length=400)
    long_description = peewee.TextField(default="")
    start_time = peewee.DateTimeField(index=True)
    end_time = peewee.DateTimeField()
    location = peewee.ForeignKeyField(Location, on_delete="RESTRICT")


class Announcement(PublicTable):
    message = peewee.TextField()
    time = peewee.DateTimeField(index=True)
    announced_at = peewee.DateTimeField(null=True)
    """When listeners were told; null while its time has not come."""


class Times(NumberedTable):
    """The four moments of the event, one row; a row that is missing means that nobody set them yet."""

    event_start_time = peewee.DateTimeField()
    event_end_time = peewee.DateTimeField()
    hacking_start_time = peewee.DateTimeField()
    hacking_end_time = peewee.DateTimeField()
