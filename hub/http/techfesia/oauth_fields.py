"""What the calls about providers take: a body that may be missing, and what a provider sends people back with."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from hub.http.bodies import Body, parse


class Provider(Body):
    provider: Annotated[str, StringConstraints(max_length=100)] | None = None


class Back(BaseModel):
    """Written by the provider into the address to which it sends people back."""

    state: str
    code: str | None = None
    error: str | None = None


async def provider_in(request: web.Request) -> str | None:
    """The provider that the body names, if there is a body and it names one."""
    return (await parse(request, Provider)).provider if request.can_read_body else None
