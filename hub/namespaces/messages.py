"""`/messages`: a person's own.

Says `send`, `read`, `typing`, `activity`; hears `message`, `read`, `typing`, `counters`.

What is said here and what is called over REST are the same actions. `typing` is told and not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from hub.domain import messages
from hub.domain.modes import opposite
from hub.namespaces.private import PrivateNamespace
from hub.perform import perform
from hub.reactions.streams import messages_of
from hub.realtime.classes import Droppable
from hub.realtime.connection import Connection
from hub.realtime.events import Answer, Argument, Declared
from hub.wire import halp
from hub.wire import halp_shapes as shapes
from hub.wire.loose import ClientId, Mode, PersonNumber

NAME = "/messages"
HEARS = {
    "message": shapes.Arrived,
    "read": shapes.ThreadRead,
    "typing": shapes.SomebodyTypes,
    "counters": shapes.PushPayload,
}
EVERY_SECONDS = 1.0
FIRST_AFTER_SECONDS = 0.2
"""Between typing in one thread and in another."""
MOST_TYPING = 10_000
LONG_AGO = float("-inf")

Say = Callable[[str, str, str, Any], None]
"""Tell a namespace's listeners of a stream, on every node, of an event with a payload that is not kept."""
Activity = Callable[[Connection, bool], None]


class Send(Argument):
    to: PersonNumber
    body: str
    senderMode: Mode
    client_id: ClientId | None = None


class Read(Argument):
    otherUserId: PersonNumber
    mode: Mode


class Typing(Argument):
    to: PersonNumber
    senderMode: Mode


class Active(Argument):
    active: bool


def namespace(say: Say, activity: Activity) -> PrivateNamespace:
    async def active(connection: Connection, said: Active) -> None:
        activity(connection, said.active)

    events: dict[str, Declared[Any]] = {
        "send": Declared(Send, send, shapes.SentMessage),
        "read": Declared(Read, read),
        "typing": Declared(Typing, TypingTold(say).tell),
        "activity": Declared(Active, active),
    }
    return PrivateNamespace(NAME, "messages", events, halp.refusal, HEARS, {"typing": Droppable})


async def send(connection: Connection, said: Send) -> Answer:
    by, spell = connection.person, halp.sent
    return await perform(
        messages.send_once, said.to, said.body, mode=said.senderMode, by=by, client_id=said.client_id, spell=spell
    )


async def read(connection: Connection, said: Read) -> None:
    await perform(messages.read, said.otherUserId, mode=said.mode, by=connection.person)


class TypingTold:
    """Tells that somebody types: once a second while they stay with one thread, and a few times if they do not."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._told: dict[int, tuple[Typing, float]] = {}

    async def tell(self, connection: Connection, said: Typing) -> None:
        by = connection.person
        if said.to == by.id:
            raise messages.RecipientNotFound()
        last, at = self._told.get(by.id, (None, LONG_AGO))
        if monotonic() - at < (EVERY_SECONDS if said == last else FIRST_AFTER_SECONDS):
            return
        if len(self._told) >= MOST_TYPING:
            self._told = {person: told for person, told in self._told.items() if monotonic() - told[1] < EVERY_SECONDS}
        self._told[by.id] = said, monotonic()
        self._say(NAME, messages_of(said.to), "typing", halp.typing(by.id, opposite(said.senderMode)))
