"""What Halp's phones send loosely, in bodies, queries and socket events alike: numbers as text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

from hub.wire.strict_json import LARGEST_INTEGER

_FORM = r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?"
_NUMBER = re.compile(_FORM, re.ASCII)


@dataclass(frozen=True, eq=False)
class AlsoTaken:
    """Says in a schema what else a client may send; it is read by the validator that stands before the type."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), dict(self.schema)]}


AS_TEXT = AlsoTaken({"type": "string", "pattern": rf"^\s*{_FORM}\s*$", "description": "The same number as a text."})
EMPTY_TEXT = AlsoTaken({"const": "", "description": "Nothing."})


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


Number = Annotated[float, BeforeValidator(number), AS_TEXT]
WholeNumber = Annotated[int, BeforeValidator(whole_number), AS_TEXT]
PersonNumber = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(whole_number), AS_TEXT]
"""An account as Halp knows it."""
Mode = Literal["student", "tutor"]
ClientId = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
"""A client's own name for what it sends, the same when it sends it again."""
