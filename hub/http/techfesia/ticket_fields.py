"""What the calls about help tickets take: their bodies, and what their queries ask for."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from hub.domain.help_tickets import Wanted
from hub.domain.pages import LATEST_PAGE, MOST_ROWS
from hub.domain.refusals import Invalid
from hub.http.bodies import Body, Filled, query
from hub.http.techfesia.queries import PAGE_SIZE, text_in
from hub.wire.techfesia_tickets import SOLVED, UNSOLVED

Title = Annotated[Filled, StringConstraints(max_length=400)]
Text = Annotated[Filled, StringConstraints(max_length=10_000)]
PUBLIC = r"^([Pp]ublic|PUBLIC)$"
PRIVATE = r"[Pp]rivate|PRIVATE"
View = Annotated[str, StringConstraints(pattern=f"{PUBLIC}|{PRIVATE}", max_length=100)]
"""What mentions private is private, whatever else it says: the document's own sample is "public or private"."""


class NewTicket(Body):
    title: Title
    description: Text
    view: View | None = None

    @property
    def is_public(self) -> bool:
        return self.view is None or re.search(PRIVATE, self.view) is None


class Answer(Body):
    content: Text


class Paged(Body):
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = PAGE_SIZE
    page: Annotated[int, Field(ge=1, le=LATEST_PAGE)] = 1


class Filters(Paged):
    topic: Annotated[str | None, Field(description="Words in the title, in large letters or small.")] = None
    status: Literal["solved", "unsolved"] | None = None


class AllFilters(Filters):
    user: Annotated[str | None, Field(description="The username of who asked.")] = None


def wanted_in(request: web.Request, *, opened_by: str | None = None) -> Wanted:
    """Which tickets a query asks for; raises Invalid."""
    return Wanted(opened_by, text_in(request, "topic"), _is_solved(request))


def _is_solved(request: web.Request) -> bool | None:
    status = query(request, "status")
    if status is None:
        return None
    if status not in (SOLVED, UNSOLVED):
        raise Invalid("status", f"is neither {SOLVED} nor {UNSOLVED}")
    return status == SOLVED
