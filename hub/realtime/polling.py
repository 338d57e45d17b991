"""Long polling: bodies of packets, and the answers to the requests that carry them."""

from __future__ import annotations

import asyncio
import base64
import binascii

from aiohttp import web

from hub.realtime.classes import Attachment
from hub.realtime.handshakes import Refused

SEPARATOR = "\x1e"
POST_SECONDS = 10.0
"""How long a body may take to arrive."""
MOST_PACKETS_IN_A_POST = 1000
MOST_PACKETS_IN_A_POLL = 16
"""Stock Python clients refuse a longer payload and lose what was in it."""
FROM_CLIENTS = "1345"
"""CLOSE, PONG, MESSAGE and UPGRADE: the types of what clients may send."""


class MalformedPayload(ValueError):
    """A body that is not a list of packets, or did not arrive."""


class PayloadTooLarge(MalformedPayload):
    pass


async def packets_of(request: web.Request, most: int) -> list[str | bytes]:
    """The packets in a body of at most so many bytes; binary ones as bytes."""
    if (request.content_length or 0) > most:
        raise PayloadTooLarge()
    body = bytearray()
    try:
        async with asyncio.timeout(POST_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise PayloadTooLarge()
        if body.count(SEPARATOR.encode()) >= MOST_PACKETS_IN_A_POST:
            raise MalformedPayload("too many packets")
        return [_packet(text) for text in body.decode().split(SEPARATOR)]
    except MalformedPayload:
        raise
    except (ValueError, OSError, web.RequestPayloadError) as wrong:
        raise MalformedPayload(str(wrong)) from None


def _packet(text: str) -> str | bytes:
    if text[:1] == "b":
        try:
            return base64.b64decode(text[1:], validate=True)
        except binascii.Error as wrong:
            raise MalformedPayload(str(wrong)) from None
    if not text or text[0] not in FROM_CLIENTS:
        raise MalformedPayload("a packet of no type that clients send")
    return text


def payload_of(packets: list[bytes]) -> bytes:
    """Packets as the body of an answer."""
    return SEPARATOR.encode().join(
        b"b" + base64.b64encode(packet) if isinstance(packet, Attachment) else packet for packet in packets
    )


def answer(body: bytes | str) -> web.Response:
    text = body if isinstance(body, bytes) else body.encode()
    return web.Response(body=text, headers={"Content-Type": "text/plain; charset=UTF-8", "Cache-Control": "no-store"})


def refused(no: Refused) -> web.Response:
    return web.Response(status=no.status, text=no.body, content_type="application/json", headers=no.headers)
