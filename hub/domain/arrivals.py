"""What is known to have arrived: which events a person's sockets have heard, and which messages they have read."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.domain.journal import stream_of_person
from models import Hop, JournalRow

Number = tuple[str, int]
"""An event: its stream, and its number there."""
MOST_PROOFS = 2000
MOST_READS = 500
"""That are looked at for one page of a story."""


@dataclass(frozen=True)
class Read:
    """Somebody has read a thread up to a message."""

    at: datetime
    other: Any
    mode: Any
    up_to: int


def heard(events: Collection[Number]) -> dict[Number, Hop]:
    """The first proof for each event that a socket has shown to have heard."""
    found: dict[Number, Hop] = {}
    for stream in {stream for stream, _ in events}:
        numbers = [number for of, number in events if of == stream]
        proofs = _proofs(stream, min(numbers), max(numbers))
        for number in numbers:
            # This very one: whoever has heard a later one may have come only after it.
            first = next((proof for since, upto, proof in proofs if since < number <= upto), None)
            if first is not None:
                found[stream, number] = first
    return found


def _proofs(stream: str, lowest: int, highest: int) -> list[tuple[int, int, Hop]]:
    """After which number and up to which, the oldest first."""
    of_them = (Hop.stream == stream) & (Hop.seq >= lowest) & (Hop.since < highest)
    found = Hop.select().where(of_them).order_by(Hop.at, Hop.id).limit(MOST_PROOFS)
    return [(proof.since or 0, proof.seq or 0, proof) for proof in found]


def reads(account_id: int, after: int) -> list[Read]:
    """What they have read since an event of their messages, oldest first; also by apps that ask and hear nothing."""
    stream = stream_of_person(account_id, "messages")
    rows = JournalRow.select().where(
        (JournalRow.stream == stream) & (JournalRow.seq > after) & (JournalRow.event == "read")
    )
    said = [(row.at, _as_heard_by(account_id, row)) for row in rows.order_by(JournalRow.seq).limit(MOST_READS)]
    return [Read(at, one["otherUserId"], one["mode"], one["id"]) for at, one in said if one["me"]]


def _as_heard_by(account_id: int, row: JournalRow) -> Any:
    return json.loads(json.loads(row.views).get(str(account_id), row.payload))
