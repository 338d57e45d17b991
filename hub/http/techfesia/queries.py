"""What Techfesia's queries ask for: pages, and filters of which a key without a value is none."""

from __future__ import annotations

from aiohttp import web

from hub.domain.pages import LATEST_PAGE, MOST_ROWS
from hub.domain.refusals import Invalid, NotFound
from hub.http.bodies import query
from hub.http.fields import whole_number

PAGE_SIZE = 10


def page_in(request: web.Request) -> dict[str, int]:
    """`number` and `size` of the page that is asked for; the first, of ten rows, where nothing is."""
    return {
        "number": whole_number(request, "page", 0, LATEST_PAGE, otherwise=1),
        "size": whole_number(request, "limit", 1, MOST_ROWS, otherwise=PAGE_SIZE),
    }


def text_in(request: web.Request, name: str) -> str | None:
    """A filter; a NUL is in nothing that the hub keeps, and databases refuse to look for one."""
    text = query(request, name)
    if text is not None and "\0" in text:
        raise Invalid(name, "contains a NUL character")
    return text


def part_of_path(request: web.Request, name: str) -> str:
    """What the path names there; nothing is called by a text with a NUL."""
    text = request.match_info[name]
    if "\0" in text:
        raise NotFound()
    return text
