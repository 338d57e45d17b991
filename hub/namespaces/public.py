"""Namespaces that anybody may listen to: one stream each, heard in the view of whoever signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.domain.actors import Actor
from hub.domain.refusals import Refusal
from hub.realtime.classes import EventClass
from hub.realtime.events import Answer, Declared, Shape, plainly


@dataclass(frozen=True)
class PublicNamespace:
    name: str
    stream: str
    events: Mapping[str, Declared[Any]] = field(default_factory=dict)
    refusal_of: Callable[[Refusal], Answer] = plainly
    hears: Mapping[str, Shape] = field(default_factory=dict)
    not_kept: Mapping[str, EventClass] = field(default_factory=dict)
    is_public: bool = field(default=True, init=False)
    takes_binary: bool = field(default=False, init=False)
    greets: None = field(default=None, init=False)

    def stream_of(self, actor: Actor | None) -> str:
        return self.stream
