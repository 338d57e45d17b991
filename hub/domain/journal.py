"""The journal: the events of each stream, numbered without gaps, and the head that says how far a stream is."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from peewee import EXCLUDED, chunked

from hub import clock
from hub.delivery import Emit
from models import JournalRow, Stream

PAGE = 200
AT_ONCE = 300
"""Heads that one statement moves, and entries that one stores."""
OF_PEOPLE = "user:"
"""How the streams of single persons begin."""


@dataclass(frozen=True)
class Head:
    """How far a stream is: its epoch, and the number of its newest event (0 before the first)."""

    epoch: str
    seq: int


@dataclass(frozen=True)
class Entry:
    """One numbered event; the payload and each view are JSON text, ready to be sent."""

    stream: str
    epoch: str
    seq: int
    event: str
    payload: str
    views: dict[str, str]


@dataclass(frozen=True)
class Page:
    """Entries after a number, and the head they lead to. Where `whole` is false, older ones were trimmed."""

    entries: list[Entry]
    head: Head
    whole: bool


def append(emits: Iterable[Emit], unit: str | None = None) -> list[Entry]:
    """Number and store the events of a unit of work, stream by stream in order of name. Call it last in the unit.

    The head row stays locked until the commit, so numbers of one stream commit in their order and leave no gap;
    the order of names keeps two units from waiting for each other.
    """
    by_stream = sorted(emits, key=attrgetter("stream"))
    groups = {name: list(group) for name, group in groupby(by_stream, key=attrgetter("stream"))}
    heads = _advance({name: len(group) for name, group in groups.items()})
    entries = [entry for name, group in groups.items() for entry in _numbered(group, heads[name])]
    _store(entries, unit)
    return entries


def _advance(counts: dict[str, int]) -> dict[str, Head]:
    """Move the heads of streams, which begin where they are new; in the order of the names."""
    heads: dict[str, Head] = {}
    for some in chunked(counts.items(), AT_ONCE):
        begun = [{"name": name, "epoch": new_epoch(), "seq": count, "moved_at": clock.now()} for name, count in some]
        moved = {Stream.seq: Stream.seq + EXCLUDED.seq, Stream.moved_at: EXCLUDED.moved_at}
        stored = Stream.insert_many(begun).on_conflict(conflict_target=[Stream.name], update=moved)
        heads |= {row.name: Head(row.epoch, row.seq) for row in stored.returning(Stream).execute()}
    return heads


def _numbered(emits: list[Emit], head: Head) -> list[Entry]:
    first = head.seq - len(emits) + 1
    return [_entry(emit, head.epoch, seq) for seq, emit in enumerate(emits, first)]


def _store(entries: list[Entry], unit: str | None) -> None:
    now = clock.now()
    for some in chunked(entries, AT_ONCE):
        JournalRow.insert_many(
            {
                "stream": entry.stream,
                "seq": entry.seq,
                "event": entry.event,
                "payload": entry.payload,
                "views": json.dumps(entry.views),
                "at": now,
                "unit": unit,
            }
            for entry in some
        ).execute()


def begin_all(names: Iterable[str]) -> dict[str, Head]:
    """Make these streams' head rows where there are none yet, in the order of the names; answers all of them."""
    wanted = sorted(names)
    for some in chunked(wanted, AT_ONCE):
        begun = [{"name": name, "epoch": new_epoch(), "seq": 0, "moved_at": clock.now()} for name in some]
        Stream.insert_many(begun).on_conflict_ignore().execute()
    return heads_of(wanted)


def new_epoch() -> str:
    return secrets.token_hex(8)


def _entry(emit: Emit, epoch: str, seq: int) -> Entry:
    views = {str(person): spell(payload) for person, payload in emit.views.items()}
    return Entry(emit.stream, epoch, seq, emit.event, spell(emit.payload), views)


def spell(payload: object) -> str:
    """A payload as the compact JSON text that goes over the wire."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def head(name: str) -> Head:
    row = Stream.get_by_id(name)
    return Head(row.epoch, row.seq)


def heads_of(names: Iterable[str]) -> dict[str, Head]:
    """The heads of these streams, but for those that never began."""
    heads: dict[str, Head] = {}
    for some in chunked(names, AT_ONCE):
        asked = Stream.select(Stream.name, Stream.epoch, Stream.seq).where(Stream.name.in_(some))
        heads |= {name: Head(epoch, seq) for name, epoch, seq in asked.tuples().execute()}
    return heads


def heads_moved_since(moment: datetime, *, except_beginning: str | None = None) -> dict[str, Head]:
    """The heads of all streams that moved at or after `moment`, but for those whose names begin so."""
    moved = Stream.select(Stream.name, Stream.epoch, Stream.seq).where(Stream.moved_at >= moment)
    if except_beginning is not None:
        moved = moved.where(~Stream.name.startswith(except_beginning))
    # As tuples, because each node asks every second and a busy hub has thousands of streams.
    return {name: Head(epoch, seq) for name, epoch, seq in moved.tuples().execute()}


def after(name: str, seq: int, limit: int = PAGE) -> Page:
    """Up to `limit` entries of a stream that follow number `seq`, oldest first."""
    at = head(name)
    rows = (
        JournalRow.select()
        .where((JournalRow.stream == name) & (JournalRow.seq > seq))
        .order_by(JournalRow.seq)
        .limit(limit)
    )
    entries = [Entry(name, at.epoch, row.seq, row.event, row.payload, json.loads(row.views)) for row in rows]
    whole = at.seq == seq or (bool(entries) and entries[0].seq == seq + 1)
    return Page(entries, at, whole)


def since(name: str, moment: datetime) -> list[Entry]:
    """The entries of a stream that were stored at `moment` or later, by the clock of whoever did so, oldest first."""
    at = head(name)
    rows = JournalRow.select().where((JournalRow.stream == name) & (JournalRow.at >= moment)).order_by(JournalRow.seq)
    return [Entry(name, at.epoch, row.seq, row.event, row.payload, json.loads(row.views)) for row in rows]


def stream_of_person(account_id: int, word: str) -> str:
    """A person's own stream, heard on all their devices and by nobody else."""
    return f"{OF_PEOPLE}{account_id}:{word}"


def forget_person(account_id: int) -> None:
    """Forget what was said on a person's own streams."""
    JournalRow.delete().where(JournalRow.stream.startswith(stream_of_person(account_id, ""))).execute()


def trim(before: datetime) -> int:
    """Forget events older than `before`; clients that were away longer are told that they missed some."""
    return JournalRow.delete().where(JournalRow.at < before).execute()


def renew_epoch(name: str, *, was: str) -> None:
    """Begin a new epoch, unless somebody did so already."""
    Stream.update(epoch=new_epoch(), moved_at=clock.now()).where(
        (Stream.name == name) & (Stream.epoch == was)
    ).execute()


def renew_epochs() -> int:
    """Begin a new epoch on every stream, so that no offset from before is taken for one from now.

    For the operator after a restored backup: the numbers given out since the backup was made will be given out again.
    """
    streams = list(Stream.select().order_by(Stream.name))
    for stream in streams:
        renew_epoch(stream.name, was=stream.epoch)
    return len(streams)
