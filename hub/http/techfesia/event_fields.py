"""The bodies of the calls about categories, tags, events and crew, and what the query of the list asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from hub.domain.festival_events import BY_DATE, BY_NAME, ORDERS
from hub.domain.pages import LATEST_PAGE, MOST_ROWS
from hub.domain.refusals import Invalid
from hub.http.bodies import Body, Filled, query
from hub.http.techfesia.event_times import Clock, Day, When
from hub.http.techfesia.queries import whole_number

Prose = Annotated[str, StringConstraints(max_length=10_000)]
Name = Annotated[Filled, StringConstraints(max_length=200)]
Title = Annotated[Filled, StringConstraints(max_length=400)]
MOST_LINES = 200
Lines = Annotated[list[Prose], Field(max_length=MOST_LINES)]
Names = Annotated[list[Name], Field(max_length=MOST_LINES)]
MOST_SEATS = 1_000_000


def _fit_for_a_path(name: str) -> str:
    """Clients take one or two dots for the way up, and aiohttp no braces, for those of its own routes."""
    if not name.strip():
        # Python knows more kinds of space than the pattern of what is filled.
        raise ValueError("is blank")
    if name.strip() in (".", ".."):
        raise ValueError("has nothing but dots")
    if "{" in name or "}" in name:
        raise ValueError("has a brace")
    return name


def _question(pair: list[str]) -> list[str]:
    if len(pair) != 2:
        raise ValueError("is no pair of a question and its answer")
    return pair


def _fee(fee: object) -> object:
    if isinstance(fee, bool) or not isinstance(fee, str | int | float | None):
        raise ValueError("is neither a text nor a number")
    if isinstance(fee, str) and len(fee) > 200:
        raise ValueError("is too long")
    if isinstance(fee, int | float) and fee < 0:
        raise ValueError("is negative")
    return fee


LabelName = Annotated[Name, AfterValidator(_fit_for_a_path)]
Question = Annotated[list[Prose], AfterValidator(_question)]
Fees = Annotated[Any, AfterValidator(_fee), WithJsonSchema({"type": ["string", "number", "null"]})]
"""Goes out as it came in; not one type or the other, whose faults would be told of each."""
Seats = Annotated[int, Field(ge=0, le=MOST_SEATS, description="0 takes the limit away.")]


class NewLabel(Body):
    name: LabelName
    description: Prose | None = None


class Description(Body):
    description: Prose | None = None


class Sizes(Body):
    minSize: int | None = None
    maxSize: int | None = None


class EventBody(Sizes):
    """What new events and changes have in common; null says nothing."""

    endDate: Day | None = None
    endTime: Clock | None = None
    fees: Fees = None
    prize: Lines | None = None
    teamEvent: bool | None = None
    teamProperties: Sizes | None = None
    teamEventProperties: Sizes | None = None
    maxParticipants: Seats | None = None
    rules: Lines | None = None
    faq: Annotated[list[Question], Field(max_length=MOST_LINES)] | None = None
    category: Names | None = None
    tags: Names | None = None


class NewEvent(EventBody):
    name: Title
    description: Prose
    date: Day
    time: Clock
    venue: Name


class ChangedEvent(EventBody):
    name: Title | None = None
    description: Prose | None = None
    date: Day | None = None
    time: Clock | None = None
    venue: Name | None = None


def known(body: NewEvent | ChangedEvent) -> dict[str, Any]:
    """What a body says of an event, by the names that the hub has for it; raises Invalid."""
    said = {
        "short_description": body.name,
        "long_description": body.description,
        "venue": body.venue,
        "fees": body.fees,
        "is_for_teams": body.teamEvent,
        "min_size": _size(body, "minSize"),
        "max_size": _size(body, "maxSize"),
        "categories": body.category,
        "tags": body.tags,
        "prize": body.prize,
        "rules": body.rules,
        "faq": body.faq,
    }
    when = When(body.date, body.time, body.endDate, body.endTime)
    return {"times": when, **{name: value for name, value in said.items() if value is not None}, **_seats(body)}


def _seats(body: EventBody) -> dict[str, int | None]:
    """Null says nothing, as everywhere; so it is zero that stands for room for all."""
    return {} if body.maxParticipants is None else {"seats": body.maxParticipants or None}


def _size(body: EventBody, name: str) -> int | None:
    """A size may stand beside the rest or in either of two objects; who says it twice says the same."""
    places = (body, body.teamProperties, body.teamEventProperties)
    said = {getattr(place, name) for place in places if place is not None} - {None}
    if len(said) > 1:
        raise Invalid(name, "is said twice, and not the same")
    return said.pop() if said else None


class Listed(Body):
    """A key without a value asks for nothing; of categories and tags an event has all that are named."""

    category: list[str] | None = None
    tags: list[str] | None = None
    order: Literal["date", "name"] = "date"
    limit: Annotated[int | None, Field(ge=1, le=MOST_ROWS, description="All, where it is not said.")] = None
    page: Annotated[int, Field(ge=1, le=LATEST_PAGE)] = 1


def listed(request: web.Request) -> dict[str, Any]:
    """Which events a query asks for; raises Invalid."""
    order = query(request, "order") or BY_DATE
    if order not in ORDERS:
        raise Invalid("order", f"is neither {BY_DATE} nor {BY_NAME}")
    return {
        "categories": list(_filters(request, "category")),
        "tags": list(_filters(request, "tags")),
        "order": order,
        "number": whole_number(request, "page", 1, LATEST_PAGE, otherwise=1),
        "size": whole_number(request, "limit", 1, MOST_ROWS, otherwise=0) or None,
    }


def _filters(request: web.Request, name: str) -> Iterator[str]:
    for text in request.query.getall(name, []):
        if "\0" in text:
            raise Invalid(name, "contains a NUL character")
        if text:
            yield text


class NewOrganiser(Body):
    username: Name
    role: Name


class NewVolunteer(Body):
    username: Name
    task: Lines


class Tasks(Body):
    task: Lines | None = None
