"""The bus between nodes: Redis pub/sub as a hint that something is new. The journal stays the truth.

Each stream has a channel of its own, to which a node listens for as long as it follows the stream; what concerns every
node goes over one more. So no node is woken by what none of its clients hear. A few channels for groups of streams
would spare subscriptions, but a node with a thousand private streams is in each group, and would read everything.

What is published while Redis is away may be dropped: nodes find it in the journal. Accepted: whether Redis took a hint
before it fell silent is not known, so one may come twice, and the numbers tell.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog
from prometheus_client import Gauge

from hub.domain.journal import Entry
from hub.realtime.hints import AT_ONCE, UNSAID, Hint, Outbox
from hub.realtime.line import SILENCE_SECONDS, Line
from hub.realtime.resp import Reply, packed

log = structlog.get_logger(__name__)

CHANNEL = "hub:bus"
"""For what concerns every node."""
STREAM_CHANNELS = f"{CHANNEL}:"
PASSING = {"say"}
"""Kinds of messages that are not kept anywhere, and wrong if they came late or twice."""
PING_SECONDS = 1.0
FIRST_BACKOFF_SECONDS = 0.05
LONGEST_BACKOFF_SECONDS = 1.0

CONNECTED = Gauge("hub_bus_connected", "Whether this node hears the others over Redis")

_COMPACT = json.JSONEncoder(separators=(",", ":"))

Message = dict[str, Any]


def channel_of(stream: str | None) -> str:
    """Where a stream's listeners hear of it; without one, where every node listens."""
    return CHANNEL if stream is None else STREAM_CHANNELS + stream


def message(sender: str, kind: str, **content: Any) -> str:
    """What is published: who says it, of which kind it is, and the rest."""
    return _beginning(sender) + _COMPACT.encode({"kind": kind, **content})[1:]


def hint(sender: str, entry: Entry) -> tuple[str, str]:
    """The channel and the message by which other nodes hear of an entry, as PUBLISH takes them."""
    return channel_of(entry.stream), message(sender, "entry", entry=vars(entry))


def _beginning(sender: str) -> str:
    return f'{{"from":{json.dumps(sender)},'


