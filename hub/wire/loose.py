"""What Halp's phones send loosely, in bodies, queries and socket events alike: numbers as text."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from hub.wire.strict_json import LARGEST_INTEGER

_NUMBER = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?", re.ASCII)


def number(value: object) -> float:
    """A number, also as text; raises ValueError for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("is not a number")
    return float(value)


def whole_number(value: object) -> int:
    found = number(value)
    if not found.is_integer() or abs(found) > LARGEST_INTEGER:
        raise ValueError("is not a whole number")
    return int(found)


Number = Annotated[float, BeforeValidator(number)]
WholeNumber = Annotated[int, BeforeValidator(whole_number)]
PersonNumber = Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=2**31 - 1)]
"""An account as Halp knows it."""
Mode = Literal["student", "tutor"]
ClientId = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
"""A client's own name for what it sends, the same when it sends it again."""
