"""The streams that this node follows, and who listens to them here.

Every event passes through its stream in the order of its number, once, whichever way it came: handed on after a commit
on this node, heard over the bus, or read from the journal. A gap is closed from the journal before anything later goes
out, and each second the heads that moved lately are compared with what was delivered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from hub import clock, database
from hub.domain import journal
from hub.domain.journal import Entry, Head, Page
from hub.perform import DatabaseAway, Overloaded, look_up, perform
from hub.realtime import packets
from hub.realtime.connection import Connection
from hub.realtime.rooms import NOBODY, Room
from hub.realtime.tasks import Tasks
from hub.realtime.together import Together

log = structlog.get_logger(__name__)

CHECK_SECONDS = 1.0
LOOK_BACK = timedelta(seconds=60)
"""How much the clocks of two nodes may differ, and a commit may take, without an event being overlooked."""
GAP_GRACE_SECONDS = 0.05
"""How long the entry that is missing may still be under way before the journal is asked."""
KEPT_FOR = timedelta(seconds=60)
"""How long a stream is followed after its last listener left: most of them are only coming back."""

PageKey = tuple[str, int, int]
"""A stream, the number after which the page begins, and how many entries it has at most."""
PAGES_AT_ONCE = 10

Ear = Callable[[Entry], None]


@dataclass(eq=False, slots=True)
class Stream:
    """How far this node has delivered a stream, and its listeners here."""

    name: str
    epoch: str
    seq: int
    rooms: dict[tuple[str, bool], Room] = field(default_factory=dict)
    """Its listeners, by their namespace and whether they recover: those hear the same."""
    by_viewer: dict[str, tuple[Connection, ...]] = field(default_factory=dict)
    ears: list[Ear] = field(default_factory=list)
    """Parts of the node itself that listen."""
    when_anew: Callable[[], None] | None = None
    """What else to do when the numbers begin anew and something was not heard."""
    when_told: Callable[[Stream], None] | None = None
    """What else to do when something was said to its listeners."""
    early: dict[int, Entry] = field(default_factory=dict)
    """Entries that came before the ones they follow."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def head(self) -> Head:
        return Head(self.epoch, self.seq)

    @property
    def is_the_nodes_own(self) -> bool:
        return bool(self.ears) or self.when_anew is not None

    @property
    def members(self) -> list[Connection]:
        return [member for room in self.rooms.values() for member in room.members()]

    def join(self, connection: Connection) -> None:
        kind = (connection.namespace, connection.recovers)
        if kind not in self.rooms:
            self.rooms[kind] = Room()
        self.rooms[kind].join(connection)
        if (viewer := connection.viewer) is not None:
            self.by_viewer[viewer] = (*self.by_viewer.get(viewer, ()), connection)

    def leave(self, connection: Connection) -> None:
        room = connection.room
        if room is None:
            return
        room.leave(connection)
        if not room:
            del self.rooms[connection.namespace, connection.recovers]
        if (viewer := connection.viewer) is not None:
            others = tuple(other for other in self.by_viewer[viewer] if other is not connection)
            if others:
                self.by_viewer[viewer] = others
            else:
                del self.by_viewer[viewer]

    def deliver(self, entry: Entry) -> None:
        self.seq = entry.seq
        for ear in self.ears:
            ear(entry)
        for (namespace, recovers), room in list(self.rooms.items()):
            packet = packets.of_entry(namespace, entry, entry.payload, recovers=recovers)
            room.say(packet, self._personal(entry, room) if entry.views else NOBODY)
        if self.when_told is not None:
            self.when_told(self)

    def _personal(self, entry: Entry, room: Room) -> dict[Connection, bytes]:
        """What some members of a room hear in its stead, because it looks otherwise to them."""
        viewers = entry.views.keys() & self.by_viewer.keys()
        concerned = [member for viewer in viewers for member in self.by_viewer[viewer] if member.room is room]
        return {
            member: packets.of_entry(
                member.namespace, entry, entry.views[member.viewer or ""], recovers=member.recovers
            )
            for member in concerned
        }

    def say(self, namespace: str, packet: bytes) -> None:
        """Tell the listeners of one namespace something that has no number."""
        for (name, _), room in list(self.rooms.items()):
            if name == namespace:
                room.say(packet)


