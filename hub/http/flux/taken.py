"""What Flux's calls take, as its document says it: the bodies with the secret that comes in them.

These models read nothing: `auth` takes the secret out of the body, and the domain knows what members may set.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from hub.domain.member_details import SETTABLE
from hub.http.bodies import Body
from hub.http.flux import fields
from hub.wire.flux_shapes import GIVEN

Secret = Annotated[str, Field(description="The caller's secret, 40 hex digits.")]
Nonce = Annotated[
    str | None,
    Field(description="The `verify_nonce` of `app_rego/phone_verify`: shows that `contact_number` is theirs."),
]


class Signed(Body):
    """Who calls, and nothing else."""

    s: Secret


def _what_members_may_set(schema: dict[str, Any]) -> None:
    """What is not sent is not null, but as it was."""
    schema["properties"] |= dict.fromkeys(sorted(SETTABLE - {"email"}), GIVEN)
    for field in schema["properties"].values():
        field.pop("default", None)


class Given(Body):
    """Whatever is set is of at most 10,000 characters. Other keys are passed over."""

    model_config = ConfigDict(json_schema_extra=_what_members_may_set)

    phone_verify_nonce: Nonce = None


class NewMember(Given):
    email: str


class ChangedMember(Given, Signed):
    """With nothing but `s` it reads."""

    email: str = ""


class SignedVote(fields.Ballot, Signed):
    pass


class SignedRole(fields.RoleFor, Signed):
    pass


class SignedAdmin(fields.EmailOnly):
    """The caller's secret comes under `admin` or `s`; of both `admin` counts."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["admin"]}, {"required": ["s"]}]})

    admin: Annotated[str, Field(description="The caller's secret.")] = ""
    s: Annotated[str, Field(description="The caller's secret.")] = ""


class SignedSignOut(fields.SignOut, Signed):
    pass


class SignedCheckWanted(fields.CheckWanted, Signed):
    pass


class SignedCheckReport(fields.CheckReport, Signed):
    pass


class SignedCallWanted(fields.CallWanted, Signed):
    pass


class SignedCallReport(fields.CallReport, Signed):
    pass


class SignedFeedback(fields.FeedbackSaid, Signed):
    pass
