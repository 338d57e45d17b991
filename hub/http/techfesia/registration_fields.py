"""What the calls about registrations take."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, StringConstraints

from hub.http.bodies import Body, parse

TeamId = Annotated[str, StringConstraints(max_length=200)]


class Entry(Body):
    """With which team; nothing for events that are entered alone. An `action`, which some clients send, is ignored."""

    teamId: TeamId | None = None
    teamid: Annotated[TeamId | None, Field(description="The same by its other spelling.")] = None

    @property
    def team(self) -> str | None:
        return self.teamId or self.teamid or None


async def entry_in(request: web.Request) -> Entry:
    """What a request to register says, which may be nothing at all."""
    return await parse(request, Entry) if request.body_exists else Entry()
