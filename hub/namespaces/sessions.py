"""`/sessions`: a person's own. Says `start` and `end`; hears `offered`, `started`, `expired`, `ended`."""

from __future__ import annotations

from typing import Any

from hub.domain import tutoring_sessions
from hub.namespaces.private import PrivateNamespace
from hub.perform import perform
from hub.realtime.connection import Connection
from hub.realtime.events import Answer, Argument, Declared
from hub.settings import Settings
from hub.wire import halp
from hub.wire import halp_shapes as shapes
from hub.wire.loose import Mode, Number, PersonNumber

NAME = "/sessions"
HEARS = {
    "offered": shapes.Offer,
    "started": shapes.SessionInPayload,
    "expired": shapes.Offer,
    "ended": shapes.Ended,
}


class Start(Argument):
    mode: Mode
    otherUserId: PersonNumber


class End(Argument):
    duration: Number


def namespace(settings: Settings) -> PrivateNamespace:
    async def start(connection: Connection, said: Start) -> Answer:
        held_out_for = settings.hand_held_out_for
        session = await perform(
            tutoring_sessions.start, said.otherUserId, mode=said.mode, held_out_for=held_out_for, by=connection.person
        )
        return halp.pressed(session, poll_duration=settings.poll_duration_ms, poll_interval=settings.poll_interval_ms)

    events: dict[str, Declared[Any]] = {"start": Declared(Start, start, shapes.Pressed), "end": Declared(End, end)}
    return PrivateNamespace(NAME, "sessions", events, halp.refusal, HEARS)


async def end(connection: Connection, said: End) -> None:
    await perform(tutoring_sessions.end, said.duration, by=connection.person)