class Bus:
    """This node's ear and mouth; all of it belongs to the loop.

    `heard` gets every message of other nodes, `subscribed` the streams of which the node hears from now on. `healed` is
    called instead when it hears of all of them again: what was said before that may have been missed.
    """

    def __init__(
        self,
        address: str,
        heard: Callable[[Message], None],
        healed: Callable[[], None],
        subscribed: Callable[[list[str]], None] = lambda streams: None,
    ) -> None:
        self._address = address
        self._node = secrets.token_hex(8)
        self._own = _beginning(self._node).encode()
        self._heard = heard
        self._healed = healed
        self._subscribed = subscribed
        self._followed: set[str] = set()
        self._wishes: list[tuple[bytes, str]] = []
        """What to subscribe to and to unsubscribe from, in order."""
        self._outbox = Outbox()
        self._on_the_way: list[Hint] = []
        self._awake = asyncio.Event()
        self._owed = 0
        """Answers that Redis has not given yet."""
        self._answered = asyncio.Event()
        self._confirmed: list[str] = []
        self._task: asyncio.Task[None] | None = None
        self._backoff = FIRST_BACKOFF_SECONDS
        self._is_stopping = False
        self._was_said_away = False
        self.is_connected = False
        self._takes_wishes = False
        """From the moment on at which everything that is followed is being subscribed to."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._live_always())

    async def stop(self) -> None:
        self._is_stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def follow(self, stream: str) -> None:
        """Hear of a stream from soon on; `subscribed` is told of it when that is so, also where it was so already."""
        self._followed.add(stream)
        self._wish(b"SUBSCRIBE", stream)

    def let_go(self, stream: str) -> None:
        self._followed.discard(stream)
        self._wish(b"UNSUBSCRIBE", stream)

    def _wish(self, verb: bytes, stream: str) -> None:
        # While Redis is away nobody reads wishes, and once it is back all that is followed then is subscribed to.
        if self._takes_wishes:
            self._wishes.append((verb, channel_of(stream)))
            self._awake.set()

    def publish(self, kind: str, stream: str | None = None, **content: Any) -> None:
        """Tell the other nodes, or those that follow a stream, soon and perhaps; never waits."""
        if kind in PASSING and not self.is_connected:
            UNSAID.inc()
            return
        about = content if stream is None else {"stream": stream, **content}
        self._put(Hint(channel_of(stream), message(self._node, kind, **about), kind in PASSING))

    def publish_entry(self, entry: Entry) -> None:
        """Tell the nodes that follow its stream of an entry, soon and perhaps; never waits."""
        self._put(Hint(*hint(self._node, entry)))

    def _put(self, waiting: Hint) -> None:
        self._outbox.put(waiting)
        self._awake.set()

    # -- one connection after the other -------------------------------------------------------------------------------

    async def _live_always(self) -> None:
        while not self._is_stopping:
            try:
                await self._live()
            except Exception as wrong:
                # The edge: whatever ends a connection to Redis, or is wrong with what came over it, another follows.
                self._silent(wrong)
            await asyncio.sleep(self._backoff * random.uniform(0.5, 1.0))
            self._backoff = min(2 * self._backoff, LONGEST_BACKOFF_SECONDS)

    async def _live(self) -> None:
        """Speak and listen on one connection until either fails."""
        line = await Line.open(self._address)
        halves = [asyncio.create_task(self._listen(line)), asyncio.create_task(self._speak(line))]
        try:
            ended, _ = await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            ended.pop().result()
        finally:
            line.cut()
            for half in halves:
                half.cancel()
            await asyncio.gather(*halves, return_exceptions=True)
            self._outbox.give_back(self._on_the_way)
            self._on_the_way = []

    async def _speak(self, line: Line) -> None:
        await self._subscribe_to_all(line)
        self._heard_again()
        while not self._is_stopping:
            await self._until_awake()
            await self._say_what_waits(line)

    async def _subscribe_to_all(self, line: Line) -> None:
        self._takes_wishes = True
        self._wishes = [(b"SUBSCRIBE", channel_of(stream)) for stream in [None, *self._followed]]
        while self._wishes:
            await self._say_wishes(line)

    async def _until_awake(self) -> None:
        if not (self._wishes or self._outbox):
            self._awake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_SECONDS):
                    await self._awake.wait()

    async def _say_what_waits(self, line: Line) -> None:
        """Wishes first, because they are few; with nothing to say the line is asked whether it lives."""
        if self._wishes:
            await self._say_wishes(line)
        elif self._outbox:
            self._on_the_way = self._outbox.take()
            said = [packed(b"PUBLISH", hint.channel.encode(), hint.text.encode()) for hint in self._on_the_way]
            await self._ask(line, b"".join(said), len(said))
            self._on_the_way = []
        else:
            await self._ask(line, packed(b"PING"), 1)

    async def _say_wishes(self, line: Line) -> None:
        wishes, self._wishes = self._wishes[:AT_ONCE], self._wishes[AT_ONCE:]
        await self._ask(line, b"".join(_commands_for(wishes)), len(wishes))

    async def _ask(self, line: Line, commands: bytes, answers: int) -> None:
        self._owed = answers
        self._answered.clear()
        await line.say(commands)
        async with asyncio.timeout(SILENCE_SECONDS):
            await self._answered.wait()

    # -- what comes ---------------------------------------------------------------------------------------------------

    async def _listen(self, line: Line) -> None:
        while not self._is_stopping:
            for reply in await line.hear():
                self._take(reply)

    def _take(self, reply: Reply) -> None:
        """An answer, or what Redis tells of a channel; whatever else it may tell is not asked for."""
        match reply:
            case [b"message", _, bytes(content)]:
                self._take_message(content)
            case [b"subscribe", bytes(channel), _]:
                self._take_answer()
                self._note_confirmed(channel.decode().removeprefix(STREAM_CHANNELS))
            case [b"unsubscribe", *_]:
                self._take_answer()
            case [*_]:
                pass
            case _:
                self._take_answer()

    def _take_answer(self) -> None:
        self._owed -= 1
        if self._owed == 0:
            self._answered.set()

    def _take_message(self, content: bytes) -> None:
        if not content.startswith(self._own) and (parsed := _parsed(content)) is not None:
            self._heard(parsed)

    def _note_confirmed(self, stream: str) -> None:
        """Many are confirmed in one turn of the loop, and told together. What a line begins with, `healed` tells."""
        if not self.is_connected:
            return
        if not self._confirmed:
            asyncio.get_running_loop().call_soon(self._tell_confirmed)
        self._confirmed.append(stream)

    def _tell_confirmed(self) -> None:
        streams, self._confirmed = self._confirmed, []
        self._subscribed(streams)

    # -- whether it works ---------------------------------------------------------------------------------------------

    def _heard_again(self) -> None:
        if self._was_said_away:
            log.info("redis_back", consequence="this node hears the others again", streams=len(self._followed))
        self.is_connected, self._was_said_away = True, False
        self._backoff = FIRST_BACKOFF_SECONDS
        CONNECTED.set(1)
        self._healed()

    def _silent(self, wrong: Exception) -> None:
        if not self._was_said_away:
            log.warning(
                "redis_away",
                while_trying_to="hear and tell other nodes",
                reason=f"{type(wrong).__name__}: {wrong}",
                consequence="events reach other nodes by the journal, within two seconds; look at Redis",
            )
        self.is_connected, self._takes_wishes, self._was_said_away = False, False, True
        CONNECTED.set(0)


def _commands_for(wishes: list[tuple[bytes, str]]) -> Iterator[bytes]:
    for verb, channels in groupby(wishes, key=itemgetter(0)):
        yield packed(verb, *(channel.encode() for _, channel in channels))


def _parsed(content: bytes) -> Message | None:
    """A message of the bus; anything else that somebody published there is ignored."""
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
