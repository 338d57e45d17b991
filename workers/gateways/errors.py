"""What a gateway says when the outside did not take what it was given. No message holds an address or a secret."""

from __future__ import annotations

from datetime import datetime


class GatewayError(Exception):
    """Its message is for the operator."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        """No retry helps: a key is wrong, or the provider refuses what is sent."""
        self.retry_after = retry_after
        """Seconds that the provider asks to be left alone."""


class DeviceGone(GatewayError):
    """The provider will never again deliver to this address."""

    def __init__(self, message: str, *, since: datetime | None = None) -> None:
        super().__init__(message, permanent=True)
        self.since = since
        """When it was seen to be gone, if the provider says so: what was registered later is not meant."""
