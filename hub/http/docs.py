"""`/docs`: every call of every dialect on one page that needs no JavaScript, and one page each to try them out.

The latter is Swagger UI as its authors made it (`python -m tools.swagger_ui`), served from here like all the rest: the
pages ask no other origin for anything, and their policy says so to the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from yarl import URL

from hub.http import openapi
from hub.http.dialect import Dialect
from hub.threads import compute
from hub.wire.addresses import absolute

TEMPLATES = Path(__file__).parent / "templates"
VENDORED = Path(__file__).parent.parent / "data"
FILES = {
    "docs.css": TEMPLATES,
    "docs.js": TEMPLATES,
    "swagger-ui.css": VENDORED,
    "swagger-ui-bundle.js": VENDORED,
    "swagger-ui-bundle.js.LICENSE.txt": VENDORED,
}
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Swagger UI draws its signs from addresses that hold the picture, and calls what is tried out.
POLICY_OF_TRYING = f"{POLICY}; script-src 'self'; img-src 'self' data:; connect-src 'self'"
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def routes(spoken: Mapping[str, Dialect]) -> list[web.RouteDef]:
    async def overview(request: web.Request) -> web.Response:
        return _page(await compute(_written, tuple(spoken.values())), POLICY)

    async def trying(request: web.Request) -> web.Response:
        dialect = spoken.get(request.match_info["dialect"])
        if dialect is None:
            raise web.HTTPNotFound()
        # The public address may be another origin than the one that this page was fetched from.
        return _page(_page_of(dialect), f"{POLICY_OF_TRYING} {URL(absolute('/')).origin()}")

    return [
        web.get("/docs", overview),
        web.get("/docs/", overview),
        web.get("/docs/{dialect}", trying),
        web.get("/docs/{dialect}/", trying),
        web.get("/docs/files/{name}", file),
    ]


async def file(request: web.Request) -> web.FileResponse:
    folder = FILES.get(request.match_info["name"])
    if folder is None:
        raise web.HTTPNotFound()
    # Asked for again each time, and sent again only after an upgrade.
    return web.FileResponse(folder / request.match_info["name"], headers={**SAFE_HEADERS, "Cache-Control": "no-cache"})


def _page(text: str, policy: str) -> web.Response:
    headers = {**SAFE_HEADERS, "Content-Security-Policy": policy}
    return web.Response(text=text, content_type="text/html", headers=headers)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@cache
def _written(dialects: tuple[Dialect, ...]) -> str:
    return _templates().get_template("docs.html").render(dialects=[_listed(dialect) for dialect in dialects])


def _page_of(dialect: Dialect) -> str:
    return _templates().get_template("dialect.html").render(name=dialect.name, title=openapi.title_of(dialect))


def _listed(dialect: Dialect) -> dict[str, Any]:
    """What the page says of a dialect; a handler's own words are listed at each path where it answers."""
    calls = [
        {"method": route.method, "path": f"/{dialect.name}{openapi.path_of(route)}", "summary": operation.summary}
        for route, operation in openapi.described(dialect)
    ]
    description = dialect.description.split("\n\n") if dialect.description else []
    return {"name": dialect.name, "title": openapi.title_of(dialect), "description": description, "calls": calls}
