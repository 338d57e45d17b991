"""What browsers are sent: the scripts, styles and pictures of the hub's own pages as they lie in `hub/web`, and pages.

Everything has its address under a release, which is a hash of it all: a browser may keep it for ever, and the parts of
a page are of one release. The pages ask no other origin for anything, hold nothing inline, and say so to the browser.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent.parent / "web"
TEMPLATES = Path(__file__).parent / "templates"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""What is not of one of these types is not sent: licences, for example."""
PACKED = ("text/javascript", "text/css", "image/svg+xml")
CURRENT = "current"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {trusted}"
)
"""Pico draws its signs from addresses that hold the picture; what is chosen to be uploaded is shown as a blob."""
PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class File:
    content: bytes
    packed: bytes | None
    """The same in gzip, where that is worth it."""
    content_type: str


@cache
def files() -> dict[str, File]:
    """What is sent, by its path."""
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in TYPES)
    return {str(path.relative_to(FOLDER)): _file(path) for path in found}


def _file(path: Path) -> File:
    content, content_type = path.read_bytes(), TYPES[path.suffix]
    packed = gzip.compress(content, mtime=0) if content_type in PACKED else None
    return File(content, packed, content_type)


@cache
def release() -> str:
    """The name of all that is sent, taken together; it changes with each byte."""
    told = hashlib.sha256()
    for path, one in files().items():
        told.update(f"{path}\0{len(one.content)}\0".encode() + one.content)
    return told.hexdigest()[:12]


def address(path: str) -> str:
    """Where a file of this release is; raises KeyError for one that is not there."""
    return f"/web/{release()}/{path}" if files()[path] else ""


async def file(request: web.Request) -> web.Response:
    given, one = request.match_info["release"], files().get(request.match_info["path"])
    # What is left open in a browser must not put two releases together.
    if one is None or given not in (release(), CURRENT):
        raise web.HTTPNotFound()
    is_packed = one.packed is not None and takes_gzip(request)
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache" if given == CURRENT else "public, max-age=31536000, immutable",
        **({"Vary": "Accept-Encoding"} if one.packed else {}),
        **({"Content-Encoding": "gzip"} if is_packed else {}),
    }
    body = one.packed if is_packed else one.content
    return web.Response(body=body, content_type=one.content_type, headers=headers)


def takes_gzip(request: web.Request) -> bool:
    """Whether the browser unpacks gzip, and has not said that it would rather not (`q=0`)."""
    return _GZIP.search(request.headers.get("Accept-Encoding", "")) is not None


_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:$|,|;\s*q=(?:1|0?\.\d*[1-9]))", re.IGNORECASE)


def page(template: str, *, status: int = 200, trusted_types: str = "'none'", **said: Any) -> web.Response:
    """A page made of a template. `trusted_types` names the one policy that it may make of its own."""
    headers = {**PAGE_HEADERS, "Content-Security-Policy": POLICY.format(trusted=trusted_types)}
    text = templates().get_template(template).render(**said)
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


@cache
def templates() -> Environment:
    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    found.globals["web"] = address
    return found


ROUTES = [web.get("/web/{release}/{path:.+}", file)]
