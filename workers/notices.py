"""Notices: by mail or by push to whoever was not connected when something happened, as they prefer.

Each job asks anew whether it is still true, whether the person has come meanwhile, and how they want to be told. A mail
is sent once, by its key. Pushes are a job for each device; one that is repeated after a fault shows once, by its
collapse id.

Accepted: a node that crashed is believed for half a minute to have its people, so what happens then is heard by those
who come back to `/teams`, and nobody writes to the others.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache, lru_cache

import structlog

from hub import clock
from hub.domain import counters, devices, hops, notice_limits, notices, users
from hub.domain.counters import Counters
from hub.domain.devices import Known
from hub.domain.notices import News, Notice
from hub.domain.refusals import TooMany
from hub.perform import run, run_reading
from hub.presence import TEAMS, Presence, Whereabouts
from hub.reactions.teams import PUSH_NOTICE, TELL
from hub.wire import halp
from workers import mail, push
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push, gateway_for
from workers.jobs import job
from workers.notice_words import words_of
from workers.noting import note, note_and_raise
from workers.runtime import settings

log = structlog.get_logger(__name__)


@job(TELL, max_attempts=mail.TRIES)
def tell(kind: str, row: str, state: str, account_id: int) -> None:
    """Tell one person of one thing. Whoever prefers pushes and has nothing to push to gets a mail."""
    notice = Notice(kind, row, state, account_id)
    news = _still_news(notice)
    if news is None or _are_too_many(notice):
        return
    reachable = _reachable(account_id) if news.told_by == users.BY_PUSH else []
    if reachable:
        run(notices.push, notice, reachable)
    else:
        _mail(notice, news)


def _are_too_many(notice: Notice) -> bool:
    """Whether strangers have caused so many notices that this one is left out."""
    if not settings().rate_limits:
        return False
    try:
        run(notice_limits.count, notice)
    except TooMany:
        _leave_out(notice, "too many were told already; they find it in the app")
        return True
    return False


def _mail(notice: Notice, news: News) -> None:
    if not mail.is_on():
        _leave_out(notice, mail.OFF, channel=hops.EMAIL)
        _say_mail_is_off(clock.now().replace(minute=0, second=0, microsecond=0))
        return
    words = words_of(news.letter, news.named)
    said = {"sentence": words.sentence, "then": words.then, "quoted": words.quoted}
    mail.send_letter(news.letter, notice.account_id, notice.key, **said)


@lru_cache(maxsize=1)
def _say_mail_is_off(hour: datetime) -> None:
    """Once for all notices of an hour: there may be thousands, and an operator needs to read it only once."""
    what_to_do = "set HUB_SMTP_URL and HUB_MAIL_FROM; until then nobody is told of anything by mail"
    log.error("mail_is_off", kind="notice", what_to_do=what_to_do)


def _still_news(notice: Notice) -> News | None:
    """What is to be told, where somebody is to be told at all."""
    news = run_reading(notices.news, notice)
    if news is None:
        reason = "it is true no more, or nobody is there to be told"
    elif news.told_by == users.NOT_AT_ALL:
        reason = "they do not want to be told"
    elif _whereabouts().of(notice.account_id) is not Presence.GONE:
        reason = "they were connected, so no notice was due"
    else:
        return news
    _leave_out(notice, reason)
    return None


def _leave_out(notice: Notice, reason: str, *, channel: str = hops.JOB) -> None:
    note(notice.account_id, channel, hops.LEFT_OUT, detail=reason)
    log.info("notice_not_sent", kind=notice.kind, row=notice.row, account=notice.account_id, reason=reason)


@cache
def _whereabouts() -> Whereabouts:
    return Whereabouts(settings().redis_address, place=TEAMS)


def _reachable(account_id: int) -> list[int]:
    """The person's devices to whose kind pushes are on."""
    known = run_reading(devices.of, account_id)
    return [device.id for device in known if gateway_for(device.kind, settings()) is not None]


@job(PUSH_NOTICE, max_attempts=push.TRIES)
def push_notice(kind: str, row: str, state: str, account_id: int, device_id: int) -> None:
    """Push it to one device, as long as that is still this person's."""
    notice = Notice(kind, row, state, account_id)
    news = _still_news(notice)
    device = next((one for one in run_reading(devices.of, account_id) if one.id == device_id), None)
    if news is None:
        return
    if device is None:
        _leave_out(notice, "the device is theirs no more", channel=hops.PUSH)
        return
    try:
        _push_to(device, notice, news)
    except DeviceGone as gone:
        log.info("device_gone", account=account_id, device=device_id, kind=device.kind, reason=str(gone))
        run(notices.device_gone, notice, device_id, gone.since or device.registered_at)
        note(account_id, hops.PUSH, hops.GONE, via=push.via(device), detail=str(gone))
    except GatewayError as wrong:
        note_and_raise(account_id, hops.PUSH, wrong, via=push.via(device))


def _push_to(device: Known, notice: Notice, news: News) -> None:
    truth = run_reading(counters.of, notice.account_id)
    if _sent(notice, news, device, truth):
        run(notices.pushed, notice, device.id, truth)
        note(notice.account_id, hops.PUSH, hops.ACCEPTED, via=push.via(device))


def _sent(notice: Notice, news: News, device: Known, truth: Counters) -> bool:
    """Whether the provider took it; False where pushes of this kind have been turned off."""
    gateway = gateway_for(device.kind, settings())
    if gateway is None:
        push.note_off(notice.account_id, device)
        return False
    text = words_of(news.letter, news.named).sentence
    about = {"kind": notice.kind, "id": news.about}
    # What every app reads of a push stays true: its icon shows the counters.
    payload = {**halp.push_payload(truth), "message": text, "notice": about}
    given = Push(device.kind, device.address, device.keys, payload, text, _collapse_id(notice), push.LASTS_SECONDS)
    with push.patience.asking(device.id, push.provider_of(device), among=device.kind):
        gateway.send(given)
    log.info("notice_pushed", kind=notice.kind, row=notice.row, account=notice.account_id, device=device.id)
    return True


def _collapse_id(notice: Notice) -> str:
    """One of its own: nothing else takes its place on the screen."""
    return f"notice-{hashlib.sha256(notice.key.encode()).hexdigest()[:32]}"
