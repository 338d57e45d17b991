"""`twilio/announcement`: an organiser texts the event's number, and everybody hears it."""

from __future__ import annotations

import hashlib
from xml.sax.saxutils import escape

from aiohttp import web

from hub.domain import announcements
from hub.domain.once import NOBODY
from hub.http.bodies import BODY_DIGEST
from hub.http.described import described
from hub.http.dialect import SETTINGS, at_most_once
from hub.http.twilio import is_about_us, signed_form
from hub.http.vivere.fields import TextMessage
from hub.settings import Settings

LONGEST_MESSAGE = 10_000


@described("Announce what an organiser texts", form=TextMessage, replies={200: "application/xml"}, security="twilio")
async def announcement(request: web.Request) -> web.Response:
    """Announce the text of a known number; the reply is TwiML that tells the sender what became of it."""
    settings = request.config_dict[SETTINGS]
    fields = await signed_form(request)
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
    return is_about_us(fields, settings) and fields.get("From") in settings.twilio_announcers


def _twiml(text: str) -> web.Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{escape(text)}</Message></Response>'
    return web.Response(text=body, content_type="application/xml")


ROUTES = [web.post("/twilio/announcement", announcement)]
