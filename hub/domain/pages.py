"""Pages of a long list: which rows, and how many pages there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from peewee import ModelSelect

from hub.domain.refusals import Invalid

T = TypeVar("T")

MOST_ROWS = 1000
"""On one page."""
LATEST_PAGE = 10**9


class NoSuchPage(Invalid):
    """It lies behind the last one; `size` and `pages` say what there is."""

    code = "no_such_page"

    def __init__(self, size: int, pages: int) -> None:
        super().__init__("page", "does not exist")
        self.size = size
        self.pages = pages


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page, counted from 1; an empty list has one page with nothing on it."""

    rows: list[T]
    number: int
    pages: int
    total: int
    """Rows on all pages together."""


def page_of(query: ModelSelect[Any], *, number: int, size: int) -> Page[Any]:
    """A page of what `query` finds, in its order; raises NoSuchPage behind the last one."""
    total = query.count()
    pages = max(1, -(-total // size))
    if not 1 <= number <= pages:
        raise NoSuchPage(size, pages)
    return Page(list(query.paginate(number, size)), number, pages, total)
