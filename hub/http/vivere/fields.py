"""The bodies that Vivere's calls take."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, StringConstraints, WithJsonSchema

from hub.http.bodies import Body, Filled
from hub.http.fields import Moment, MomentText, public_id

Id = Annotated[Filled, WithJsonSchema({"type": "string", "pattern": "^[0-9a-fA-F]{24}$"})]
"""An id as the hub gives them out; `public_id` refuses others, in words of its own."""
Name = Annotated[Filled, StringConstraints(max_length=200)]
Title = Annotated[Filled, StringConstraints(max_length=400)]
Text = Annotated[Filled, StringConstraints(max_length=10_000)]
Rank = Annotated[int, Field(ge=-1, le=1_000_000)]


class SignUp(Body):
    username: Name
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    name: Name


class Login(Body):
    username: Name
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class NewTicket(Body):
    description: Text
    location: Text
    contact: Annotated[str, StringConstraints(max_length=10_000)]
    """Required, but the phones send it empty when a hacker wants to be found at the table."""


class TicketId(Body):
    id: Id


class Since(Body):
    """Only what came later."""

    since_date: MomentText | None = None


class TextMessage(Body):
    """What Twilio says of a text message, as far as the hub reads it."""

    MessageSid: str = ""
    AccountSid: str = ""
    From: str = ""
    Body: Annotated[str, Field(description="What to announce.")] = ""


class Person(Body):
    username: Filled


class BrowserKeys(Body):
    """What a push is encrypted for, in base64url: an uncompressed point of P-256 and a secret of 16 bytes."""

    p256dh: Annotated[str, StringConstraints(pattern=r"^B[A-Za-z0-9_-]{86}=?$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}(==)?$")]


class BrowserEndpoint(Body):
    endpoint: Annotated[str, StringConstraints(pattern=r"^https://[^\s/?#@]+([/?#][^\s]*)?$", max_length=2000)]


class Browser(BrowserEndpoint):
    keys: BrowserKeys


class NewLocation(Body):
    name: Name
    rank: Rank = -1


class ChangedLocation(Body):
    name: Name | None = None
    rank: Rank | None = None


class NewEvent(Body):
    short_description: Title
    long_description: Annotated[str, StringConstraints(max_length=10_000)] = ""
    start_time: Moment
    end_time: Moment
    location: Id


class ChangedEvent(Body):
    short_description: Title | None = None
    long_description: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    location: Id | None = None


class NewAnnouncement(Body):
    message: Text
    time: Moment | None = None


class ChangedAnnouncement(Body):
    message: Text | None = None
    time: Moment | None = None


class ChangedTimes(Body):
    event_start_time: Moment | None = None
    event_end_time: Moment | None = None
    hacking_start_time: Moment | None = None
    hacking_end_time: Moment | None = None


def given(body: Body) -> dict[str, object]:
    """The fields that a partial change names; null means unchanged."""
    return {name: value for name, value in body if value is not None}


def id_in_path(request: web.Request) -> str:
    return public_id(request.match_info["id"])
