"""The shapes of replies about categories, tags, events and their crew, for the OpenAPI document."""

from __future__ import annotations

from typing_extensions import TypedDict


class Label(TypedDict):
    """A category or a tag."""

    name: str
    description: str


class ListedEvent(TypedDict):
    publicId: str
    eventid: str
    eventPicture: str | None
    eventLogo: str | None
    name: str
    description: str
    date: str
    time: str
    endDate: str
    endTime: str
    venue: str
    fees: str | int | float | None
    teamEvent: bool
    maxParticipants: int | None
    category: list[str]
    tags: list[str]


class Events(TypedDict):
    events: list[ListedEvent]


class Sizes(TypedDict):
    """Null where nobody enters as a team."""

    minSize: int | None
    maxSize: int | None


class Event(ListedEvent, Sizes):
    teamEventProperties: Sizes
    prize: list[str]
    rules: list[str]
    faq: list[tuple[str, str]]


class Organiser(TypedDict):
    username: str
    role: str


class Volunteer(TypedDict):
    username: str
    task: list[str]


class Tasks(TypedDict):
    eventid: str
    publicId: str
    volunteer: str
    username: str
    task: list[str]
