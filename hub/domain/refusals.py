"""An action saying no. One class per reason, with a stable code; its words and status are each dialect's own."""

from __future__ import annotations


class Refusal(Exception):
    """The root of all; never raised itself."""

    code = "refused"


class Invalid(Refusal):
    """What was sent cannot be used; `field` says where."""

    code = "invalid"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class EndsTooEarly(Invalid):
    """`field` is an end that lies before its start."""

    code = "ends_too_early"

    def __init__(self, field: str, start: str) -> None:
        super().__init__(field, f"lies before {start}")


class NotSignedIn(Refusal):
    code = "not_signed_in"


class NotAllowed(Refusal):
    code = "not_allowed"


class NotFound(Refusal):
    code = "not_found"


class Conflict(Refusal):
    code = "conflict"


class TooMany(Refusal):
    """Too many tries; `retry_after` says in how many seconds the next one is welcome."""

    code = "too_many"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after
