"""Stories: what was to reach one person, newest first, and what is known of how it did or did not.

A message is what one unit of work had for them: the events on their own streams, as long as the journal keeps those,
and the mails, pushes and jobs that followed. Where no event is left, or never was, hops and unfinished jobs tell of it.

Accepted, so that the next reader need not rediscover it:
- One job brings a person's devices up to date, whatever happened. The first push to each device after a message is
  taken for that message's, because the device then showed all that was new.
- A code in a text message goes to a number. It is told among what reached whoever says that the number is theirs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from peewee import JOIN, Case, fn

from hub import clock
from hub.domain import accounts, arrivals, codes_texted
from hub.domain.actors import Actor
from hub.domain.hops import ACCEPTED, GONE, LEFT_OUT, PUSH, SOCKET
from hub.domain.journal import stream_of_person
from hub.domain.privileges import READ, USER, demand
from hub.domain.queue import UNDONE
from models import Account, Device, Hop, JobRow, JournalRow

PLACES = ("messages", "sessions", "members", "teams")
"""What a person's own streams are called."""
COUNTERS = "counters"
"""The event that devices are brought up to date with."""
SYNC_DEVICES = "push.sync_devices"
DECIDED = (ACCEPTED, GONE, LEFT_OUT)
SKEW = timedelta(seconds=60)
"""By how much the clock of the machine where a worker is may be behind that of the node that spoke."""
MOST_HOPS = 2000
MOST_JOBS = 500
"""That are looked at for one page; a person's unfinished jobs are few."""
EVENTS_OF_ONE = 4
"""As many events as a message has at most, more or less."""


@dataclass(frozen=True, order=True)
class Mark:
    """Where a page ends: the next one holds what is older."""

    at: datetime
    id: str


NEWEST = Mark(datetime.max, "")


@dataclass(frozen=True)
class Event:
    stream: str
    seq: int
    name: str
    payload: Any


@dataclass(frozen=True)
class Step:
    """One hop, wherever it is known from."""

    channel: str
    outcome: str
    via: str
    detail: str | None
    at: datetime
    purpose: str | None = None


@dataclass
class Message:
    """What one unit of work had for a person."""

    id: str
    at: datetime
    events: list[Event] = field(default_factory=list)
    heard: Step | None = None
    """The first socket that heard the event."""
    read_at: datetime | None = None
    """When they read it, of a message to them."""
    hops: list[Step] = field(default_factory=list)
    jobs: list[JobRow] = field(default_factory=list)
    """Those that are not done."""
    has_device: bool = True
    """Whether there is one to push to that was there already."""

    @property
    def mark(self) -> Mark:
        return Mark(self.at, self.id)

    @property
    def event(self) -> Event | None:
        """The one that says what it was about."""
        return next((event for event in self.events if event.name != COUNTERS), next(iter(self.events), None))

    @property
    def is_echo(self) -> bool:
        """Whether they did it themselves, and only their own other apps are told."""
        return self.event is not None and self.event.name in ("message", "read") and bool(self.event.payload["me"])

    @property
    def is_counted(self) -> bool:
        """Whether devices are pushed to because of it."""
        return any(event.name == COUNTERS for event in self.events)


@dataclass(frozen=True)
class Story:
    account: Account
    devices: list[Device]
    messages: list[Message]
    next: Mark | None


def of(username: str, *, before: Mark | None, size: int, by: Actor) -> Story:
    """A page of somebody's story. Raises AccountNotFound."""
    demand(by, USER, READ)
    account = accounts.named(username)
    found = _messages(account, before or NEWEST, size + 1)
    page = found[:size]
    _tell_hops(account.id, page)
    _tell_arrivals(account.id, page)
    devices = list(Device.select().where(Device.account == account.id).order_by(Device.id))
    for message in page:
        message.has_device = any(device.registered_at <= message.at for device in devices)
    return Story(account, devices, page, page[-1].mark if len(found) > size else None)


