"""The streams that this node follows, and who listens to them here.

Every event passes through its stream in the order of its number, once, whichever way it came: handed on after a commit
on this node, heard over the bus, or read from the journal. A gap is closed from the journal before anything later goes
out, and each second the heads that moved lately are compared with what was delivered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from hub import clock
from hub.domain import journal
from hub.domain.journal import Entry, Head
from hub.perform import DatabaseAway, Overloaded, look_up, perform
from hub.realtime.connection import Connection
from hub.realtime.tasks import Tasks

log = structlog.get_logger(__name__)

CHECK_SECONDS = 1.0
LOOK_BACK = timedelta(seconds=60)
"""How much the clocks of two nodes may differ, and a commit may take, without an event being overlooked."""
GAP_GRACE_SECONDS = 0.05
"""How long the entry that is missing may still be under way before the journal is asked."""
KEPT_FOR = timedelta(seconds=60)
"""How long a stream is followed after its last listener left: most of them are only coming back."""

Ear = Callable[[Entry], None]


@dataclass(eq=False)
class Stream:
    """How far this node has delivered a stream, and its listeners here."""

    name: str
    epoch: str
    seq: int
    members: set[Connection] = field(default_factory=set)
    ears: list[Ear] = field(default_factory=list)
    """Parts of the node itself that listen."""
    when_anew: Callable[[], None] | None = None
    """What else to do when the numbers begin anew and something was not heard."""
    early: dict[int, Entry] = field(default_factory=dict)
    """Entries that came before the ones they follow."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def head(self) -> Head:
        return Head(self.epoch, self.seq)

    @property
    def is_the_nodes_own(self) -> bool:
        return bool(self.ears) or self.when_anew is not None

    def deliver(self, entry: Entry) -> None:
        self.seq = entry.seq
        for ear in self.ears:
            ear(entry)
        for member in list(self.members):
            member.hear(entry)


