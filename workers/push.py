"""Pushing: devices are brought up to date when what they show is no longer true and nobody is looking.

A device is marked when its provider has accepted a push. A worker that dies in between pushes once more, under the same
collapse id, so that the device shows one.

A send may take seconds, so what is true, who is looking and which devices lag behind is asked anew before each.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import structlog

from hub.domain import accounts, counters, devices, hops
from hub.domain.counters import Counters
from hub.domain.devices import Known
from hub.perform import run, run_reading
from hub.presence import Presence, Whereabouts
from hub.reactions.counters import SYNC_DEVICES
from hub.reactions.tutoring_sessions import PUSH_END
from hub.wire import halp
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push, gateway_for
from workers.jobs import NotYet, job
from workers.noting import note, note_failure, through
from workers.patience import SLOW_SECONDS, LeftAlone, Patience
from workers.runtime import settings

log = structlog.get_logger(__name__)

LASTS_SECONDS = 86400
"""How long a provider keeps a push for a device that is off."""
SOONEST_LOOK_SECONDS = 2.0
LONGEST_SECONDS = 25.0
"""What one job may spend on providers; the rest of a person's devices have their turn with the next try."""
TRIES = 16
"""Over almost two hours: a provider may have a bad one, and afterwards nobody else would tell."""
SESSION_ENDED = "Your session has ended."
SHOWN_ALREADY = "their devices showed it already, or it was true no more"
NO_DEVICE = "they have no device to push to"
TURNED_ON_BY = {
    devices.APN: "HUB_APNS_KEY",
    devices.GCM: "HUB_FCM_SERVICE_ACCOUNT",
    devices.WEB: "HUB_VAPID_PRIVATE_KEY",
}


@dataclass(frozen=True)
class News:
    """What is true of a person, the words for it, and the devices that were not told."""

    truth: Counters
    text: str
    untold: list[Known]


Turn = tuple[Known, News]
Mark = Callable[[Known, str], None]
"""Note for a device that it shows these counters now; a unit of work."""


@job(SYNC_DEVICES, max_attempts=TRIES)
def sync_devices(account_id: int) -> None:
    """Bring this person's devices up to date, if what they show is no longer true and nobody is looking.

    Whoever looks may close the lid at any moment without having seen it, so their devices are looked after until they
    show the truth or the truth is what they show.
    """

    def news() -> News:
        truth = counters.of(account_id)
        return News(truth, halp.sentence(truth), devices.out_of_date(account_id, truth.as_text()))

    def mark(device: Known, shown: str) -> None:
        devices.told(device.id, account_id, shown)

    _push(account_id, _unless_looking(account_id, _turns(news)), mark)


@job(PUSH_END, max_attempts=TRIES)
def session_ended(account_id: int, session_number: int) -> None:
    """The end of a session is pushed to both, whoever is looking."""

    def news() -> News:
        truth = counters.of(account_id)
        text = f"{SESSION_ENDED} {halp.sentence(truth)}".rstrip()
        return News(truth, text, devices.not_told_of_end(account_id, session_number))

    def mark(device: Known, shown: str) -> None:
        accounts.hold(account_id)
        devices.told_of_end(device.id, account_id, shown, session_number)
        if counters.of(account_id).as_text() != shown:
            # Newer ones may have come to the device before this push, so it has to be looked after once more.
            counters.moved(account_id)

    _push(account_id, _turns(news), mark)


def _turns(ask: Callable[[], News]) -> Iterator[Turn]:
    """Each device once, with the news of the moment in which its turn comes.

    In any order: a few that fail slowly must not keep the same others from their turn at each try.
    """
    had: set[int] = set()
    while True:
        news = run_reading(ask)
        untold = [device for device in news.untold if device.id not in had]
        if not untold:
            return
        device = random.choice(untold)
        had.add(device.id)
        yield device, news


def _unless_looking(account_id: int, turns: Iterator[Turn]) -> Iterator[Turn]:
    for turn in turns:
        if _whereabouts().of(account_id) is Presence.ACTIVE:
            note(account_id, hops.PUSH, hops.POSTPONED, detail="they were looking at the app")
            raise NotYet(max(SOONEST_LOOK_SECONDS, 2.0 * settings().push_grace_seconds))
        yield turn


@cache
def _whereabouts() -> Whereabouts:
    return Whereabouts(settings().redis_address)


patience = Patience()


def _push(account_id: int, turns: Iterator[Turn], mark: Mark) -> None:
    """Send to each device; one that fails keeps no other from its push. What may heal is tried again by the job."""
    until = time.monotonic() + LONGEST_SECONDS
    failed: list[GatewayError] = []
    is_told = True
    for device, news in turns:
        is_told = False
        if time.monotonic() > until:
            failed.append(GatewayError("providers took too long; the other devices come with the next try"))
            break
        began = time.monotonic()
        try:
            if _sent(account_id, device, news):
                run(mark, device, news.truth.as_text())
                note(account_id, hops.PUSH, hops.ACCEPTED, via=via(device))
        except DeviceGone as gone:
            log.info("device_gone", account=account_id, device=device.id, kind=device.kind, reason=str(gone))
            # What was registered again while the provider was asked is another device to it.
            run(devices.gone, device.id, gone.since or device.registered_at)
            note(account_id, hops.PUSH, hops.GONE, via=via(device), detail=str(gone))
        except GatewayError as wrong:
            failed.append(wrong)
            note_failure(account_id, hops.PUSH, wrong, via=via(device))
            if time.monotonic() - began >= SLOW_SECONDS:
                # Whoever has one device that hangs may have more of them, and others wait for this worker.
                break
    if failed:
        _come_again(failed)
    if is_told:
        reason = SHOWN_ALREADY if run_reading(devices.are_there, account_id) else NO_DEVICE
        note(account_id, hops.PUSH, hops.LEFT_OUT, detail=reason)


def _come_again(failed: list[GatewayError]) -> None:
    """The one that may heal soonest decides: a device that never will must not keep the others from their next try."""
    soonest = min(failed, key=lambda wrong: (wrong.permanent, wrong.retry_after or 0.0))
    if isinstance(soonest, LeftAlone):
        raise NotYet(soonest.retry_after or 0.0)
    raise soonest


def _sent(account_id: int, device: Known, news: News) -> bool:
    """Whether the provider took it; False where pushes of this kind are off."""
    gateway = gateway_for(device.kind, settings())
    if gateway is None:
        note_off(account_id, device)
        return False
    payload = {**halp.push_payload(news.truth), "message": news.text}
    collapse_id = f"sync-{account_id}"
    push = Push(device.kind, device.address, device.keys, payload, news.text, collapse_id, LASTS_SECONDS)
    with patience.asking(device.id, provider_of(device), among=device.kind):
        gateway.send(push)
    log.info("pushed", account=account_id, device=device.id, kind=device.kind, count=news.truth.count)
    return True


def provider_of(device: Known) -> str:
    """Whose trouble is whose: each browser's endpoint names a push service of its own."""
    return "/".join(device.address.split("/", 3)[:3]) if device.kind == devices.WEB else device.kind


def via(device: Known) -> str:
    """Which device, and through whom; never its address."""
    gateway = gateway_for(device.kind, settings())
    host = f" {provider_of(device).partition('//')[2][:100]}" if device.kind == devices.WEB else ""
    return f"{through(gateway, device.kind + host)} (device {device.id})"


def note_off(account_id: int, device: Known) -> None:
    why = f"pushes of its kind are off: set {TURNED_ON_BY[device.kind]}"
    note(account_id, hops.PUSH, hops.LEFT_OUT, via=via(device), detail=why)
