"""What a client said to open or use an Engine.IO session: the head of its HTTP request, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """`headers` have lower-case names; `peer` is the caller's own address, behind trusted proxies too."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    peer: str