class Streams:
    """All streams that somebody listens to here. `cut_off` closes a client whose events cannot be made whole.

    A connection arrives, joins when it has heard what came before, and leaves. From its arrival on its stream is kept,
    so nobody ends up listening to one that was forgotten meanwhile.
    """

    def __init__(self, cut_off: Callable[[Connection, str], None]) -> None:
        self._followed: dict[str, Stream] = {}
        self._opening: dict[str, asyncio.Task[Stream]] = {}
        self._wanted_by: dict[str, set[Connection]] = {}
        """Who arrived and has not left, by the stream's name."""
        self._unwanted_since: dict[str, datetime] = {}
        """Streams that nobody wants, by name."""
        self._cut_off = cut_off
        self._tasks = Tasks()
        self._checked_at = clock.now()
        self.is_behind = False
        """Whether the journal could not be read when it was last asked."""

    def start(self) -> None:
        self._tasks.start(self._check_always())

    async def stop(self) -> None:
        await self._tasks.cancel()

    async def follow(self, name: str) -> Stream:
        """The stream, followed from its present head on if nobody listened to it here before."""
        if name in self._followed:
            return self._followed[name]
        if name not in self._opening:
            self._opening[name] = asyncio.create_task(self._open(name))
        return await asyncio.shield(self._opening[name])

    async def _open(self, name: str) -> Stream:
        try:
            head = await perform(_head_of, name)
            if name not in self._wanted_by:
                self._unwanted_since[name] = clock.now()
            return self._followed.setdefault(name, Stream(name, head.epoch, head.seq))
        finally:
            del self._opening[name]

    async def arrive(self, connection: Connection) -> Stream:
        """The stream of a connection that is being let in; kept for it until it leaves."""
        self._wanted_by.setdefault(connection.stream, set()).add(connection)
        self._unwanted_since.pop(connection.stream, None)
        return await self.follow(connection.stream)

    def join(self, connection: Connection) -> None:
        """Let a connection that has arrived hear whatever is delivered from now on."""
        self._followed[connection.stream].members.add(connection)

    def leave(self, connection: Connection) -> None:
        """Doing it twice changes nothing."""
        name = connection.stream
        if name in self._followed:
            self._followed[name].members.discard(connection)
        wanted_by = self._wanted_by.get(name, set())
        wanted_by.discard(connection)
        if not wanted_by and self._wanted_by.pop(name, None) is not None:
            self._unwanted_since[name] = clock.now()

    def forget_unwanted(self) -> None:
        """Let go of streams that nobody has wanted for a minute; those of all who were ever here would pile up."""
        long_ago = clock.now() - KEPT_FOR
        for name in [name for name, since in self._unwanted_since.items() if since <= long_ago]:
            del self._unwanted_since[name]
            if name in self._followed and not self._followed[name].is_the_nodes_own:
                del self._followed[name]

    def offer(self, entry: Entry) -> None:
        """An entry that was committed, from wherever; delivered now if it is the next one, else when its turn comes."""
        stream = self._followed.get(entry.stream)
        if stream is None or (entry.epoch == stream.epoch and entry.seq <= stream.seq):
            return
        if entry.epoch != stream.epoch:
            self._tasks.start(self.catch_up(stream))
            return
        stream.early[entry.seq] = entry
        self._deliver_what_follows(stream)
        if stream.early:
            self._tasks.start(self._close_gap(stream))

    def _deliver_what_follows(self, stream: Stream) -> None:
        while (entry := stream.early.pop(stream.seq + 1, None)) is not None:
            stream.deliver(entry)

    async def _close_gap(self, stream: Stream) -> None:
        await asyncio.sleep(GAP_GRACE_SECONDS)
        if stream.early:
            await self.catch_up(stream)

    async def catch_up(self, stream: Stream) -> bool:
        """Read from the journal and deliver whatever this node has not delivered yet; False where that failed."""
        async with stream.reading:
            try:
                while await self._read_on(stream):
                    pass
                return True
            except (DatabaseAway, Overloaded):
                self.is_behind = True
                return False

    async def _read_on(self, stream: Stream) -> bool:
        """Deliver one page; says whether there may be more."""
        page = await look_up(journal.after, stream.name, stream.seq)
        if page.head.epoch != stream.epoch or not page.whole:
            self._begin_anew(stream, page.head)
            return False
        for entry in page.entries:
            if entry.seq == stream.seq + 1:
                stream.deliver(entry)
        stream.early = {seq: entry for seq, entry in stream.early.items() if seq > stream.seq}
        self._deliver_what_follows(stream)
        return len(page.entries) == journal.PAGE

    def _begin_anew(self, stream: Stream, head: Head) -> None:
        """The numbers no longer follow from what was delivered: the listeners come back and are told so."""
        if head.seq < stream.seq and head.epoch == stream.epoch:
            log.error("stream_went_back", stream=stream.name, delivered=stream.seq, head=head.seq, epoch=head.epoch)
            self._tasks.start(self._renew(stream.name, head))
        stream.epoch, stream.seq, stream.early = head.epoch, head.seq, {}
        if stream.when_anew is not None:
            stream.when_anew()
        for member in list(stream.members):
            self._cut_off(member, "stream_began_anew")

    async def _renew(self, name: str, head: Head) -> None:
        """Numbers that were given out are about to be given out again, so the epoch has to change."""
        await perform(journal.renew_epoch, name, was=head.epoch)

    async def _check_always(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                self.forget_unwanted()
                await self.check()
            except Exception:
                # The edge: without this look at the journal the node would be deaf whenever Redis is.
                log.exception("check_failed")
                self.is_behind = True

    async def check(self) -> None:
        """Compare the heads that moved lately with what was delivered, and read what is lacking."""
        since = self._checked_at - LOOK_BACK
        began = clock.now()
        try:
            heads = await look_up(journal.heads_moved_since, since)
        except (DatabaseAway, Overloaded):
            self.is_behind = True
            return
        followed = [(self._followed[name], head) for name, head in heads.items() if name in self._followed]
        lagging = [stream for stream, head in followed if head != stream.head]
        if not all([await self.catch_up(stream) for stream in lagging]):
            # What could not be read now must still be among the heads that the next look asks for.
            return
        if self.is_behind:
            log.info("journal_read_again")
        self._checked_at, self.is_behind = began, False

    def check_soon(self) -> None:
        """For when hints may have been missed."""
        self._tasks.start(self.check())

    def is_followed(self, name: str) -> bool:
        return name in self._followed

    def members(self, name: str) -> list[Connection]:
        stream = self._followed.get(name)
        return [] if stream is None else list(stream.members)


def _head_of(name: str) -> Head:
    journal.begin(name)
    return journal.head(name)
