"""Links that may be followed once: whether somebody has opened one, or a browser, scanner or chat only looks at it."""

from __future__ import annotations

from aiohttp import web

LOOKING = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers and scanners say that nobody has opened the link yet."""


def is_only_looked_at(request: web.Request) -> bool:
    said = " ".join(value for name in LOOKING for value in request.headers.getall(name, [])).lower()
    return request.method == "HEAD" or any(word in said for word in ("prefetch", "prerender", "preview"))
