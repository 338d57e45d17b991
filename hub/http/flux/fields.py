"""The bodies that Flux's calls take, beside the secret `s`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from hub.domain.member_details import STATES
from hub.domain.phone_bank import LARGEST_CALL_ID
from hub.http.bodies import Body, Filled

Text = Annotated[Filled, StringConstraints(max_length=10_000)]
Short = Annotated[Filled, StringConstraints(max_length=500)]


class EmailOnly(Body):
    email: Short


class FirstContact(Body):
    email: Short
    fname: Short


class PhoneOnly(Body):
    phone_number: str


class Code(Body):
    phone_number: str
    verify_code: Annotated[str, StringConstraints(max_length=100)]
    verify_nonce: Short


class Ballot(Body):
    poll_id: Annotated[int, Field(ge=0, le=2**31 - 1)]
    option_id: Annotated[str, StringConstraints(max_length=10)]


class RoleFor(Body):
    email: Short
    role: Short


class SignOut(Body):
    everywhere: bool = False


def _known_state(state: str) -> str:
    if state and state not in STATES:
        raise ValueError(f"is none of {', '.join(STATES)}")
    return state


State = Annotated[str, AfterValidator(_known_state), WithJsonSchema({"type": "string", "enum": ["", *STATES]})]
"""One that the figures name; blank is any, as the page has it whose address names none."""
Ago = Annotated[int, Field(ge=0, le=100 * 366 * 24 * 3600)]
"""Seconds; nobody was called more than a century ago."""
Prose = Annotated[str, StringConstraints(max_length=10_000)]


class CheckWanted(Body):
    state: State | None = None
    doubleCheck: bool = False


class CheckReport(Body):
    user_s: Annotated[str, StringConstraints(max_length=100)]
    valid: bool
    valid_federal: bool | None = None
    valid_state: bool | None = None
    doubleCheck: bool = False
    validationReason: Prose | None = None
    reason: Prose | None = None


class CallWanted(Body):
    state: State | None = None
    no_answered_call_since: Ago | None = None
    no_any_call_since: Ago | None = None


class CallReport(Body):
    call_id: Annotated[int, Field(ge=1, le=LARGEST_CALL_ID)]
    do_not_call: bool = False
    comment: Prose = ""
    answered: bool = True


class FeedbackSaid(Body):
    feedback: Text
