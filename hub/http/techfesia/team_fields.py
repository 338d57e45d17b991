"""What the calls about teams take: their bodies, and what their queries ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from hub.domain.pages import LATEST_PAGE, MOST_ROWS
from hub.http.bodies import Body, Filled
from hub.http.techfesia.queries import PAGE_SIZE

TeamName = Annotated[Filled, StringConstraints(max_length=200)]
SomeUsername = Annotated[Filled, StringConstraints(max_length=200)]
"""Of somebody who is there, however they were named once."""


class NewTeam(Body):
    name: TeamName


class TeamChange(Body):
    """What is absent or null stays as it is."""

    name: TeamName | None = None
    leader: Annotated[SomeUsername | None, Field(description="The username of a member.")] = None


class Whom(Body):
    username: SomeUsername


class TeamFilters(Body):
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = PAGE_SIZE
    page: Annotated[int, Field(ge=1, le=LATEST_PAGE)] = 1
    event: Annotated[str | None, Field(description="An event's public id: teams that take part in it.")] = None
    user: Annotated[str | None, Field(description="A username: teams that they lead or are a member of.")] = None
