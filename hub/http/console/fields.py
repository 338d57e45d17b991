"""What the console's calls take, where several of them share it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from aiohttp import web
from pydantic import StringConstraints

from hub.domain.pages import LATEST_PAGE
from hub.domain.refusals import Invalid
from hub.http.bodies import Body, Filled, query
from hub.http.fields import Moment, public_id, whole_number

__all__ = ["PAGE_SIZE", "Moment", "Name", "Text", "choice_in", "given", "id_in_path", "page_in", "public_id"]

PAGE_SIZE = 100

Name = Annotated[Filled, StringConstraints(max_length=200)]
Text = Annotated[Filled, StringConstraints(max_length=10_000)]


def id_in_path(request: web.Request) -> str:
    return public_id(request.match_info["id"])


def given(body: Body) -> dict[str, Any]:
    """The fields that a change names; null means unchanged."""
    return {name: value for name, value in body if value is not None}


def choice_in(request: web.Request, name: str, choices: Collection[str]) -> str | None:
    """One of some words in the query, if it says any."""
    text = query(request, name)
    if text is not None and text not in choices:
        raise Invalid(name, f"is none of {', '.join(choices)}")
    return text


def page_in(request: web.Request, *, size: int = PAGE_SIZE) -> dict[str, int]:
    """`number` and `size` of the page that the query asks for."""
    return {"number": whole_number(request, "page", 1, LATEST_PAGE, otherwise=1), "size": size}
