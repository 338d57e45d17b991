"""What Halp's spellings look like to who reads its documents: types only, in the order of the contract.

Replies of its calls, what is heard on `/messages` and `/sessions`, and how what is said there is acknowledged.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from hub.wire.halp import CODES, DOCUMENTED, SERVER_ERROR
from hub.wire.loose import Mode

Number = Annotated[int, Field(ge=1, description="Of a row, as Halp knows it.", examples=[37])]
UserId = Annotated[int, Field(ge=1, description="An account as Halp knows it.", examples=[13])]
Moment = Annotated[int, Field(description="Whole seconds since 1970.", examples=[1457141640])]
Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(gt=0, le=10_000, description="For an hour.")]
Code = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted({*CODES.values(), *DOCUMENTED, SERVER_ERROR})})]
Truncated = Annotated[bool, Field(description="Whether there are more than are shown.")]


class Refusal(TypedDict):
    """No. Clients look at `code`; the rest is for whoever writes one."""

    code: Code
    field: NotRequired[Annotated[str, Field(description="What was missing or wrong.")]]
    detail: NotRequired[str]


class Okay(TypedDict):
    """Yes."""

    code: Literal["success"]


class Picture(TypedDict):
    original: Annotated[str, Field(description="Where it is.")]


class Course(TypedDict):
    subject: str
    number: Count


CoursesByUniversity = dict[str, list[Course]]


class Tutor(TypedDict):
    bio: str
    rate: Rate
    skills: list[str]
    courses: CoursesByUniversity


class Profile(TypedDict):
    userId: UserId
    firstname: str
    lastname: str
    image: Picture | None
    tutor: Annotated[Tutor | None, Field(description="Null for who does not teach.")]


class SignedIn(Okay):
    sessionId: Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="Goes into the header of this name.")]
    profile: Profile


class OwnProfile(Okay, Profile):
    pass


class ProfileAfterChange(Okay):
    profile: Profile


class Owner(TypedDict):
    """Whose pin it is, and how they were rated on that side."""

    userId: UserId
    firstname: str
    lastname: str
    rating: Annotated[float, Field(ge=0, le=5, description="0 where nobody has rated them.")]
    ratings: Count
    image: Picture | None
    bio: NotRequired[Annotated[str, Field(description="Of a tutor's pin only.")]]
    rate: NotRequired[Rate]


class Pin(TypedDict):
    user: Owner
    dropTime: Moment
    dropTimestamp: Annotated[Moment, Field(description="The same under its later name.")]
    endTime: Moment
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    description: NotRequired[Annotated[str, Field(description="Of a student's pin only.")]]
    images: NotRequired[Annotated[list[Picture], Field(description="Of a student's pin only.")]]
    courses: CoursesByUniversity
    skills: list[str]


class Match(Pin):
    new: Annotated[bool, Field(description="Whether it is shown for the first time.")]


class PinThere(Okay):
    pin: Annotated[Pin | None, Field(description="Null where none lies there.")]


class Pins(Okay):
    pins: list[Pin]
    truncated: Truncated


class OwnPins(Okay):
    """The answer to `pinMode=mine`."""

    student: Pin | None
    tutor: Pin | None


class Matches(Okay):
    matches: list[Match]
    truncated: Truncated


class Universities(Okay):
    universities: list[str]


class Courses(Okay):
    courses: list[Course]


class Skills(Okay):
    skills: list[str]


class Person(TypedDict):
    userId: UserId
    firstname: str


class Message(TypedDict):
    me: Annotated[bool, Field(description="Whether the reader wrote it.")]
    timestamp: Moment
    body: str
    id: Number


class SentMessage(TypedDict):
    id: Number
    timestamp: Moment


class Sent(Okay, SentMessage):
    pass


class Conversation(TypedDict):
    otherUser: Person
    unreadMessages: Count
    lastMessage: Message


class Conversations(Okay):
    conversations: list[Conversation]
    truncated: Truncated


class Messages(Okay):
    otherUser: Person
    messages: list[Message]
    truncated: Truncated


class SessionInPayload(TypedDict):
    """A session that runs, as one of its two people sees it."""

    otherUserId: Annotated[int, Field(ge=0, description="0 once the account is gone.")]
    mode: Mode
    startTimestamp: Moment
    rate: Rate


class PushPayload(TypedDict):
    """What is new for a person, in both modes."""

    studentUnreadMessages: Count
    tutorUnreadMessages: Count
    studentNewMatches: Count
    tutorNewMatches: Count
    session: Annotated[SessionInPayload | None, Field(description="The one that the person is in.")]
    message: Annotated[str, Field(description="The same in words; empty when there is nothing.")]
    count: Annotated[int, Field(ge=0, description="The sum of the four.")]
    events: list[Literal["student_pin_removed", "tutor_pin_removed"]]


class Notification(Okay):
    notification: PushPayload


class Handshake(TypedDict):
    """`complete` says whether the two are in session, and only then there is the rest."""

    complete: bool
    startTimestamp: NotRequired[Moment]
    rate: NotRequired[Rate]


class Pressed(Handshake):
    """While it is not complete: for how long and how often to ask."""

    pollDuration: NotRequired[Annotated[int, Field(ge=0, description="Milliseconds.")]]
    pollInterval: NotRequired[Annotated[int, Field(ge=0, description="Milliseconds.")]]


class SessionStart(Okay, Pressed):
    pass


class SessionStarted(Okay, Handshake):
    pass


class SessionOver(Okay):
    success: Literal[True]


class SessionEnded(SessionOver):
    ended: bool


# What is heard.


class Arrived(Message):
    """A message, to both people on all their devices."""

    otherUser: Person
    mode: Annotated[Mode, Field(description="The listener's own side.")]
    client_id: NotRequired[Annotated[str, Field(description="Only for who sent it, and gave one.")]]


class ThreadRead(TypedDict):
    """Whoever `me` says has read the thread up to a message."""

    otherUserId: UserId
    mode: Annotated[Mode, Field(description="The listener's own side.")]
    me: bool
    id: Annotated[int, Field(ge=1, description="Of the last message that was read.")]


class SomebodyTypes(TypedDict):
    """Somebody types; told about once a second."""

    otherUserId: UserId
    mode: Annotated[Mode, Field(description="The listener's own side.")]


class Offer(TypedDict):
    """A hand that is held out, or was in vain, by `me` or by the other."""

    otherUserId: UserId
    mode: Annotated[Mode, Field(description="The listener's own side.")]
    me: bool


class Ended(SessionInPayload):
    duration: Annotated[float, Field(ge=0, description="Seconds.")]
    amount: Annotated[float, Field(ge=0, description="What is to be paid.")]
    me: Annotated[bool, Field(description="Whether the listener ended it.")]
