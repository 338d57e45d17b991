"""The heads of HTTP requests, read strictly: what can be misunderstood in any way is not read here at all.

Only a plain `GET` of HTTP/1.1 without a body is: each header once, in visible ASCII, with a Host, and smaller than the
one line that aiohttp would refuse for its length. All others are aiohttp's to read or to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from yarl import URL

LARGEST = 8000
LONGEST_UNFINISHED = 16 * 1024
END = b"\r\n\r\n"

_URL = "[A-Za-z0-9._~!$&'()*+,;=:@/%-]"
_LINE = "[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~]*\r\n"
_HEAD = re.compile(rf"GET (/{_URL}*)(?:\?((?:{_URL}|\?)*))? HTTP/1\.1\r\n((?:{_LINE}){{1,64}})\r\n")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_BEGINNING = re.compile(rb"[A-Z]{1,16}(?:$| (?:[!-~]*(?:$| (?:[!-~]*(?:$|\r(?:$|\n))))))")
OF_BODIES = frozenset({"content-length", "transfer-encoding", "expect", "te", "trailer"})


class Head(NamedTuple):
    """`headers` have lower-case names; `size` is how many bytes the head is long."""

    path: str
    query: str
    headers: Mapping[str, str]
    size: int

    @property
    def wants_websocket(self) -> bool:
        if self.headers.get("upgrade", "").lower() != "websocket":
            return False
        words = self.headers.get("connection", "").lower().split(",")
        return "upgrade" in [word.strip() for word in words]

    @property
    def is_plain(self) -> bool:
        """Whether it asks for a page and nothing else, on a connection that stays."""
        return "upgrade" not in self.headers and self.headers.get("connection", "keep-alive").lower() == "keep-alive"


def read(received: bytes) -> Head | None:
    """The head that these bytes begin with; None for one that is not simple."""
    size = received.find(END) + len(END)
    if not len(END) <= size <= LARGEST or not received.isascii():
        return None
    found = _HEAD.fullmatch(received[:size].decode("ascii"))
    if found is None:
        return None
    headers = _headers(found[3])
    return None if headers is None else Head(found[1], found[2] or "", headers, size)


def _headers(lines: str) -> dict[str, str] | None:
    pairs = [line.partition(":") for line in lines[:-2].split("\r\n")]
    headers = {name.lower(): value.strip(" ") for name, _, value in pairs}
    is_simple = len(headers) == len(pairs) and OF_BODIES.isdisjoint(headers)
    return headers if is_simple and _HOST.fullmatch(headers.get("host", "")) else None


def may_become_one(received: bytes) -> bool:
    """Whether the rest of a head may still come; what is none already is refused at once, by aiohttp."""
    has_bare_newlines = received.count(b"\n") != received.count(b"\r\n")
    is_short = len(received) <= LONGEST_UNFINISHED
    return is_short and not has_bare_newlines and _BEGINNING.match(received) is not None


@lru_cache(256)
def query_of(text: str) -> Mapping[str, str]:
    """The parameters of a query as aiohttp reads them, the first value of each."""
    found = URL.build(path="/", query_string=text, encoded=True).query
    return {name: found[name] for name in found}
