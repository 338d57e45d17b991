"""Patience with the outside: who is to be left alone for a while, so that nobody is pressed and no worker held up.

Of providers all children of a worker know. Of a single device each knows for itself, so now and then one is asked too
early.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from hub import clock
from workers.gateways.errors import GatewayError
from workers.slots import NoSlot, Slots, of_this_worker

log = structlog.get_logger(__name__)

SLOW_SECONDS = 5.0
"""What fails after so long failed because the provider is in trouble."""
QUIET_SECONDS = 30.0
"""How long such a provider is left alone: waiting for it again and again would hold up all other work."""
CROWDED_SECONDS = (2.0, 6.0)
"""When to ask again where enough others wait for the provider; spread, so that they do not all come back at once."""


class LeftAlone(GatewayError):
    """Not asked, because it is not time yet."""


class Patience:
    def __init__(self, slots: Callable[[], Slots] = of_this_worker) -> None:
        self._slots = slots
        self._until: dict[Hashable, datetime] = {}

    @contextmanager
    def asking(self, device: Hashable, provider: str, *, among: str | None = None) -> Iterator[None]:
        """Refuses a send that comes too early, and learns from one that fails how long the next has to wait.

        Where the device is the provider itself, all children wait as long as the provider asks for. `among` is a group
        of providers whose slots are shared: strangers could name one after the other that hangs.
        """
        self._refuse_if_too_early(device, provider)
        with self._slot(among or provider):
            # Whoever waited for it before may have learnt something.
            self._refuse_if_too_early(device, provider)
            with self._learning(device, provider):
                yield

    @contextmanager
    def _slot(self, provider: str) -> Iterator[None]:
        try:
            with self._slots().one_for(provider):
                yield
        except NoSlot:
            raise LeftAlone("enough others wait for it", retry_after=random.uniform(*CROWDED_SECONDS)) from None

    @contextmanager
    def _learning(self, device: Hashable, provider: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except GatewayError as wrong:
            if not wrong.permanent:
                self._learn(wrong, device, provider, time.monotonic() - began)
            raise

    def _refuse_if_too_early(self, device: Hashable, provider: str) -> None:
        now = clock.now()
        until = max(self._until.get(device, now), self._slots().left_alone_until(provider) or now)
        if until > now:
            raise LeftAlone("left alone for a while", retry_after=(until - now).total_seconds())

    def _learn(self, wrong: GatewayError, device: Hashable, provider: str, seconds: float) -> None:
        if wrong.retry_after is not None:
            self._leave_alone(device, provider, wrong.retry_after)
        if seconds >= SLOW_SECONDS:
            log.warning("provider_slow", provider=provider, seconds=round(seconds, 1), left_alone_for=QUIET_SECONDS)
            self._leave_alone(provider, provider, QUIET_SECONDS)

    def _leave_alone(self, whom: Hashable, provider: str, seconds: float) -> None:
        now = clock.now()
        until = now + timedelta(seconds=seconds)
        if whom == provider:
            self._slots().leave_alone(provider, until)
        else:
            later = {one: moment for one, moment in self._until.items() if moment > now}
            self._until = {**later, whom: until}
