"""What nodes say to each other's listeners and nobody keeps, in the form in which it crosses the bus."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints


class Saying(BaseModel):
    """The payload is an object, for a client that recovers takes a text at the end of an event for its offset."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    namespace: str
    stream: str
    event: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{1,64}$")]
    payload: dict[str, Any]
