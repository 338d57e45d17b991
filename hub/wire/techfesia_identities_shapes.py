"""The shapes of replies about what somebody can sign in by, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

# The contract writes one of the keys with a hyphen.
AuthModes = TypedDict("AuthModes", {"password": bool, "o-auth": list[Literal["google", "github", "facebook"]]})
