"""What Flux's spellings look like to who reads its documents: types only, in the order of the contract's page.

Replies of its calls, and what is heard on `/members`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

Seconds = Annotated[float, Field(ge=0, description="Since 1970, with their fraction.")]
WholeSeconds = Annotated[int, Field(ge=0, description="Since 1970.")]
Count = Annotated[int, Field(ge=0)]
Secret = Annotated[str, Field(pattern="^[0-9a-f]{40}$", description="Signs its member in.")]
Alias = Annotated[str, Field(pattern="^[0-9a-f]{40}$", description="Stands for the member's secret in this one check.")]
PublicId = Annotated[str, Field(pattern="^[0-9a-f]{24}$", examples=["571314e427007d5b703fc031"])]
State = Literal["nsw", "qld", "sa", "nt", "act", "vic", "wa", "tas", "nostate", "weirdstate"]
Oid = TypedDict("Oid", {"$oid": PublicId})

GIVEN: dict[str, Any] = {
    "description": "As the member sent it.",
    "anyOf": [
        {"type": ["string", "number", "boolean", "null"]},
        {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
    ],
}
GivenValue = Annotated[Any, WithJsonSchema(GIVEN)]
GIVEN_TOO = ConfigDict(json_schema_extra={"additionalProperties": GIVEN})
"""Of records that hold what a member gave, under the names that `user_details` takes."""


class Okay(TypedDict):
    """Yes. Nothing that is one has a key `error`."""

    status: Literal["okay"]


class Error(TypedDict):
    """No, in words that people may be shown."""

    status: Literal["error"]
    error: str
    error_args: NotRequired[Annotated[dict[str, str], Field(description="The field at fault, and why.")]]


class Validation(TypedDict):
    """How far a member's details were checked."""

    needsValidating: bool
    detailsValid: bool
    doubleCheckedValidation: bool
    validationReason: NotRequired[Annotated[str, Field(description="Why they were found wrong.")]]


class Record(Validation):
    _id: Oid
    email: str
    timestamp: Annotated[Seconds, Field(description="When the member signed up: seconds since 1970.")]
    set_password: bool
    valid_federal: bool
    valid_state: bool
    phone_verified: bool
    lastUpdated: NotRequired[WholeSeconds]
    lastValidationGet: NotRequired[WholeSeconds]
    lastValidated: NotRequired[WholeSeconds]


@with_config(GIVEN_TOO)
class User(Record):
    """What is known of a member, and whatever they gave under the names that `user_details` takes."""

    s: Secret


@with_config(GIVEN_TOO)
class NewUser(User):
    success: Literal[True]


class MailSent(Okay):
    sent_email: Literal[True]
    reason: str


class MailNotSent(TypedDict):
    """Nobody is known by this address, or the server sends no mail."""

    status: Literal["error"]
    sent_email: Literal[False]
    reason: str


class SignedIn(Okay):
    s: Secret
    user: User


class DeadLink(Error):
    s: None


class Poll(TypedDict):
    _id: Oid
    stats: Annotated[dict[str, Count], Field(description="Votes by option, zeros too.", examples=[{"100": 3}])]
    poll_id: int


class PollAfterVote(Okay, Poll):
    pass


@with_config(GIVEN_TOO)
class ToCheck(Okay, Record):
    """A member to check; `s` and `user_s` are the same."""

    s: Alias
    user_s: Alias


class EarlierCall(TypedDict):
    time: WholeSeconds
    comment: str
    answered: bool


class CallToMake(Okay):
    name: str
    contact_number: GivenValue
    postcode: Annotated[str, Field(description="Empty where it is not known.", examples=["0800"])]
    call_log: Annotated[list[EarlierCall], Field(description="Earlier calls, the newest last.")]
    call_id: Annotated[int, Field(ge=1, le=2**53 - 1)]


class Suburbs(Okay):
    suburbs: Annotated[list[str], Field(examples=[["DARWIN (NT)"]])]


class Streets(Okay):
    streets: Annotated[list[str], Field(examples=[["ANCHORAGE CT"]])]


class Edition(TypedDict):
    """Which figures these are, and of when."""

    _id: Oid
    id: Literal[0, 1]
    last_run: Seconds


class CountByState(TypedDict):
    nsw: Count
    qld: Count
    sa: Count
    nt: Count
    act: Count
    vic: Count
    wa: Count
    tas: Count
    nostate: Count
    weirdstate: Count


class MemberFigures(Edition):
    validation_queue: Count
    n_members: Count
    n_members_raw: Count
    n_members_validated: Count
    double_checked: Count
    double_check_queue: Count
    n_volunteers: Count
    n_members_state: CountByState
    n_members_validated_state: CountByState
    n_members_not_valid_state: CountByState
    validation_queue_state: CountByState
    last_member_signup: Annotated[Seconds, Field(description="Seconds since 1970; 0 where nobody has signed up.")]


class RollFigures(Edition):
    """Of members on the roll; groups that are too small are left out."""

    signup_times: Annotated[list[WholeSeconds], Field(description="Newest first.")]
    state_signup_times: dict[State, list[WholeSeconds]]
    dob_years: dict[str, Count]
    postcodes: dict[str, Count]
    states: dict[State, Count]
    state_dob_years: dict[State, dict[str, Count]]


# What is heard.


class Verification(TypedDict):
    phone: Annotated[bool, Field(description="Whether the member's number counts as verified now.")]


class Vote(TypedDict):
    poll_id: int
    option_id: str
