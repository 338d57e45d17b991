"""Patience with the outside: who is to be left alone for a while, so that nobody is pressed and no worker held up.

Each process knows for itself, so now and then somebody is asked too early.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from hub import clock
from workers.gateways.errors import GatewayError

log = structlog.get_logger(__name__)

SLOW_SECONDS = 5.0
"""What fails after so long failed because the provider is in trouble."""
QUIET_SECONDS = 30.0
"""How long such a provider is left alone: waiting for it again and again would hold up all other work."""


class LeftAlone(GatewayError):
    """Not asked, because it is not time yet."""


class Patience:
    def __init__(self) -> None:
        self._until: dict[Hashable, datetime] = {}

    @contextmanager
    def asking(self, device: Hashable, provider: Hashable) -> Iterator[None]:
        """Refuses a send that comes too early, and learns from one that fails how long the next has to wait."""
        self._refuse_if_too_early(device, provider)
        began = time.monotonic()
        try:
            yield
        except GatewayError as wrong:
            if not wrong.permanent:
                self._learn(wrong, device, provider, time.monotonic() - began)
            raise

    def _refuse_if_too_early(self, *whom: Hashable) -> None:
        now = clock.now()
        left = max((self._until.get(one, now) - now).total_seconds() for one in whom)
        if left > 0:
            raise LeftAlone("left alone for a while", retry_after=left)

    def _learn(self, wrong: GatewayError, device: Hashable, provider: Hashable, seconds: float) -> None:
        if wrong.retry_after is not None:
            self._leave_alone(device, wrong.retry_after)
        if seconds >= SLOW_SECONDS:
            log.warning("provider_slow", provider=provider, seconds=round(seconds, 1), left_alone_for=QUIET_SECONDS)
            self._leave_alone(provider, QUIET_SECONDS)

    def _leave_alone(self, whom: Hashable, seconds: float) -> None:
        now = clock.now()
        later = {one: until for one, until in self._until.items() if until > now}
        self._until = {**later, whom: now + timedelta(seconds=seconds)}
