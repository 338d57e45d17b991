"""What is wrong with something that a client sent, said of its first field that is missing or wrong."""

from __future__ import annotations

from pydantic import ValidationError

from hub.domain.refusals import Invalid

REASONS = {
    "missing": "is missing",
    "string_type": "is not a text",
    "string_pattern_mismatch": "is blank",
    "string_too_short": "is blank",
    "string_too_long": "is too long",
    "int_type": "is not a whole number",
    "bool_type": "is neither true nor false",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


def first_fault(wrong: ValidationError, *, whole: str) -> Invalid:
    """`whole` is what the thing itself is called, where no field of it is at fault."""
    fault = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or whole
    return Invalid(field, REASONS.get(fault["type"], fault["msg"].removeprefix("Value error, ")))
