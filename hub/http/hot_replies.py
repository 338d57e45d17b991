"""What the door says by itself: the reply to a request for a hot page, byte by byte as aiohttp would write it.

Accepted: such requests are not logged one by one. Those of a second that got the same status from the same page share a
line, which counts them and names the id of each; one line for each would cost more than the answers.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache

import structlog
from aiohttp.http import SERVER_SOFTWARE
from prometheus_client import Histogram

from hub.http import origins
from hub.http.heads import Head, query_of
from hub.http.hot import Answer, HotPage, HotPages, Reading

log = structlog.get_logger(__name__)

MOST_IDS_IN_A_LINE = 100


@dataclass(frozen=True, slots=True)
class Question:
    """A request for a hot page, read and understood; the same bytes always mean the same one."""

    hot: HotPage
    reading: Reading
    cors: str

    def reply(self, answer: Answer, request_id: str) -> bytes:
        head = (
            f"HTTP/1.1 {answer.status} {answer.reason}\r\n{_lines(answer.headers)}X-Request-Id: {request_id}\r\n"
            f"Content-Length: {len(answer.body)}\r\nDate: {_date(int(time.time()))}\r\n"
            f"Server: {SERVER_SOFTWARE}\r\n{self.cors}\r\n"
        )
        return head.encode("latin-1") + answer.body


def question(head: Head, pages: HotPages, cors_origins: Collection[str]) -> Question | None:
    """What a request asks, if it is for a hot page. Raises what the page raises, where it refuses the query."""
    hot = pages.at(head.headers["host"], head.path) if head.is_plain else None
    if hot is None:
        return None
    cors = origins.headers_for(head.headers.get("origin"), cors_origins)
    return Question(hot, hot.page(query_of(head.query)), _lines(cors))


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


@lru_cache(1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def new_id() -> str:
    return secrets.token_hex(8)


@dataclass
class Answered:
    """Who got one status from one page since the last line was logged."""

    ids: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Accounts:
    """How requests that the door answered ended: each in the figures, several in a line of the log."""

    def __init__(self, requests: Histogram) -> None:
        self._requests = requests
        self._open: dict[tuple[str, int], Answered] = {}

    def add(self, path: str, status: int, request_id: str, seconds: float) -> None:
        self._requests.labels("GET", path, status).observe(seconds)
        answered = self._open.setdefault((path, status), Answered())
        answered.ids.append(request_id)
        answered.slowest = max(answered.slowest, seconds)
        if len(answered.ids) >= MOST_IDS_IN_A_LINE:
            self.log()

    def log(self) -> None:
        """Say what has not been said yet; one request by itself is told like any other."""
        told, self._open = self._open, {}
        for (path, status), answered in told.items():
            said = {"method": "GET", "path": path, "status": status, "ms": round(answered.slowest * 1000, 1)}
            if len(answered.ids) == 1:
                log.info("request", request=answered.ids[0], **said)
            else:
                log.info("requests", count=len(answered.ids), requests=answered.ids, **said)
