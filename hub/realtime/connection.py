"""One client's connection to one namespace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.domain.journal import Entry
from hub.domain.refusals import NotSignedIn
from hub.realtime import packets
from hub.realtime.inbox import Inbox
from hub.realtime.session import Session

if TYPE_CHECKING:
    from hub.realtime.rooms import Room


@dataclass(eq=False, slots=True)
class Connection:
    """Who listens, from where, and how far they have heard."""

    session: Session
    sid: str
    namespace: str
    stream: str
    actor: Actor | None = None
    claims: Claims | None = None
    recovers: bool = False
    pid: str | None = None
    since: datetime = datetime.min
    inbox: Inbox = field(default_factory=Inbox)
    room: Room | None = None
    position: int = 0
    """How many of the room's packets it has heard."""
    heard: int = 0
    """The number of its stream up to which its client has shown to have heard, or at which it began to listen."""

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

    def send(self, packet: bytes) -> None:
        """Tell this client alone, after whatever its room was told before."""
        if self.room is not None:
            self.room.catch_up(self)
        self.session.send(packet)

    def hear(self, entry: Entry) -> None:
        """Tell the client of an event in its own view."""
        payload = entry.views.get(self.viewer, entry.payload) if self.viewer else entry.payload
        self.send(packets.of_entry(self.namespace, entry, payload, recovers=self.recovers))


def parse_offset(text: object) -> tuple[str, int] | None:
    """The epoch and number in an offset; None for anything that the hub never gave out."""
    if not isinstance(text, str):
        return None
    epoch, dash, seq = text.rpartition("-")
    if not (epoch and dash and seq.isascii() and seq.isdigit() and len(seq) <= 18):
        return None
    return epoch, int(seq)
