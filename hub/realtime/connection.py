"""One client's connection to one namespace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.domain.journal import Entry
from hub.domain.refusals import NotSignedIn
from hub.realtime import packets
from hub.realtime.inbox import Inbox


@dataclass(eq=False, slots=True)
class Connection:
    """Who listens, from where, and how they hear. `send` writes one packet's text to the client's transport."""

    eio_sid: str
    sid: str
    namespace: str
    stream: str
    send: Callable[[str], None]
    actor: Actor | None = None
    claims: Claims | None = None
    recovers: bool = False
    pid: str | None = None
    since: datetime = datetime.min
    inbox: Inbox = field(default_factory=Inbox)

    @property
    def person(self) -> Actor:
        """Who sends events; a stranger is refused."""
        if self.actor is None:
            raise NotSignedIn()
        return self.actor

    @property
    def viewer(self) -> str | None:
        """The account in whose view events are told, as the journal's views name it."""
        return None if self.actor is None else str(self.actor.id)

    def hear(self, entry: Entry) -> None:
        """Tell the client of an event in its own view."""
        payload = entry.views.get(self.viewer, entry.payload) if self.viewer else entry.payload
        offset = offset_of(entry.epoch, entry.seq) if self.recovers else None
        self.send(packets.event_text(self.namespace, entry.event, payload, offset))


def offset_of(epoch: str, seq: int) -> str:
    """What a client hands back to go on after an event: `<epoch>-<seq>`."""
    return f"{epoch}-{seq}"


def parse_offset(text: object) -> tuple[str, int] | None:
    """The epoch and number in an offset; None for anything that the hub never gave out."""
    if not isinstance(text, str):
        return None
    epoch, dash, seq = text.rpartition("-")
    if not (epoch and dash and seq.isascii() and seq.isdigit() and len(seq) <= 18):
        return None
    return epoch, int(seq)
