"""`/hooks`: what providers tell the hub of, at every host name. Whoever calls is a program; refusals are plain text.

Calls of others are refused before anything is looked up. What the hub does not know (any more) is passed over quietly,
or the provider would say it again and again.
"""

from __future__ import annotations

import re

import structlog
from aiohttp import web

from hub.domain import sent_messages
from hub.domain.refusals import Refusal
from hub.http.bodies import BadRequest, query
from hub.http.dialect import RETRY_AFTER_SECONDS, SETTINGS, Dialect, Unavailable
from hub.http.twilio import NotTwilio, is_about_us, signed_form
from hub.perform import perform

log = structlog.get_logger(__name__)

NOT_DELIVERED = ("failed", "undelivered")
NOT_FROM_TWILIO = (
    "This call is not Twilio's for this account and address. "
    "If it is, compare HUB_TWILIO_AUTH_TOKEN, HUB_TWILIO_ACCOUNT_SID and HUB_PUBLIC_URL."
)
"""Twilio's console shows the operator what it was answered."""
PUBLIC_ID = re.compile("[0-9a-f]{24}")
ERROR_CODE = re.compile("[0-9]{1,10}")


async def twilio_status(request: web.Request) -> web.Response:
    """What became of a text message, by the id that the hub gave Twilio with it. Old news changes nothing."""
    fields = await signed_form(request)
    if not is_about_us(fields, request.config_dict[SETTINGS]):
        raise NotTwilio()
    status, message = fields.get("MessageStatus"), query(request, "id")
    if not status or not message:
        raise BadRequest(400, "Say which message it is about in the address, as id=, and its MessageStatus.")
    if PUBLIC_ID.fullmatch(message):
        await _note(message, status, _error_code(fields))
    return web.Response(status=204)


def _error_code(fields: dict[str, str]) -> str | None:
    code = fields.get("ErrorCode", "")
    return code if ERROR_CODE.fullmatch(code) else None


async def _note(message: str, status: str, error: str | None) -> None:
    is_news = await perform(sent_messages.report, message, status, error and f"Twilio's error {error}")
    if is_news and status in NOT_DELIVERED:
        log.warning(
            "sms_not_delivered",
            message=message,
            status=status,
            error=error,
            what_to_do=f"see https://www.twilio.com/docs/api/errors/{error or ''}; one now and then is a wrong number",
        )


def _refuse(no: Exception) -> web.Response:
    if isinstance(no, Refusal):
        # There is no other.
        return web.Response(status=403, text=NOT_FROM_TWILIO)
    if isinstance(no, BadRequest):
        return web.Response(status=no.status, text=no.reason)
    if isinstance(no, web.HTTPException):
        allowed = no.headers.get("Allow")
        return web.Response(status=no.status, text=no.reason, headers={"Allow": allowed} if allowed else None)
    if isinstance(no, Unavailable):
        return web.Response(status=503, text="Not now.", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return web.Response(status=500, text="The error was noted.")


HOOKS = Dialect("hooks", [web.post("/twilio/status", twilio_status)], _refuse)
