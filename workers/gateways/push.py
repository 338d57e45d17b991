"""Pushes: what is shown on a device, and which gateway takes it there.

A provider's secret decides: set, it is spoken to; `console`, or unset in development, what would be sent goes to the
outbox; unset in production, pushes of its kind are off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hub.provider_settings import CONSOLE
from hub.settings import Settings


@dataclass(frozen=True)
class Push:
    kind: str
    """apn, gcm or web."""
    address: str = field(repr=False)
    """The provider's token, or a browser's endpoint."""
    keys: Mapping[str, str] | None = field(repr=False)
    """A browser's `p256dh` and `auth`."""
    payload: dict[str, Any]
    text: str
    """What a person reads; empty where there is nothing to read, and only numbers change."""
    collapse_id: str
    """At most 64 bytes. Of pushes with the same one a device shows the last."""
    lasts_seconds: int
    """How long the provider keeps it for a device that is off."""


class PushGateway(Protocol):
    def send(self, push: Push) -> None:
        """Return once the provider has accepted it; raise GatewayError or DeviceGone otherwise.

        A send that failed may have arrived all the same; its collapse id makes a repeat harmless.
        """


def gateway_for(kind: str, settings: Settings) -> PushGateway | None:
    """This process's gateway for pushes of a kind; None while they are off."""
    if kind in _in_use:
        return _in_use[kind]
    if kind not in _made or _made[kind][0] is not settings:
        _made[kind] = (settings, _make(kind, settings))
    return _made[kind][1]


def use(**gateways: PushGateway | None) -> None:
    """From now on and whatever the settings say, in this process: `use(apn=MemoryPush())`. `use()` takes it back."""
    _in_use.clear()
    _in_use.update(gateways)


_in_use: dict[str, PushGateway | None] = {}
_made: dict[str, tuple[Settings, PushGateway | None]] = {}
# Connections are not for sharing: a process that is forked off makes its own.
os.register_at_fork(after_in_child=_made.clear)


def _make(kind: str, settings: Settings) -> PushGateway | None:
    secret_of, gateway_of = _PROVIDERS[kind]
    secret = secret_of(settings)
    if secret == CONSOLE or (not secret and settings.in_development):
        return _console(settings)
    return gateway_of(settings) if secret else None


# Each is loaded by the process that uses it.
def _console(settings: Settings) -> PushGateway:
    from workers.gateways.console import ConsolePush

    return ConsolePush(settings.data_dir)


def _apns(settings: Settings) -> PushGateway:
    from workers.gateways.apns import Apns

    return Apns(settings)


def _fcm(settings: Settings) -> PushGateway:
    from workers.gateways.fcm import Fcm

    return Fcm(settings)


def _web_push(settings: Settings) -> PushGateway:
    from workers.gateways.web_push import WebPush

    return WebPush(settings)


_PROVIDERS: dict[str, tuple[Callable[[Settings], str], Callable[[Settings], PushGateway]]] = {
    "apn": (lambda settings: settings.apns_key, _apns),
    "gcm": (lambda settings: settings.fcm_service_account, _fcm),
    "web": (lambda settings: settings.vapid_private_key, _web_push),
}
"""For each kind, the setting that turns its provider on, and its gateway."""
