"""JSON as the hub accepts it: what every client in the world can read back, and nothing else.

Refused beyond plain syntax errors: NaN and Infinity, numbers that a double cannot hold, integers beyond 2**53, lone
surrogates, NUL characters, the same key twice, and nesting deeper than 32. One client's odd message must neither break
the others that hear it nor the database that stores it.
"""

from __future__ import annotations

import json
import math
import re
from json import encoder
from typing import Any

DEEPEST = 32
MOST_PARTS = 10_000
"""Lists and objects in one text, brackets in its strings counted along; looking through more would hold others up."""
MOST_VALUES = 50_000
"""Commas in one text, those in its strings counted along."""
LARGEST_INTEGER = 2**53
SURELY_SMALL = 16
"""Characters; an integer of fewer is never too large."""
LONGEST_NUMBER = 400
"""Digits; Python would spend quadratic time on far longer ones."""


class NotStrictJson(ValueError):
    """The text is not JSON as the hub accepts it; the message says what is wrong with it."""


def loads(text: str | bytes) -> Any:
    """Parse strictly; raises NotStrictJson and nothing else."""
    try:
        if isinstance(text, bytes):
            text = text.decode()
        elif not text.isascii():
            # Lone surrogates that came as they are, not as escapes, cannot be encoded.
            text.encode()
        parts = text.count("[") + text.count("{")
        if parts > MOST_PARTS or (len(text) > MOST_VALUES and text.count(",") > MOST_VALUES):
            raise NotStrictJson("has too many parts")
        value = _decoded(text)
    except NotStrictJson:
        raise
    except RecursionError:
        raise NotStrictJson("is nested too deeply") from None
    except ValueError as wrong:
        raise NotStrictJson(f"is not JSON: {wrong}") from None
    if parts > DEEPEST:
        _refuse_deep(value)
    if "\\u" in text:
        _refuse_odd_text(value)
    return value


def dumps(value: object, **_: object) -> str:
    """Compact JSON; takes and ignores the separators that Socket.IO's packet class passes."""
    return "".join(_encoded(value, 0))


def _not_json(value: object) -> None:
    raise TypeError(f"{type(value).__name__} is no JSON")


# What JSONEncoder makes anew for each text, made once: half of what a short one costs.
# (The standard library's types leave out what is not documented; the tests of this module notice if it changes.)
_encoded = encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, _not_json, encoder.encode_basestring, None, ":", ",", False, False, False
)


def _constant(name: str) -> None:
    raise NotStrictJson(f"contains {name}")


def _integer(digits: str) -> int:
    if len(digits) < SURELY_SMALL:
        return int(digits)
    if len(digits) > LONGEST_NUMBER or abs(int(digits)) > LARGEST_INTEGER:
        raise NotStrictJson("contains an integer beyond 2**53")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise NotStrictJson("contains a number that is too large")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictJson("contains the same key twice")
    return found


_decoder = json.JSONDecoder(parse_constant=_constant, parse_int=_integer, parse_float=_real, object_pairs_hook=_object)


_quick_decoder = json.JSONDecoder(parse_constant=_constant, object_pairs_hook=_object)
_HAS_ODD_NUMBERS = re.compile(r"[0-9]{16}|[eE][+-]?[0-9]{3}")
"""A number that may be too large has so many digits, or an exponent of three; all others need no look one by one."""
LONG = 4096
"""Characters from which on it is cheaper to look for such numbers first."""


def _decoded(text: str) -> Any:
    """The value of a whole text, with the cheapest decoder that notices whatever is refused."""
    looks_at_each = len(text) < LONG or _HAS_ODD_NUMBERS.search(text)
    decoder = _decoder if looks_at_each else _quick_decoder
    try:
        value, end = decoder.scan_once(text, 0)  # type: ignore[attr-defined]
    except StopIteration:
        end = -1
    # The slower way allows for blanks around it, and has words for what is wrong.
    return value if end == len(text) else decoder.decode(text)


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""An escape of NUL, and not the letters u0000 after a backslash that was meant."""


def _parts_of(value: dict[str, Any] | list[Any]) -> list[Any]:
    """The lists and objects right inside one."""
    children = value.values() if isinstance(value, dict) else value
    return [child for child in children if isinstance(child, dict | list)]


def _refuse_deep(value: object) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        level = [child for part in level for child in _parts_of(part)]
    if level:
        raise NotStrictJson("is nested too deeply")


def _refuse_odd_text(value: object) -> None:
    # Spelling it again is done in C, and shows in one go whether any text in it cannot be encoded or holds a NUL.
    spelt = json.dumps(value, ensure_ascii=False)
    try:
        spelt.encode()
    except UnicodeEncodeError:
        raise NotStrictJson("contains a lone surrogate") from None
    if _NUL.search(spelt):
        raise NotStrictJson("contains a NUL character")
