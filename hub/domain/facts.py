"""What happened in a unit of work: actions record facts, and whoever runs the unit collects them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_recorded: ContextVar[list[object] | None] = ContextVar("recorded_facts", default=None)


def record(fact: object) -> None:
    """Say that `fact` is now true. Whether it stays true is up to the commit."""
    facts = _recorded.get()
    if facts is None:
        raise RuntimeError("a fact was recorded outside a unit of work")
    facts.append(fact)


@contextmanager
def recording() -> Iterator[list[object]]:
    """Collect the facts that actions record inside the block."""
    facts: list[object] = []
    token = _recorded.set(facts)
    try:
        yield facts
    finally:
        _recorded.reset(token)
