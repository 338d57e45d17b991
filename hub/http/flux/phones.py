"""`app_rego/phone_commit` and `phone_verify`: showing that a number is one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import structlog
from aiohttp import web

from hub import clock
from hub.domain import phone_checks
from hub.domain.sms_budgets import MONEY, BudgetSpent
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS, Unavailable
from hub.http.flux import fields
from hub.http.flux.reply import failed, ok
from hub.http.peers import address_of
from hub.perform import perform
from hub.settings import Settings
from hub.wire import flux_shapes as shapes

log = structlog.get_logger(__name__)

WRONG_CODE = "The code is wrong or has run out. Ask for a new one after five tries."
TOLD_EVERY = timedelta(minutes=1)
_told: WeakKeyDictionary[web.Application, dict[str, datetime]] = WeakKeyDictionary()
"""When the operator was last told what. Whoever floods us must not flood the log too."""


@described("Have a code texted to a number", body=fields.PhoneOnly, replies={200: shapes.Okay})
async def phone_commit(request: web.Request) -> web.Response:
    """Have a code texted. Over a budget it is 429, and the operator is told where money is at stake."""
    settings = request.config_dict[SETTINGS]
    given = await parse(request, fields.PhoneOnly)
    if not settings.sms_is_on:
        if _is_to_be_told(request.app, "sms is off"):
            log.error("sms_is_off", what_to_do="set HUB_TWILIO_FROM; nobody can verify a phone number")
        raise Unavailable("this server sends no text messages")
    try:
        await perform(
            phone_checks.commit,
            given.phone_number,
            address=address_of(request),
            lasts=timedelta(seconds=settings.phone_code_seconds),
            countries=_countries(settings),
            budgets=settings.sms_budgets,
            limited=settings.rate_limits,
        )
    except phone_checks.CountryNotServed:
        if not _countries(settings) and _is_to_be_told(request.app, "no countries"):
            log.error("sms_has_no_countries", what_to_do="set HUB_SMS_COUNTRIES; nobody can verify a phone number")
        raise
    except BudgetSpent as no:
        if no.budget in MONEY and _is_to_be_told(request.app, no.budget):
            _warn(no)
        raise
    return ok()


def _countries(settings: Settings) -> tuple[str, ...] | None:
    """Where text messages may go to; everywhere in development, unless it is said."""
    return settings.sms_countries or (None if settings.in_development else ())


def _is_to_be_told(app: web.Application, what: str) -> bool:
    """Whether the operator was not told of it within a minute; then they are now."""
    told, now = _told.setdefault(app, {}), clock.now()
    is_news = what not in told or not timedelta(0) <= now - told[what] < TOLD_EVERY
    if is_news:
        told[what] = now
    return is_news


def _warn(no: BudgetSpent) -> None:
    log.warning(
        "sms_budget_spent",
        budget=no.budget,
        retry_after=no.retry_after,
        what_to_do="somebody may be sending themselves messages at your cost; see HUB_SMS_BUDGETS",
    )


@described("Show the code", body=fields.Code, replies={200: shapes.Okay | shapes.Error})
async def phone_verify(request: web.Request) -> web.Response:
    settings = request.config_dict[SETTINGS]
    given = await parse(request, fields.Code)
    lasts = timedelta(seconds=settings.phone_nonce_seconds)
    is_right = await perform(
        phone_checks.verify,
        given.phone_number,
        given.verify_code,
        given.verify_nonce,
        lasts=lasts,
        keys=request.config_dict[KEYS],
    )
    return ok() if is_right else failed(WRONG_CODE)


V1 = [web.post("/app_rego/phone_commit", phone_commit), web.post("/app_rego/phone_verify", phone_verify)]
