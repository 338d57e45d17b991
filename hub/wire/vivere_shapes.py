"""What Vivere's spellings look like to who reads its OpenAPI document: types only, in the order of the document."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, NotRequired, TypeVar

from pydantic import Field
from typing_extensions import TypedDict

T = TypeVar("T")

PublicId = Annotated[str, Field(pattern="^[0-9a-f]{24}$", examples=["58b22be07a2f2e2b2a26a40d"])]
Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$",
        description="UTC without an offset, with a fraction only where there is one.",
        examples=["2017-02-25T15:09:51.996000"],
    ),
]


class Data(TypedDict, Generic[T]):
    """Yes."""

    data: T
    success: Literal[True]


class Words(TypedDict):
    title: str
    message: str


class Error(TypedDict):
    """No, and why, in words for people."""

    error: Words
    success: Literal[False]


class Nothing(TypedDict):
    """What there is to say of something that is gone."""


class Token(TypedDict):
    token: str


class SignedIn(TypedDict):
    name: str
    token: str
    username: Annotated[str, Field(description="As it was typed.")]


class PushKey(TypedDict):
    public_key: Annotated[str | None, Field(description="`applicationServerKey`; null while none is set.")]


class Mentor(TypedDict):
    name: str


class Ticket(TypedDict):
    """A mentor ticket, as who asks sees it."""

    id: PublicId
    description: str
    location: str
    contact: str
    time_created: Moment
    time_complete: Annotated[Moment | None, Field(description="Null until it is closed.")]
    claimed: bool
    expired: Annotated[bool, Field(description="Whether its time has run out, in every state.")]
    is_mine: bool
    claimed_by_me: bool
    claimed_by: Mentor | None
    position: Annotated[int | None, Field(ge=1, description="Its place in the queue, from 1.")]


class Categories(TypedDict):
    open: list[Ticket]
    in_progress: list[Ticket]
    expired: list[Ticket]
    closed: list[Ticket]


class TicketsByCategory(TypedDict):
    categories: list[Literal["open", "in_progress", "expired", "closed"]]
    tickets: Categories


class Location(TypedDict):
    id: PublicId
    map: Annotated[str, Field(description="Where its picture is.")]
    name: str
    rank: NotRequired[Annotated[int, Field(ge=0, description="Only on the list of maps.")]]
    is_primary: bool


class Event(TypedDict):
    id: PublicId
    short_description: str
    long_description: str
    location: Location
    start_time: Moment
    end_time: Moment


class Announcement(TypedDict):
    id: PublicId
    message: str
    time: Moment


class Times(TypedDict):
    event_start_time: Moment
    event_end_time: Moment
    hacking_start_time: Moment
    hacking_end_time: Moment


class Badge(TypedDict):
    """What the volunteer at the door sees; a form that is missing is an empty text."""

    username: str
    name: str
    tshirt_size: str
    photo_form: str
    liability_form: str


class Deleted(TypedDict):
    """Heard of what is there no more."""

    id: PublicId


Positions = dict[PublicId, Annotated[int, Field(ge=1, description="Its place in the queue, from 1.")]]
"""Heard of all tickets that wait."""
