"""The bodies and queries that Halp's calls take. Phones send numbers as text and empty texts where there is nothing."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticKnownError

from hub.domain.profiles import MOST_COURSES, Course
from hub.domain.refusals import Invalid
from hub.http.bodies import Body, Filled, query, validated
from hub.wire.loose import (
    AS_TEXT,
    EMPTY_TEXT,
    ClientId,
    Mode,
    Number,
    PersonNumber,
    WholeNumber,
    number,
    whole_number,
)

B = TypeVar("B", bound=Body)

MOST_ROWS = 1000
"""Of a page of messages or conversations."""


def _nothing(empty: Any) -> BeforeValidator:
    """Takes the empty text for an empty thing of another kind: a form's field that nobody filled."""
    return BeforeValidator(lambda value: empty if value == "" else value)


def _rate(value: Any) -> float | None:
    return None if value in (None, "") else number(value)


def _courses(by_university: dict[str, list[CourseInBody]]) -> tuple[Course, ...]:
    """Each once, in the order given."""
    found = [
        (university, course.subject, course.number)
        for university, several in by_university.items()
        for course in several
    ]
    courses = tuple(dict.fromkeys(found))
    if len(courses) > MOST_COURSES:
        # A limit beside the type would be told of its universities.
        told = {"field_type": "Dictionary", "max_length": MOST_COURSES, "actual_length": len(courses)}
        raise PydanticKnownError("too_long", told)
    return courses


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(number), AS_TEXT]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(number), AS_TEXT]
Name = Annotated[Filled, StringConstraints(max_length=100)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
University = Annotated[Filled, StringConstraints(max_length=300)]


class CourseInBody(Body):
    subject: Annotated[Filled, StringConstraints(max_length=60)]
    number: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole_number), AS_TEXT]


Courses = Annotated[
    dict[University, list[CourseInBody]],
    _nothing({}),
    AfterValidator(_courses),
    Field(description=f"By university, {MOST_COURSES} in all."),
    EMPTY_TEXT,
]
Skills = Annotated[
    list[Annotated[Filled, StringConstraints(max_length=100)]],
    _nothing([]),
    Field(max_length=100),
    AfterValidator(_each_once),
    EMPTY_TEXT,
]
Picture = Annotated[
    str, WithJsonSchema({"type": "string", "contentEncoding": "base64", "description": "A PNG or JPEG; empty is none."})
]


class PushPair(Body):
    """What a phone may send along to be pushed to."""

    pushType: Annotated[Literal["apn", "gcm"] | None, _nothing(None), EMPTY_TEXT] = None
    pushToken: str | None = None


class Login(PushPair):
    type: Literal["halp", "facebook"]


class HalpLogin(Body):
    email: Filled
    passwordHash: Filled


class FacebookLogin(Body):
    accessToken: Filled


class Register(PushPair):
    email: Annotated[Filled, StringConstraints(max_length=200)]
    passwordHash: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{32}$")]
    firstname: Name
    lastname: Name
    image: Picture | None = None


class TutorInBody(Body):
    bio: Text | None = None
    rate: Annotated[float | None, BeforeValidator(_rate), EMPTY_TEXT, AS_TEXT] = None
    skills: Skills | None = None
    courses: Courses | None = None


class ChangedProfile(Body):
    firstname: Name | None = None
    lastname: Name | None = None
    image: Picture | None = None
    tutor: TutorInBody | None = None


class NewPin(Body):
    pinMode: Mode
    latitude: Latitude
    longitude: Longitude
    duration: Annotated[float, Field(ge=1), BeforeValidator(number), AS_TEXT]


class StudentPin(NewPin):
    description: Text
    skills: Skills
    images: Annotated[list[Picture], _nothing([]), EMPTY_TEXT]
    courses: Courses


class NewMessage(Body):
    recipient: PersonNumber
    body: str
    senderMode: Mode
    client_id: ClientId | None = None


class Handshake(Body):
    mode: Mode
    otherUserId: PersonNumber


class SessionEnd(Body):
    duration: Number


Stars = Annotated[int, Field(ge=0, le=5), BeforeValidator(whole_number), AS_TEXT]


class Ratings(Body):
    friendliness: Stars | None = None
    knowledge: Stars | None = None
    approval: Annotated[Literal[1, -1], BeforeValidator(whole_number), AS_TEXT] | None = None


class SessionRatings(Body):
    ratings: Ratings | None = None


class ModeOnly(Body):
    mode: Mode


class Whose(Body):
    pinMode: Mode


class SomebodysPin(Whose):
    userId: PersonNumber


class BoxInQuery(Body):
    pinMode: Mode
    lat1: Latitude
    lng1: Longitude
    lat2: Latitude
    lng2: Longitude


class Page(ModeOnly):
    before: WholeNumber | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS), BeforeValidator(whole_number), AS_TEXT] | None = None


class ThreadPage(Page):
    otherUserId: PersonNumber


class Parties(ModeOnly):
    otherUserId: PersonNumber


def in_query(request: web.Request, kind: type[B]) -> B:
    """The query as `kind`; a key with no value counts as absent."""
    given = {name: query(request, name) for name in kind.model_fields}
    return validated({name: value for name, value in given.items() if value is not None}, kind)


def given_phone(pair: PushPair) -> tuple[str, str] | None:
    """Kind and token of the phone that signs in, if it is to be pushed to."""
    if pair.pushType is None:
        return None
    if not pair.pushToken:
        raise Invalid("pushToken", "is missing")
    return pair.pushType, pair.pushToken