def _messages(account: Account, before: Mark, most: int) -> list[Message]:
    """The newest before a mark."""
    undone = _undone_jobs(account.id)
    found = [
        *_with_events(account.id, before, most),
        *_with_hops_only(account.id, before, most),
        *_with_jobs_only(account.id, undone),
        *_with_codes(account),
    ]
    some = sorted((one for one in found if one.mark < before), key=attrgetter("mark"), reverse=True)[:most]
    for message in some:
        message.jobs = message.jobs or [job for job in undone if job.unit == message.id]
    _put_sync_job(some, undone)
    return some


def _undone_jobs(account_id: int) -> list[JobRow]:
    theirs = (JobRow.account_id == account_id) & JobRow.state.in_(UNDONE)
    return list(JobRow.select().where(theirs).order_by(JobRow.id.desc()).limit(MOST_JOBS))


def _streams(account_id: int) -> list[str]:
    return [stream_of_person(account_id, place) for place in PLACES]


def _with_events(account_id: int, before: Mark, most: int) -> list[Message]:
    limit, rows, whole_since = most * EVENTS_OF_ONE, [], datetime.min
    for stream in _streams(account_id):
        older = JournalRow.select().where((JournalRow.stream == stream) & (JournalRow.at <= before.at))
        some = list(older.order_by(JournalRow.seq.desc()).limit(limit))
        if len(some) == limit:
            # Of the oldest unit perhaps not all was read.
            whole_since = max(whole_since, some[-1].at)
        rows += some
    rows.sort(key=_unit_of)
    groups = [(unit, sorted(group, key=attrgetter("stream", "seq"))) for unit, group in groupby(rows, key=_unit_of)]
    return [_with(unit, group, account_id) for unit, group in groups if group[0].at > whole_since]


def _unit_of(row: JournalRow) -> str:
    # What was stored by an older hub has none.
    return row.unit or f"{row.stream}-{row.seq}"


def _with(unit: str, rows: list[JournalRow], account_id: int) -> Message:
    return Message(unit, rows[0].at, [_event(row, account_id) for row in rows])


def _event(row: JournalRow, account_id: int) -> Event:
    heard = json.loads(row.views).get(str(account_id), row.payload)
    return Event(row.stream, row.seq, row.event, json.loads(heard))


def _with_hops_only(account_id: int, before: Mark, most: int) -> list[Message]:
    """Units of which no event is left, or never was one. They began when their job was asked for."""
    of_units = (Hop.account == account_id) & (Hop.channel != SOCKET) & Hop.unit.is_null(False)
    with_events = JournalRow.select(JournalRow.unit).where(
        JournalRow.stream.in_(_streams(account_id)) & JournalRow.unit.is_null(False)
    )
    # A job that is asked for again and again was made when it was asked for first, perhaps long ago.
    asked_at = Case(None, [(JobRow.unique_key.is_null(), JobRow.created_at)], Hop.at)
    began = fn.MIN(fn.COALESCE(asked_at, Hop.at))
    hops = Hop.select(Hop.unit, began.alias("began")).join(JobRow, JOIN.LEFT_OUTER, on=(JobRow.id == Hop.job_id))
    of_each = hops.where(of_units & Hop.unit.not_in(with_events)).group_by(Hop.unit)
    older = of_each.having(began <= before.at).order_by(began.desc()).limit(most + 1)
    return [Message(unit, _as_moment(at)) for unit, at in older.tuples().execute()]


def _as_moment(at: Any) -> datetime:
    # SQLite has no type for moments, and what a function makes of a column has no type at all.
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)


def _with_jobs_only(account_id: int, undone: list[JobRow]) -> list[Message]:
    """Jobs that no worker has got to, of units of which nothing else is known."""
    units = {job.unit for job in undone}
    known = _units_in(JournalRow, JournalRow.stream.in_(_streams(account_id)), units)
    known |= _units_in(Hop, (Hop.account == account_id) & (Hop.channel != SOCKET), units)
    alone = [job for job in undone if job.unit not in known]
    by_unit: dict[str, list[JobRow]] = {}
    for job in alone:
        by_unit.setdefault(job.unit or f"job-{job.id}", []).append(job)
    return [Message(unit, min(map(_asked_at, some)), jobs=some) for unit, some in by_unit.items()]


def _units_in(table: Any, theirs: Any, units: Collection[str | None]) -> set[str]:
    named = [unit for unit in units if unit is not None]
    return {unit for (unit,) in table.select(table.unit).where(theirs & table.unit.in_(named)).distinct().tuples()}


