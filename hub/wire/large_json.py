"""JSON whose bulk is a few long texts, such as images in base64; as strict as `strict_json`.

The parser lets nobody else run while it works: a tenth of a second for 36 MB, half a second where they are escapes. So
long texts are cut out and read in pieces; the rest is parsed as ever, with marks in their places.
"""

from __future__ import annotations

import re
import secrets
from itertools import pairwise
from typing import Any

from hub.wire import strict_json
from hub.wire.strict_json import NotStrictJson

Octets = bytes | bytearray
"""What arrived, whether it can still grow or not."""
LONG = 64 * 1024
"""Bytes from which a text is read by itself."""
PIECE = 128 * 1024
MOST_BESIDES = 1024 * 1024
"""Bytes of everything but the long texts."""
MOST_LETTERS = 1024 * 1024
"""Of a text that is not ASCII: one odd letter makes all the others of its text four times as large in memory."""


class TooLarge(NotStrictJson):
    """Large, and not by long texts in ASCII."""


def loads(body: Octets) -> Any:
    """Parse strictly; raises NotStrictJson and nothing else. Runs long, but no step of it does."""
    rest, texts = _taken_apart(body, mark=secrets.token_hex(16))
    value = _put_together(_loads(rest), texts)
    if texts:
        raise NotStrictJson("has a key that is too long")
    return value


def _taken_apart(body: Octets, mark: str) -> tuple[bytes, dict[str, str]]:
    """What is besides the long texts, and the texts by the marks that stand in their places."""
    texts: dict[str, str] = {}
    rest, done, quote = bytearray(), 0, body.find(b'"')
    while quote != -1:
        cuts = _cuts(body, quote + 1)
        end = cuts[-1]
        if end - quote > LONG:
            name = f"{mark}{len(texts)}"
            rest += body[done : quote + 1] + name.encode()
            texts[name] = _text([_loads(b'"%b"' % bytes(body[begin:stop])) for begin, stop in pairwise(cuts)])
            done = end
        _refuse_much(len(rest) + end - done)
        quote = body.find(b'"', end + 1)
    _refuse_much(len(rest) + len(body) - done)
    return bytes(rest + body[done:]), texts


def _loads(cut: bytes) -> Any:
    try:
        return strict_json.loads(cut)
    except NotStrictJson as wrong:
        # The place that the parser names after the colon is one in what we cut, which nobody but us has seen.
        raise NotStrictJson(str(wrong).partition(":")[0]) from None


def _refuse_much(besides: int) -> None:
    if besides > MOST_BESIDES:
        raise TooLarge(f"has more than {MOST_BESIDES} bytes besides its long texts")


# Up to the end of a text or of the piece, but never into an escape, nor between two that spell one letter. (Nothing in
# it is possessive, which early versions of Python 3.11 get wrong.)
_INSIDE = re.compile(
    rb"""[^"\\]*(?:\\(?:[^u]|u[^dD]...|u[dD][0-7]..|u[dD][89abAB]..\\u[dD][c-fC-F]..)[^"\\]*)*""", re.DOTALL
)


def _cuts(body: Octets, at: int) -> list[int]:
    """Where the text that begins at `at` can be cut: its begin, between its pieces, and its end."""
    cuts = [at]
    while body[cuts[-1] : cuts[-1] + 1] != b'"':
        found = _INSIDE.match(body, cuts[-1], _between_letters(body, cuts[-1] + PIECE))
        if found is None or found.end() == cuts[-1]:
            raise NotStrictJson("has a text that does not end, or an escape that is none")
        cuts.append(found.end())
    return cuts


def _between_letters(body: Octets, at: int) -> int:
    """`at`, or the place before it where a letter of several bytes begins."""
    for _ in range(3):
        if at < len(body) and body[at] & 0b1100_0000 == 0b1000_0000:
            at -= 1
    return at


def _text(pieces: list[str]) -> str:
    if sum(map(len, pieces)) > MOST_LETTERS and not all(map(str.isascii, pieces)):
        raise TooLarge(f"has a text of more than {MOST_LETTERS} letters that is not ASCII")
    return "".join(pieces)


def _put_together(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _put_together(child, texts) for key, child in value.items()}
    if isinstance(value, list):
        return [_put_together(child, texts) for child in value]
    return texts.pop(value, value) if isinstance(value, str) else value
