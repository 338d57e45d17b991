"""Namespaces that anybody may listen to: one stream each, heard in the view of whoever signed in."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.actors import Actor


@dataclass(frozen=True)
class PublicNamespace:
    name: str
    stream: str
    is_public: bool = True

    def stream_of(self, actor: Actor | None) -> str:
        return self.stream
