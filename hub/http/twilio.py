"""What Twilio's calls to the hub have in common.

Twilio signs them with the account's auth token: HMAC-SHA1 over the address it called and the form's fields in order of
name. An unsigned call is only believed in development, where no auth token is set.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from aiohttp import web

from hub.domain.refusals import NotAllowed
from hub.http.bodies import form
from hub.http.dialect import SETTINGS
from hub.settings import Settings
from hub.wire.addresses import absolute


class NotTwilio(NotAllowed):
    """The call is not signed with the account's token."""

    code = "not_twilio"


async def signed_form(request: web.Request) -> dict[str, str]:
    """The fields of a form that Twilio sent; raises NotTwilio for anybody else's."""
    fields = await form(request)
    if not _is_from_twilio(request, fields, request.config_dict[SETTINGS]):
        raise NotTwilio()
    return fields


def is_about_us(fields: dict[str, str], settings: Settings) -> bool:
    """Whether the call is about the hub's own account, where one is set."""
    return not settings.twilio_account_sid or fields.get("AccountSid") == settings.twilio_account_sid


def _is_from_twilio(request: web.Request, fields: dict[str, str], settings: Settings) -> bool:
    if not settings.twilio_auth_token:
        return settings.in_development
    given = request.headers.get("X-Twilio-Signature", "").encode("utf-8", "surrogateescape")
    # Twilio calls either the public address or a host name of the dialect's own.
    addresses = {absolute(request.path_qs), _address_called(request)}
    addresses |= {address.replace("http://", "https://", 1) for address in addresses}
    return any(
        hmac.compare_digest(given, signature(address, fields, settings.twilio_auth_token)) for address in addresses
    )


def _address_called(request: web.Request) -> str:
    try:
        return str(request.url)
    except ValueError:
        # The Host header is no host; the public address is left to compare with.
        return ""


def signature(address: str, fields: dict[str, str], auth_token: str) -> bytes:
    """What Twilio puts into `X-Twilio-Signature` for a form sent to `address`."""
    said = address + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(auth_token.encode(), said.encode(), hashlib.sha1).digest())
