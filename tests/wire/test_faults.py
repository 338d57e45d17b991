"""What is wrong with what a client sent, in words for whoever wrote the client."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from hub.wire.faults import FILLED, first_fault


class Sent(BaseModel):
    model_config = ConfigDict(strict=True)

    name: Annotated[str, StringConstraints(pattern=FILLED, max_length=5)] = "Ann"
    hash: Annotated[str, StringConstraints(pattern="^[0-9a-f]{2}$")] = "00"
    mode: Literal["student", "tutor"] = "student"
    skills: Annotated[list[str], Field(max_length=2)] = []
    courses: dict[str, int] = {}
    active: bool = True


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({"name": " "}, "name", "is blank"),
        ({"name": "Annabel"}, "name", "is too long"),
        ({"name": 7}, "name", "is not a text"),
        ({"hash": "secret"}, "hash", "has not the form that it should have"),
        ({"mode": "both"}, "mode", "is none of 'student' or 'tutor'"),
        ({"skills": "knitting"}, "skills", "is not a list"),
        ({"skills": ["a", "b", "c"]}, "skills", "has too many entries"),
        ({"skills": ["a", 7]}, "skills.1", "is not a text"),
        ({"courses": []}, "courses", "is not an object"),
        ({"active": "yes"}, "active", "is neither true nor false"),
        (7, "body", "is not an object"),
    ],
)
def test_the_first_field_that_is_wrong_is_named_with_the_reason(sent, field, reason):
    with pytest.raises(ValidationError) as wrong:
        Sent.model_validate(sent)

    fault = first_fault(wrong.value, whole="body")

    assert (fault.field, fault.reason) == (field, reason)