class Streams:
    """All streams that somebody listens to here. `cut_off` closes a client whose events cannot be made whole.

    A connection arrives, joins when it has heard what came before, and leaves. From its arrival on its stream is kept,
    so nobody ends up listening to one that was forgotten meanwhile.
    """

    def __init__(self, cut_off: Callable[[Connection, str], None]) -> None:
        self._followed: dict[str, Stream] = {}
        self._opening: dict[str, asyncio.Task[Stream]] = {}
        self._heads: Together[str, Head] = Together(_heads_of)
        self.pages: Together[PageKey, Page] = Together(_pages_of, PAGES_AT_ONCE)
        """What clients that come back have missed; thousands who left together read the same."""
        self._wanted_by: dict[str, set[Connection]] = {}
        """Who arrived and has not left, by the stream's name."""
        self._unwanted_since: dict[str, datetime] = {}
        """Streams that nobody wants, by name."""
        self.followed: Callable[[str], None] = lambda name: None
        self.let_go: Callable[[str], None] = lambda name: None
        """Told of each stream that this node begins and ceases to follow."""
        self.told: Callable[[Stream], None] = lambda stream: None
        """Told of a person's own stream when something was said on it, or replayed."""
        self._subscribed: set[str] = set()
        """Streams of which the bus tells since a moment ago, still to be compared with the journal."""
        self._comparing: asyncio.Task[None] | None = None
        self._cut_off = cut_off
        self._tasks = Tasks()
        self._checked_at = clock.now()
        self._checked_version: object = None
        """The database's, when everything in it was last known to have been delivered."""
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

    @property
    def number_followed(self) -> int:
        return len(self._followed)

    def at_hand(self, name: str) -> Stream | None:
        """The stream, if it is followed already."""
        return self._followed.get(name)

    async def _open(self, name: str) -> Stream:
        try:
            head = await self._heads.of(name)
            if name not in self._wanted_by:
                self._unwanted_since[name] = clock.now()
            is_somebodys = name.startswith(journal.OF_PEOPLE)
            when_told = self._say_told if is_somebodys else None
            stream = self._followed[name] = Stream(name, head.epoch, head.seq, when_told=when_told)
            self.followed(name)
            return stream
        finally:
            del self._opening[name]

    async def arrive(self, connection: Connection) -> Stream:
        """The stream of a connection that is being let in; kept for it until it leaves."""
        self.keep_for(connection)
        return await self.follow(connection.stream)

    def keep_for(self, connection: Connection) -> None:
        self._wanted_by.setdefault(connection.stream, set()).add(connection)
        self._unwanted_since.pop(connection.stream, None)

    def join(self, connection: Connection) -> None:
        """Let a connection that has arrived hear whatever is delivered from now on."""
        stream = self._followed[connection.stream]
        stream.join(connection)
        if stream.when_told is not None and connection.heard < stream.seq:
            stream.when_told(stream)

    def _say_told(self, stream: Stream) -> None:
        self.told(stream)

    def leave(self, connection: Connection) -> None:
        """Doing it twice changes nothing."""
        name = connection.stream
        if name in self._followed:
            self._followed[name].leave(connection)
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
                self.let_go(name)

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
        for member in stream.members:
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
            version, heads = await look_up(_moved_since, since, self._checked_version)
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
        self._checked_at, self._checked_version, self.is_behind = began, version, False

    def check_soon(self) -> None:
        """For when hints may have been missed."""
        self._tasks.start(self.check())

    def heard_of(self, names: list[str]) -> None:
        """The bus tells of these streams from now on; what was said since each was opened may have been missed."""
        self._subscribed.update(names)
        if self._comparing is None or self._comparing.done():
            self._comparing = self._tasks.start(self._compare())

    async def _compare(self) -> None:
        """Many streams in one look, for thousands are opened at once when clients storm in."""
        while self._subscribed:
            names, self._subscribed = self._subscribed, set()
            try:
                heads = await look_up(journal.heads_of, names)
            except (DatabaseAway, Overloaded):
                # The look of each second covers them, for their heads moved lately.
                heads, self.is_behind = {}, True
            followed = [(self._followed[name], head) for name, head in heads.items() if name in self._followed]
            for stream in [stream for stream, head in followed if head != stream.head]:
                await self.catch_up(stream)

    def is_followed(self, name: str) -> bool:
        return name in self._followed

    def members(self, name: str) -> list[Connection]:
        stream = self._followed.get(name)
        return [] if stream is None else stream.members

    def has_members(self, name: str) -> bool:
        stream = self._followed.get(name)
        return stream is not None and bool(stream.rooms)

    def say(self, namespace: str, name: str, packet: bytes) -> None:
        """Tell this node's listeners of a stream something that has no number and is not kept."""
        if (stream := self._followed.get(name)) is not None:
            stream.say(namespace, packet)


def _moved_since(moment: datetime, known_version: object) -> tuple[object, dict[str, Head]]:
    """The heads that moved lately, and as of when that is; none where nothing at all has changed since then."""
    version = database.version()
    return version, {} if version == known_version else journal.heads_moved_since(moment)


async def _pages_of(keys: Sequence[PageKey]) -> list[Page]:
    return await look_up(lambda: [journal.after(*key) for key in keys])


async def _heads_of(names: Sequence[str]) -> list[Head]:
    """Where these streams are; those that nobody has heard of yet begin now."""
    heads = await look_up(journal.heads_of, names)
    if missing := [name for name in names if name not in heads]:
        heads |= await perform(journal.begin_all, missing)
    return [heads[name] for name in names]
