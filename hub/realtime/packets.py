"""Socket.IO packets of the hub: strict JSON on the way in, and on the way out JSON text that is stored already.

What goes out is an Engine.IO packet: bytes that begin with the type of a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from socketio import packet

from hub.domain.journal import Entry
from hub.realtime.classes import Attachment
from hub.wire import strict_json

MOST_ATTACHMENTS = 10
BINARY = (packet.BINARY_EVENT, packet.BINARY_ACK)


class MalformedPacket(ValueError):
    """The client broke the protocol; its socket is closed."""


@dataclass(slots=True)
class Packet:
    """What a client said. `size` is the characters that it came in, `ack` the number of the answer it asks for."""

    kind: int
    namespace: str
    data: Any = None
    ack: int | None = None
    attachments: int = 0
    """How many binary packets are still to come before it is whole."""
    size: int = 0


_PACKET = re.compile(r"([0-6])(?:([0-9]{1,2})-)?(?:(/[^,?]*)(?:\?[^,]*)?(?:,|\Z))?([0-9]{1,15})?([^0-9].*)?", re.DOTALL)
"""Type, number of attachments, namespace (what follows its question mark is nobody's), acknowledgement id, JSON.

An id of more digits is no exact number in JavaScript; one of more attachments than two digits is never taken.
"""


def parse(text: str) -> Packet:
    """A client's packet; raises MalformedPacket for anything that the protocol does not allow.

    Its attachments, if it has any, are still to come.
    """
    found = _PACKET.fullmatch(text)
    if found is None:
        raise MalformedPacket("no packet of Socket.IO")
    kind, attachments, namespace, ack, said = found.groups()
    try:
        data = None if said is None else strict_json.loads(said)
    except strict_json.NotStrictJson as wrong:
        raise MalformedPacket(str(wrong)) from None
    parsed = Packet(
        int(kind), namespace or "/", data, None if ack is None else int(ack), int(attachments or 0), len(text)
    )
    if attachments is not None or parsed.kind in BINARY:
        _refuse_odd_attachments(parsed)
    if parsed.kind in (packet.EVENT, packet.BINARY_EVENT):
        _refuse_odd_event(data)
    elif ack is not None and parsed.kind not in (packet.ACK, packet.BINARY_ACK):
        raise MalformedPacket("an acknowledgement id where there is nothing to acknowledge")
    return parsed


def _refuse_odd_attachments(parsed: Packet) -> None:
    if parsed.kind not in BINARY or not 0 < parsed.attachments <= MOST_ATTACHMENTS:
        raise MalformedPacket("attachments where there are none, none where there are some, or too many")


def _refuse_odd_event(data: object) -> None:
    if not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise MalformedPacket("an event that is not a list beginning with its name")


class _Encoded(packet.Packet):
    json = strict_json


def whole(kind: int, namespace: str, data: list[Any], ack: int | None = None) -> list[bytes]:
    """An event or acknowledgement with any data; where that holds bytes, they follow as packets of their own."""
    encoded = _Encoded(kind, data, namespace, ack).encode()
    first, *attachments = encoded if isinstance(encoded, list) else [encoded]
    return [b"4" + first.encode(), *map(Attachment, attachments)]


def _beginning(kind: int, namespace: str) -> str:
    return f"4{kind}" if namespace == "/" else f"4{kind}{namespace},"


def connected(namespace: str, reply: Mapping[str, object]) -> bytes:
    return (_beginning(packet.CONNECT, namespace) + strict_json.dumps(reply)).encode()


def disconnected(namespace: str) -> bytes:
    return _beginning(packet.DISCONNECT, namespace).encode()


def refused(namespace: str, message: str, data: Mapping[str, object] | None = None) -> bytes:
    """A CONNECT_ERROR."""
    said = {"message": message} if data is None else {"message": message, "data": data}
    return (_beginning(packet.CONNECT_ERROR, namespace) + strict_json.dumps(said)).encode()


def ack(namespace: str, number: int, *answer: object) -> bytes:
    """The answer to the event that a client numbered so; it holds no bytes."""
    return f"{_beginning(packet.ACK, namespace)}{number}{strict_json.dumps(answer)}".encode()


def event(namespace: str, name: str, payload: str, offset: str | None = None) -> bytes:
    """An event whose payload is JSON text already, with the offset as last argument for who recovers."""
    last = "" if offset is None else f',"{offset}"'
    return f'{_beginning(packet.EVENT, namespace)}["{name}",{payload}{last}]'.encode()


def of_entry(namespace: str, entry: Entry, payload: str, *, recovers: bool) -> bytes:
    """What a listener hears of a journal's entry."""
    return event(namespace, entry.event, payload, offset_of(entry.epoch, entry.seq) if recovers else None)


def offset_of(epoch: str, seq: int) -> str:
    """What a client hands back to go on after an event: `<epoch>-<seq>`."""
    return f"{epoch}-{seq}"


def with_attachments(parsed: Packet, attachments: Sequence[bytes]) -> Packet:
    """A packet with the bytes that came after it in the places that wait for them, each in exactly one."""
    left = list(range(len(attachments)))
    parsed.data = _filled(parsed.data, attachments, left)
    if left:
        raise MalformedPacket("an attachment that has no place")
    parsed.kind -= packet.BINARY_EVENT - packet.EVENT
    return parsed


def _filled(value: Any, attachments: Sequence[bytes], left: list[int]) -> Any:
    if isinstance(value, list):
        return [_filled(item, attachments, left) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("_placeholder") is not True:
        return {key: _filled(item, attachments, left) for key, item in value.items()}
    number = value.get("num")
    if type(number) is not int or number not in left:
        raise MalformedPacket("a place for an attachment that does not come")
    left.remove(number)
    return attachments[number]
