"""Socket.IO packets of the hub: strict JSON, no binary events, and frames of events that are stored as JSON text."""

from __future__ import annotations

from collections.abc import Mapping

from socketio import packet

from hub.wire import strict_json

LONGEST_ID = 15
"""Digits of an acknowledgement id; beyond it a JavaScript number is not exact."""


class MalformedPacket(ValueError):
    """The client broke the protocol; its socket is closed."""


class HubPacket(packet.Packet):
    uses_binary_events = False
    json = strict_json
    size = 0
    """Characters that a client's packet came in."""


def parse(text: str | bytes) -> HubPacket:
    """A client's packet; raises MalformedPacket for anything that the protocol or the hub does not allow."""
    if not isinstance(text, str):
        raise MalformedPacket("a binary frame that nothing announced")
    try:
        parsed = HubPacket(encoded_packet=text)
    except (ValueError, IndexError, TypeError) as wrong:
        raise MalformedPacket(str(wrong)) from None
    parsed.size = len(text)
    if parsed.attachment_count or parsed.packet_type in (packet.BINARY_EVENT, packet.BINARY_ACK):
        raise MalformedPacket("binary attachments")
    if parsed.id is not None and len(str(parsed.id)) > LONGEST_ID:
        raise MalformedPacket("an acknowledgement id that is too long")
    if parsed.id is not None and parsed.packet_type not in (packet.EVENT, packet.ACK):
        raise MalformedPacket("an acknowledgement id where there is nothing to acknowledge")
    if parsed.packet_type == packet.EVENT:
        _refuse_odd_event(parsed.data)
    return parsed


def _refuse_odd_event(data: object) -> None:
    if not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise MalformedPacket("an event that is not a list beginning with its name")


def ack_text(namespace: str, ack: int, answer: Mapping[str, object]) -> str:
    """An ACK packet: the answer to the event that a client numbered so."""
    return f"3{namespace},{ack}[{strict_json.dumps(answer)}]"


def event_text(namespace: str, event: str, payload: str, offset: str | None = None) -> str:
    """An EVENT packet whose payload is JSON text already, with the offset as last argument for who recovers."""
    last = "" if offset is None else f',"{offset}"'
    return f'2{namespace},["{event}",{payload}{last}]'
