"""What is on: places, events with their categories, tags and crew, announcements and the four times of a hackathon."""

import peewee

from models.accounts import Account
from models.base import NumberedTable, PublicTable, by_default

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

    fees = peewee.TextField(default="null", constraints=by_default("'null'"))
    """JSON: the fee as it was given, a text or a number."""
    particulars = peewee.TextField(default="{}", constraints=by_default("'{}'"))
    """A JSON object: prize, rules and faq, as they were given."""
    is_for_teams = peewee.BooleanField(default=False, constraints=by_default("false"))
    min_size = peewee.IntegerField(null=True)
    max_size = peewee.IntegerField(null=True)
    """How many people a team has, with its leader; null where nobody enters as a team."""
    seats = peewee.IntegerField(null=True)
    """How many may take part, a team counting as one; null where there is room for all."""
    picture = peewee.CharField(max_length=64, null=True)
    logo = peewee.CharField(max_length=64, null=True)
    """Their names in the store of images."""


class Category(NumberedTable):
    name = peewee.CharField(max_length=200, unique=True)
    description = peewee.TextField(default="")


class Tag(NumberedTable):
    name = peewee.CharField(max_length=200, unique=True)
    description = peewee.TextField(default="")


class EventCategory(NumberedTable):
    """An event in a category; one without any is in that called Others."""

    event = peewee.ForeignKeyField(Event, on_delete="CASCADE", backref="in_categories")
    category = peewee.ForeignKeyField(Category, on_delete="RESTRICT")

    class Meta:
        indexes = ((("event", "category"), True),)


class EventTag(NumberedTable):
    event = peewee.ForeignKeyField(Event, on_delete="CASCADE", backref="with_tags")
    tag = peewee.ForeignKeyField(Tag, on_delete="RESTRICT")

    class Meta:
        indexes = ((("event", "tag"), True),)


class Organiser(NumberedTable):
    """Somebody who organises one event, in a role that is told to people and gives no rights."""

    event = peewee.ForeignKeyField(Event, on_delete="CASCADE")
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    role = peewee.CharField(max_length=200)

    class Meta:
        indexes = ((("event", "account"), True),)


class Volunteer(NumberedTable):
    """Somebody who helps at one event, with what they are asked to do."""

    event = peewee.ForeignKeyField(Event, on_delete="CASCADE")
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    tasks = peewee.TextField(default="[]")
    """A JSON array of texts."""

    class Meta:
        indexes = ((("event", "account"), True),)


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
