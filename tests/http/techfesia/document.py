"""The contract's document, read: each call as it is printed, with the replies that are printed below it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "samples" / "techfesia" / "document.txt"
CALL = re.compile(r'^curl -X (\w+) (?:(?!^curl).)*?"http://[^/"]+(/[^"]*)"$', re.MULTILINE | re.DOTALL)
BODY = re.compile(r"-d '(.*)' \"http", re.DOTALL)
STATUS = re.compile(r"^Status(\d+).*$", re.MULTILINE)
NATURAL = {"GET": 200, "POST": 201, "PUT": 200}
"""Where the document leaves the status blank."""


@dataclass(frozen=True)
class Printed:
    """One call of the document."""

    method: str
    path: str
    """With its query, as it is printed."""
    token: str | None
    """What stands for the caller's token."""
    body: Any
    is_json: bool
    replies: list[tuple[int, Any]]

    @property
    def yes(self) -> tuple[int, Any]:
        """The first reply that is a yes; where there is none, the natural status and nothing to compare."""
        told = [(status or NATURAL[self.method], said) for status, said in self.replies if status < 400]
        return told[0] if told else (NATURAL[self.method], None)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def calls() -> list[Printed]:
    text = DOCUMENT.read_text()
    found = list(CALL.finditer(text))
    ends = [following.start() for following in found[1:]] + [len(text)]
    return [_printed(call, text[call.end() : end]) for call, end in zip(found, ends, strict=True)]


def _printed(call: re.Match[str], below: str) -> Printed:
    sent, token = BODY.search(call[0]), re.search(r"Bearer ([^\"]+)\"", call[0])
    body = json.loads(sent[1]) if sent else None
    is_json = "Content-Type: application/json" in call[0]
    return Printed(call[1], call[2], token[1] if token else None, body, is_json, list(_replies(below)))


def _replies(below: str) -> Iterator[tuple[int, Any]]:
    parts = STATUS.split(below)
    for status, said in zip(parts[1::2], parts[2::2], strict=True):
        yield int(status), _json_at_the_beginning(said)


def _json_at_the_beginning(text: str) -> Any:
    """What is printed below a status; behind it comes the next heading."""
    begins = re.match(r"\s*(?:Content-Type\S+|Acceptapplication/json)?\s*(?=[\[{])", text)
    return json.JSONDecoder().raw_decode(text, begins.end())[0] if begins else None
