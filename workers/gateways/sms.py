"""Text messages: what is texted to a number, and which gateway takes it there.

`HUB_TWILIO_FROM` decides: set, Twilio is spoken to; `console`, or unset in development, what would be sent is shown in
the terminal and put into the outbox; unset in production, text messages are off.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hub import outbox
from hub.provider_settings import CONSOLE
from hub.settings import Settings
from workers.gateways import terminal
from workers.gateways.errors import GatewayError


@dataclass(frozen=True)
class Sms:
    number: str = field(repr=False)
    """In E.164."""
    text: str = field(repr=False)
    lasts_seconds: int
    """How long the provider may keep it while it cannot deliver it."""
    report_to: str
    """The address at which the provider tells what became of it."""


class NumberRefused(GatewayError):
    """The provider will never deliver to this number; others get theirs."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class SmsGateway(Protocol):
    def send(self, sms: Sms) -> str:
        """Return the provider's name for it once it was accepted; raise GatewayError or NumberRefused otherwise.

        A send that failed may have arrived all the same.
        """


def gateway_for(settings: Settings) -> SmsGateway | None:
    """This process's gateway; None while text messages are off."""
    if _in_use:
        return _in_use[-1]
    if not _made or _made[-1][0] is not settings:
        _made[:] = [(settings, _make(settings))]
    return _made[-1][1]


def use(gateway: SmsGateway | None) -> None:
    """From now on and whatever the settings say, in this process. `use(None)` takes it back."""
    _in_use[:] = [] if gateway is None else [gateway]


_in_use: list[SmsGateway] = []
_made: list[tuple[Settings, SmsGateway | None]] = []
# Connections are not for sharing: a process that is forked off makes its own.
os.register_at_fork(after_in_child=_made.clear)


def _make(settings: Settings) -> SmsGateway | None:
    if not settings.sms_is_on:
        return None
    if settings.twilio_from in ("", CONSOLE):
        return ConsoleSms(settings.data_dir)
    # Loaded by the process that uses it.
    from workers.gateways.twilio import Twilio

    return Twilio(settings)


class ConsoleSms:
    """Shows what would be texted in the terminal, and keeps it in the outbox."""

    via = outbox.FOLDER

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def send(self, sms: Sms) -> str:
        payload = {"report_to": sms.report_to}
        path = outbox.put(self._data_dir, channel="sms", to=sms.number, subject=None, text=sms.text, payload=payload)
        terminal.show(f"SMS to {sms.number}", [sms.text])
        return path.stem


class MemorySms:
    """For tests: it collects what it is given, and fails when it is told to."""

    def __init__(self) -> None:
        self.sent: list[Sms] = []
        self.fails_with: GatewayError | None = None

    def send(self, sms: Sms) -> str:
        if self.fails_with is not None:
            raise self.fails_with
        self.sent.append(sms)
        return f"memory-{len(self.sent)}"
