"""The bodies that Flux's calls take, beside the secret `s`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

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
