"""`twilio/announcement`: an organiser texts the event's number, and everybody hears it.

Twilio signs its calls with the account's auth token: HMAC-SHA1 over the address it called and the form's fields in
order of name. An unsigned call is only believed in development, where no auth token is set.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from xml.sax.saxutils import escape

from aiohttp import web

from hub.domain import announcements
from hub.domain.once import NOBODY
from hub.domain.refusals import NotAllowed
from hub.http.bodies import BODY_DIGEST, form
from hub.http.dialect import SETTINGS, at_most_once
from hub.settings import Settings
from hub.wire.addresses import absolute

LONGEST_MESSAGE = 10_000


class NotTwilio(NotAllowed):
    """The call is not signed with the account's token."""

    code = "not_twilio"


async def announcement(request: web.Request) -> web.Response:
    """Announce the text of a known number; the reply is TwiML that tells the sender what became of it."""
    settings = request.config_dict[SETTINGS]
    fields = await form(request)
    if not _is_from_twilio(request, fields, settings):
        raise NotTwilio()
    message = fields.get("Body", "").strip()
    if not _is_announcer(fields, settings):
        return _twiml("This number may not announce. Ask an organiser to add it.")
    if not message or len(message) > LONGEST_MESSAGE:
        return _twiml("There was nothing to announce.")
    # Twilio calls again when a reply is late, adding what went wrong: the message is the same all the same.
    request[BODY_DIGEST] = hashlib.sha256(message.encode()).hexdigest()
    return _twiml(await at_most_once(request, NOBODY, fields.get("MessageSid") or None, lambda: _announce(message)))


def _announce(message: str) -> str:
    announcements.say(message)
    return "Announced."


def _is_announcer(fields: dict[str, str], settings: Settings) -> bool:
    is_ours = not settings.twilio_account_sid or fields.get("AccountSid") == settings.twilio_account_sid
    return is_ours and fields.get("From") in settings.twilio_announcers


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


def _twiml(text: str) -> web.Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{escape(text)}</Message></Response>'
    return web.Response(text=body, content_type="application/xml")


ROUTES = [web.post("/twilio/announcement", announcement)]
