"""Where Flux's calls lie: `/api/v0` and `/api/v1`; the older ones also without a prefix, as the first clients call."""

from __future__ import annotations

from aiohttp import web


def routes(*, v0: list[web.RouteDef], v1: list[web.RouteDef]) -> list[web.RouteDef]:
    return [*v0, *_under("/api/v0", v0), *_under("/api/v1", v1)]


def _under(prefix: str, several: list[web.RouteDef]) -> list[web.RouteDef]:
    return [web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs) for route in several]
