"""Namespaces of one's own: each person listens to a stream that nobody else hears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.refusals import Refusal
from hub.reactions.streams import user_stream
from hub.realtime.classes import EventClass
from hub.realtime.events import Answer, Declared, Shape, plainly


@dataclass(frozen=True)
class PrivateNamespace:
    """`word` is the last part of its streams' names."""

    name: str
    word: str
    events: Mapping[str, Declared[Any]] = field(default_factory=dict)
    refusal_of: Callable[[Refusal], Answer] = plainly
    hears: Mapping[str, Shape] = field(default_factory=dict)
    not_kept: Mapping[str, EventClass] = field(default_factory=dict)
    is_public: bool = field(default=False, init=False)
    takes_binary: bool = field(default=False, init=False)
    greets: None = field(default=None, init=False)

    def stream_of(self, actor: Actor | None) -> str:
        if actor is None:
            raise DeadCredential()
        return user_stream(actor.id, self.word)
