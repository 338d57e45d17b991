"""JSON as the hub accepts it: what every client in the world can read back, and nothing else.

Refused beyond plain syntax errors: NaN and Infinity, numbers that a double cannot hold, integers beyond 2**53, lone
surrogates, NUL characters, the same key twice, and nesting deeper than 32. One client's odd message must neither break
the others that hear it nor the database that stores it.
"""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 32
LARGEST_INTEGER = 2**53
LONGEST_NUMBER = 400
"""Digits; Python would spend quadratic time on far longer ones."""


class NotStrictJson(ValueError):
    """The text is not JSON as the hub accepts it; the message says what is wrong with it."""


def loads(text: str | bytes) -> Any:
    """Parse strictly; raises NotStrictJson and nothing else."""
    try:
        if isinstance(text, bytes):
            text = text.decode()
        value = _decoder.decode(text)
    except NotStrictJson:
        raise
    except RecursionError:
        raise NotStrictJson("is nested too deeply") from None
    except ValueError as wrong:
        raise NotStrictJson(f"is not JSON: {wrong}") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _refuse_deep(value)
    if "\\u" in text or "\0" in text:
        _refuse_odd_text(value)
    return value


def dumps(value: object, **_: object) -> str:
    """Compact JSON; takes and ignores the separators that Socket.IO's packet class passes."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _constant(name: str) -> None:
    raise NotStrictJson(f"contains {name}")


def _integer(digits: str) -> int:
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


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _refuse_deep(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise NotStrictJson("is nested too deeply")


def _refuse_odd_text(value: object) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and ("\0" in item or any("\ud800" <= letter <= "\udfff" for letter in item)):
            raise NotStrictJson("contains a lone surrogate or a NUL character")
        waiting.extend(_children(item))
