"""The door: where every connection comes in, and is given on to whoever serves it.

Most of a hub's connections are WebSockets, and most of what else is asked in a rush are a few public pages. aiohttp's
way to a handler costs several times what either of them does, so the door reads the head of a request by itself: a
WebSocket goes straight to its engine, and a hot page is answered here. Whatever is anything else, or odd in any way, is
aiohttp's, byte by byte as it came, and so is its connection from then on.

Accepted: once aiohttp has a connection, only aiohttp's own timers watch over it.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from hub.domain.refusals import Refusal
from hub.http import heads, hot_replies
from hub.http.bodies import BadRequest
from hub.http.heads import Head
from hub.http.hot import Answer, HotPages, Sharing
from hub.http.hot_replies import Accounts, Question
from hub.http.peers import Network, client_behind
from hub.listening import BACKLOG, tune
from hub.perform import DatabaseAway, Overloaded
from hub.realtime.opening import Opening

SILENCE_SECONDS = 30.0
"""How long a connection may say nothing before its first request."""
HEAD_SECONDS = 10.0
"""How long a head may take from its first byte to its last."""
KEPT_SECONDS = 3630.0
"""How long an answered connection may wait for its next request; aiohttp keeps its own as long."""
STUCK_SECONDS = 30.0
"""How long a client may take nothing of an answer."""
LOOK_SECONDS = 1.0
MOST_KNOWN, LONGEST_KNOWN = 512, 1024


class Opens(Protocol):
    def open_websocket(self, transport: asyncio.Transport, opening: Opening, rest: bytes) -> None:
        """Take the transport over, or answer with an error and close it."""


ENGINES: web.AppKey[dict[str, Opens]] = web.AppKey("engines", dict)
"""Who opens WebSockets, by path."""


@dataclass
class House:
    """What lies behind the door."""

    aiohttp: Callable[[], asyncio.Protocol]
    engines: dict[str, Opens]
    pages: HotPages
    sharing: Sharing
    accounts: Accounts
    trusted: list[Network]
    cors_origins: Collection[str]
    known: dict[bytes, Question] = field(default_factory=dict)
    """Requests for hot pages by their bytes: clients of a kind say the same ones again and again."""

    def question(self, received: bytes, head: Head) -> Question | None:
        try:
            question = hot_replies.question(head, self.pages, self.cors_origins)
        except (Refusal, BadRequest):
            # The dialect says it in its own words, behind aiohttp.
            return None
        if question is not None and len(received) <= LONGEST_KNOWN:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[received] = question
        return question


class Door:
    def __init__(self, house: House) -> None:
        self.house = house
        self.visitors: set[Visitor] = set()
        self.is_closed = False

    async def open(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        tune(listener)
        self._server = await self._loop.create_server(lambda: Visitor(self), sock=listener, backlog=BACKLOG)
        self._look = self._loop.call_later(LOOK_SECONDS, self.look_around)

    def close(self) -> None:
        """Let nobody in any more, and send away whoever waits for nothing; the others get their answer."""
        self.is_closed = True
        self._server.close()
        self._look.cancel()
        self.house.accounts.log()
        for visitor in list(self.visitors):
            visitor.send_away()

    def look_around(self) -> None:
        """Close the connections whose time is up, now and from now on."""
        self._look.cancel()
        self._look = self._loop.call_later(LOOK_SECONDS, self.look_around)
        now = self._loop.time()
        for visitor in [visitor for visitor in self.visitors if visitor.deadline < now]:
            visitor.give_up()
        self.house.accounts.log()

    def now(self) -> float:
        return self._loop.time()


class Visitor(asyncio.Protocol):
    """One connection, until it is known whose it is; one that asks for hot pages only is never anybody else's."""

    __slots__ = ("_asked_at", "_door", "_is_full", "_late", "_left", "_question", "_received", "_transport", "deadline")

    def __init__(self, door: Door) -> None:
        self._door = door
        self._received = b""
        """The head so far, or the request that is being answered."""
        self._late = b""
        """What came while a request was being answered."""
        self._question: Question | None = None
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.deadline = self._door.now() + SILENCE_SECONDS
        self._door.visitors.add(self)
        if self._door.is_closed:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.visitors.discard(self)

    def data_received(self, data: bytes) -> None:
        if self._question is not None or self._is_full:
            self._late += data
            self._transport.pause_reading()
            return
        question = self._door.house.known.get(data) if not self._received else None
        if question is not None:
            self._ask(question, data)
        else:
            self._read(self._received + data)

    def _read(self, received: bytes) -> None:
        if heads.END not in received and heads.may_become_one(received):
            self._wait_for_the_rest(received)
            return
        house, head = self._door.house, heads.read(received)
        if head is None:
            self._give_to_aiohttp(received)
        elif head.path in house.engines and head.wants_websocket:
            self._give_to_engine(house.engines[head.path], head, received)
        elif len(received) == head.size and (question := house.question(received, head)) is not None:
            self._ask(question, received)
        else:
            self._give_to_aiohttp(received)

    def _wait_for_the_rest(self, received: bytes) -> None:
        if not self._received:
            self.deadline = self._door.now() + HEAD_SECONDS
        self._received = received

    # -- whose it is --------------------------------------------------------------------------------------------------

    def _give_to_aiohttp(self, received: bytes) -> None:
        self._door.visitors.discard(self)
        handler = self._door.house.aiohttp()
        self._transport.set_protocol(handler)
        handler.connection_made(self._transport)
        handler.data_received(received)

    def _give_to_engine(self, engine: Opens, head: Head, received: bytes) -> None:
        self._door.visitors.discard(self)
        opening = Opening("GET", heads.query_of(head.query), head.headers, self._peer(head))
        engine.open_websocket(self._transport, opening, received[head.size :])

    def _peer(self, head: Head) -> str:
        name = self._transport.get_extra_info("peername")
        remote = str(name[0]) if isinstance(name, tuple) else name
        return client_behind(remote, head.headers.get("x-forwarded-for", ""), self._door.house.trusted)

    # -- hot pages ----------------------------------------------------------------------------------------------------

    def _ask(self, question: Question, received: bytes) -> None:
        self._question, self._received = question, received
        self._asked_at = self._door.now()
        self.deadline = math.inf
        self._door.house.sharing.answer(question.reading).add_done_callback(self._answered)

    def _answered(self, told: asyncio.Future[Answer]) -> None:
        if self._question is None or self._transport.is_closing():
            return
        try:
            self._reply(self._question, told.result())
        except (DatabaseAway, Overloaded):
            self._reply(self._question, self._question.hot.refused())
        except asyncio.CancelledError:
            self._transport.close()
        except Exception:
            # The edge: a bug is told once with its traceback, and in the dialect's words, behind aiohttp.
            self._transport.resume_reading()
            self._give_to_aiohttp(self._received + self._late)

    def _reply(self, question: Question, answer: Answer) -> None:
        self._question, self._received = None, b""
        request_id = hot_replies.new_id()
        self._transport.write(question.reply(answer, request_id))
        took = self._door.now() - self._asked_at
        self._door.house.accounts.add(question.hot.path, answer.status, request_id, took)
        if self._door.is_closed:
            self._transport.close()
        elif not self._is_full:
            self._go_on()

    def _go_on(self) -> None:
        """Wait for the next request, or read what came of it meanwhile."""
        self.deadline = self._door.now() + KEPT_SECONDS
        late, self._late = self._late, b""
        if late:
            self._transport.resume_reading()
            self.data_received(late)

    def pause_writing(self) -> None:
        self._is_full = True
        self._take_note_of_what_is_left()

    def resume_writing(self) -> None:
        self._is_full = False
        if self._question is None:
            self._go_on()

    def _take_note_of_what_is_left(self) -> None:
        self._left = self._transport.get_write_buffer_size()
        self.deadline = self._door.now() + STUCK_SECONDS

    # -- ending -------------------------------------------------------------------------------------------------------

    def give_up(self) -> None:
        """Its time is up, unless it has taken a part of its answer since."""
        if self._is_full and self._transport.get_write_buffer_size() < self._left:
            self._take_note_of_what_is_left()
        else:
            self._transport.abort()

    def send_away(self) -> None:
        if self._question is None:
            self._transport.close()
