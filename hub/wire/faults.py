"""What is wrong with something that a client sent, said of its first field that is missing or wrong."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub.domain.refusals import Invalid

FILLED = r"\S"
"""The pattern of a text with something in it."""
REASONS = {
    "missing": "is missing",
    "string_type": "is not a text",
    "string_too_short": "is blank",
    "string_too_long": "is too long",
    "int_type": "is not a whole number",
    "list_type": "is not a list",
    "dict_type": "is not an object",
    "model_type": "is not an object",
    "too_long": "has too many entries",
    "bool_type": "is neither true nor false",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


def first_fault(wrong: ValidationError, *, whole: str) -> Invalid:
    """`whole` is what the thing itself is called, where no field of it is at fault."""
    fault = wrong.errors(include_url=False, include_input=False, include_context=True)[0]
    field = ".".join(str(part) for part in fault["loc"]) or whole
    return Invalid(field, _reason(fault))


def _reason(fault: ErrorDetails) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return "is blank" if context["pattern"] == FILLED else "has not the form that it should have"
    if kind == "literal_error":
        return f"is none of {context['expected']}"
    return REASONS.get(kind, fault["msg"].removeprefix("Value error, "))