def _asked_at(job: JobRow) -> datetime:
    """Those that are asked for again and again were made when they were asked for first, perhaps long ago."""
    return job.created_at if job.unique_key is None else min(job.due_at, clock.now())


def _with_codes(account: Account) -> Iterable[Message]:
    for code in codes_texted.to(account):
        step = Step("sms", code.row.status, "", code.row.detail, code.row.changed_at, code.row.purpose)
        is_waiting = code.row.status == "waiting"
        yield Message(
            f"sms-{code.row.public_id}", code.row.created_at, hops=[] if is_waiting else [step], jobs=code.undone
        )


def _put_sync_job(messages: list[Message], undone: list[JobRow]) -> None:
    sync = next((job for job in undone if job.name == SYNC_DEVICES), None)
    for message in messages:
        if message.is_counted:
            message.jobs = [job for job in message.jobs if job.name != SYNC_DEVICES]
            if sync is not None and (sync.finished_at is None or sync.finished_at >= message.at):
                message.jobs.append(sync)


def _tell_hops(account_id: int, page: list[Message]) -> None:
    if not page:
        return
    # Hops of a unit follow its events; those that stand for a unit by themselves begin at its moment.
    theirs = (Hop.account == account_id) & (Hop.channel != SOCKET) & (Hop.at >= page[-1].at - SKEW)
    of_units = theirs & Hop.unit.in_([message.id for message in page])
    by_unit = list(Hop.select().where(of_units).order_by(Hop.at, Hop.id))
    syncs = list(Hop.select().where(theirs & (Hop.purpose == SYNC_DEVICES)).order_by(Hop.at, Hop.id).limit(MOST_HOPS))
    for message in page:
        own = [hop for hop in by_unit if hop.unit == message.id]
        if message.is_counted:
            own = [hop for hop in own if hop.purpose != SYNC_DEVICES] + first_pushes(syncs, message.at)
        message.hops += sorted(map(_step, own), key=attrgetter("at"))
        if is_settled(message.hops):
            message.jobs = [job for job in message.jobs if job.name != SYNC_DEVICES]


def _step(hop: Hop) -> Step:
    return Step(hop.channel, hop.outcome, hop.via, hop.detail, hop.at, hop.purpose)


def first_pushes(hops: Iterable[Hop], since: datetime) -> list[Hop]:
    """Of the hops of pushes those that tell of each device's first after a moment, and of what kept it waiting."""
    told: set[str] = set()
    found: dict[tuple[str, str, str | None], Hop] = {}
    for hop in hops:
        if hop.at < since or hop.via in told:
            continue
        found[hop.via, hop.outcome, hop.detail] = hop
        if hop.outcome in DECIDED:
            told.add(hop.via)
            if not hop.via:
                # There was nothing left to push to any device.
                break
    return list(found.values())


def is_settled(hops: Iterable[Step]) -> bool:
    """Whether the job that brings devices up to date has nothing more to do for a message."""
    last = {hop.via: hop.outcome for hop in hops if hop.channel == PUSH}
    to_devices = [outcome for via, outcome in last.items() if via]
    return last.get("") == LEFT_OUT or (bool(to_devices) and all(one in DECIDED for one in to_devices))


def _tell_arrivals(account_id: int, page: list[Message]) -> None:
    """Which sockets have heard the events, and which messages were read, by whatever way they came."""
    told = {message.id: message.event for message in page if message.event is not None}
    heard = arrivals.heard([(event.stream, event.seq) for event in told.values()])
    of_messages = [event.seq for event in told.values() if event.name == "message"]
    reads = arrivals.reads(account_id, min(of_messages)) if of_messages else []
    for message in page:
        event = told.get(message.id)
        if event is not None and (event.stream, event.seq) in heard:
            message.heard = _step(heard[event.stream, event.seq])
        if event is not None and event.name == "message" and not event.payload["me"]:
            message.read_at = next((read.at for read in reads if _is_read_by(event.payload, read)), None)


def _is_read_by(said: Any, read: arrivals.Read) -> bool:
    return (said["otherUser"]["userId"], said["mode"]) == (read.other, read.mode) and said["id"] <= read.up_to
