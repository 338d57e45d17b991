"""The console's spelling of the machine: how the nodes and the queue are, and what lies in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from hub.domain.queue import Depth
from hub.outbox import Letter
from hub.vitals import Sample, Vitals
from hub.wire.console import moment

UNKNOWN = {field.name: None for field in fields(Depth)}
HTML = "html"
"""By which key a mail's payload has what a mail program shows."""


def node(vitals: Vitals, seconds_ago: float) -> dict[str, Any]:
    return {
        "name": vitals.name,
        "started_at": moment(vitals.started_at),
        "version": vitals.version,
        "sockets": vitals.sockets,
        "streams": vitals.streams,
        "lag_ms": vitals.lag_ms,
        "memory_mb": vitals.memory_mb,
        "is_draining": vitals.is_draining,
        "seconds_ago": round(seconds_ago, 1),
    }


def queue_now(counted: tuple[Depth, float] | None) -> dict[str, Any]:
    """As it was when the database last said so; all null while it has not."""
    depth, seconds_ago = counted if counted else (None, None)
    return {**queue(depth), "seconds_ago": None if seconds_ago is None else round(seconds_ago, 1)}


def queue(depth: Depth | None) -> dict[str, Any]:
    """With the same keys whether it is known or not, so that a plot has a gap where it is not."""
    return UNKNOWN if depth is None else {**asdict(depth), "oldest_due_seconds": round(depth.oldest_due_seconds, 1)}


def history(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """From the oldest on. A node that did not say how it was is missing from a sample."""
    return [
        {
            "at": moment(sample.at),
            "queue": queue(sample.queue),
            "nodes": {
                each.name: {"sockets": each.sockets, "streams": each.streams, "lag_ms": each.lag_ms}
                for each in sample.nodes
            },
        }
        for sample in samples
    ]


def letter(letter: Letter) -> dict[str, Any]:
    """Without the HTML of a mail, which is asked for by itself."""
    return {
        "id": letter.id,
        "channel": letter.channel,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "has_html": html_of(letter) is not None,
        "payload": _without_html(letter.payload),
        "at": moment(letter.at),
    }


def html_of(letter: Letter) -> str | None:
    """What a mail program would show, where the letter is a mail that has it."""
    html = letter.payload.get(HTML) if letter.channel == "email" and isinstance(letter.payload, dict) else None
    return html if isinstance(html, str) else None


def _without_html(payload: Any) -> Any:
    return {key: value for key, value in payload.items() if key != HTML} if isinstance(payload, dict) else payload
