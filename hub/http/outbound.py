"""Calls that the server itself makes to providers, such as one that vouches for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache

import httpx2
from aiohttp import web

CLIENT: web.AppKey[httpx2.AsyncClient] = web.AppKey("outbound_client", httpx2.AsyncClient)
PATIENCE_SECONDS = 5.0


# Reading all the certificates of the world takes a tenth of a second.
_trusted = cache(httpx2.create_ssl_context)


async def client(app: web.Application) -> AsyncIterator[None]:
    """One client for the life of the server. It follows no redirects: providers' addresses are settings."""
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, verify=_trusted()) as opened:
        app[CLIENT] = opened
        yield
