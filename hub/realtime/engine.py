"""The Engine.IO server (protocol 4): sessions over WebSocket and long polling, and the upgrade from one to the other.

It knows nothing of Socket.IO: what clients say goes to what is above it. Sessions are found by their id, and one wheel
turns for all their pings.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Protocol

from aiohttp import web

from hub.realtime import frames, handshakes, polling
from hub.realtime.handshakes import BAD_REQUEST, UNKNOWN_SESSION, Refused
from hub.realtime.heartbeats import Heartbeats
from hub.realtime.opening import Opening
from hub.realtime.session import NOT_READY, Session, frame_of
from hub.realtime.websocket import WebSocketLink
from hub.realtime.wheel import Wheel
from hub.wire import strict_json

LONGEST_MESSAGE = 1_000_000
"""Bytes, as `maxPayload` tells clients."""
PROBE_SECONDS = 10.0
"""How long a client that polls may take to show that its WebSocket works."""
NOOP_SECONDS = 0.1
"""Between two polls of a client that is about to use its WebSocket instead."""
LAST_POLL_SECONDS = 5.0
"""How long what was said before a session closed waits for its client's next poll."""
GONE_SECONDS = 1.0
"""How soon it is noticed that a client that polls has gone; aiohttp tells nobody."""
OLDEST_SECONDS = 10.0
"""For how long something may wait for a client; then it is too slow, however little it is."""
MOST_UNASKED_PONGS = 16
CLOSE, PONG, MESSAGE, UPGRADE, NOOP = "1", "3", "4", "5", "6"
_PING_FRAME = frame_of(b"2")


class Above(Protocol):
    """What uses the sessions."""

    def opened(self, session: Session) -> None: ...

    def said(self, session: Session, message: str | bytes) -> None:
        """The client sent a message."""

    def closed(self, session: Session) -> None: ...

    def close_transport(self, session: Session, reason: str, **detail: str) -> None:
        """A session is to be closed, and somebody should know why."""

    def ticked(self) -> None: ...

    def refusal(self, peer: str) -> float | None:
        """None to let a new session in; else in how many seconds the client may try again."""


class Engine:
    def __init__(self, above: Above, heartbeats: Heartbeats, origins: tuple[str, ...] = ("*",)) -> None:
        self._above = above
        self._heartbeats = heartbeats
        self._origins = origins
        self._sessions: dict[str, Session] = {}
        self._closing: set[WebSocketLink] = set()
        """Connections that have said their close, and wait for their clients'."""
        self._waiting: set[Session] = set()
        """Sessions for which something waits, or did when the wheel last looked."""
        self._last_words: dict[str, Session] = {}
        """Closed sessions of clients that poll and will ask once more for what they were told before."""
        self._wheel: Wheel[Session] = Wheel(heartbeats.tick_seconds, self._beat, self._ticked)
        self.now = time.monotonic

    def __len__(self) -> int:
        return len(self._sessions)

    def sessions(self) -> list[Session]:
        return list(self._sessions.values())

    def stop(self) -> None:
        """Turn no more, and wait for no client's last word."""
        self._wheel.stop()
        for link in list(self._closing):
            link.abort()

    def closes(self, link: WebSocketLink) -> None:
        self._closing.add(link)

    # -- opening ------------------------------------------------------------------------------------------------------

    def open_websocket(self, transport: asyncio.Transport, opening: Opening, rest: bytes = b"") -> None:
        """Answer a WebSocket's handshake and take the connection over; `rest` is what came after its head."""
        yes = handshakes.accepted(opening)
        no = BAD_REQUEST if yes is None else self._refusal(opening)
        if yes is None or no is not None:
            transport.write((no or BAD_REQUEST).raw)
            transport.close()
            return
        sid = opening.query.get("sid")
        session = self._sessions[sid] if sid is not None else self._new(opening)
        if sid is None:
            self._begin_on_websocket(session, transport, yes, rest)
        else:
            transport.write(yes)
            self._begin_probe(session, transport, rest)

    def _refusal(self, opening: Opening) -> Refused | None:
        no = handshakes.refusal_of(opening, self._origins)
        if no is not None:
            return no
        if "sid" in opening.query:
            is_known = opening.query["sid"] in self._sessions or self._may_ask_once_more(opening)
            return None if is_known else UNKNOWN_SESSION
        seconds = self._above.refusal(opening.peer)
        return None if seconds is None else handshakes.busy(seconds)

    def _new(self, opening: Opening) -> Session:
        beat = self._heartbeats.of_next(len(self._sessions))
        session = Session(self, secrets.token_urlsafe(15), opening.peer, beat.interval, beat.timeout)
        self._sessions[session.sid] = session
        self._wheel.start()
        self._wheel.put(session, beat.interval)
        self._above.opened(session)
        return session

    def _begin_on_websocket(self, session: Session, transport: asyncio.Transport, yes: bytes, rest: bytes) -> None:
        transport.write(yes + frame_of(_open_packet(session, upgrades=[])))
        session.link = WebSocketLink(self, session, transport, LONGEST_MESSAGE)
        session.fd = session.link.ready_fd
        if rest:
            session.link.received(rest)

    def _begin_probe(self, session: Session, transport: asyncio.Transport, rest: bytes) -> None:
        is_free = session.link is None and session.probe is None
        link = WebSocketLink(self, session if is_free else None, transport, LONGEST_MESSAGE)
        if not is_free:
            # A session has one WebSocket. The protocol has a second one opened and told to go.
            link.close(frames.POLICY, "this session has its WebSocket")
            return
        session.probe = link
        asyncio.get_running_loop().call_later(PROBE_SECONDS, self._end_probe, session, link)
        if rest:
            link.received(rest)

    def _end_probe(self, session: Session, link: WebSocketLink) -> None:
        """The client goes on polling."""
        if session.probe is link:
            session.probe = None
            link.close(frames.PROTOCOL_ERROR, "this is no upgrade")

    # -- what clients say ---------------------------------------------------------------------------------------------

    def received(self, link: WebSocketLink, session: Session | None, packet: str | bytes) -> None:
        """A message of a WebSocket, whatever that is to its session."""
        if session is None:
            return
        if session.link is link:
            self._packet(session, packet)
        elif packet == "2probe":
            link.was_probed = True
            link.say(b"3probe")
            session.wake_poll()
        elif packet == UPGRADE and link.was_probed and session.probe is link:
            self._upgrade(session, link)
        else:
            self._end_probe(session, link)

    def _upgrade(self, session: Session, link: WebSocketLink) -> None:
        session.probe, session.link = None, link
        session.wake_poll()
        session.flush()

    def _packet(self, session: Session, packet: str | bytes) -> None:
        if isinstance(packet, bytes):
            self._above.said(session, packet)
        elif packet[:1] == MESSAGE:
            self._above.said(session, packet[1:])
        elif packet == PONG:
            self.pong(session)
        elif packet == CLOSE:
            self._close(session)
        else:
            self._above.close_transport(session, "malformed", detail="no packet of Engine.IO that clients send")

    def pong(self, session: Session) -> None:
        if session.awaits_pong:
            session.awaits_pong = False
            session.unasked_pongs = 0
            if session.when_ponged is not None:
                whoever_waits, session.when_ponged = session.when_ponged, None
                whoever_waits()
            return
        # It shows no life, for it answers nothing.
        session.unasked_pongs += 1
        if session.unasked_pongs > MOST_UNASKED_PONGS:
            self._above.close_transport(session, "flood", detail="PONGs that nobody asked for")

    # -- polling ------------------------------------------------------------------------------------------------------

    async def polled(self, request: web.Request, opening: Opening) -> web.Response:
        """Answer a request of the polling transport."""
        no = self._refusal(opening)
        if no is not None:
            return polling.refused(no)
        sid = opening.query.get("sid")
        if sid is None:
            return polling.answer(_open_packet(self._new(opening), upgrades=[handshakes.WEBSOCKET]))
        if sid in self._last_words:
            return polling.answer(_payload_of(self._last_words.pop(sid)))
        session = self._sessions[sid]
        if session.link is not None:
            return polling.refused(BAD_REQUEST)
        if request.method == "POST":
            return await self._posted(session, request)
        return await self._asked(session, request) if request.method == "GET" else polling.refused(BAD_REQUEST)

    async def _posted(self, session: Session, request: web.Request) -> web.Response:
        if session.is_posting:
            self._above.close_transport(session, "malformed", detail="two bodies at once")
            return polling.refused(BAD_REQUEST)
        session.is_posting = True
        try:
            packets = await polling.packets_of(request, LONGEST_MESSAGE)
        except polling.MalformedPayload as wrong:
            self._above.close_transport(session, "malformed", detail=str(wrong))
            is_large = isinstance(wrong, polling.PayloadTooLarge)
            return polling.refused(handshakes.TOO_LARGE if is_large else BAD_REQUEST)
        finally:
            session.is_posting = False
        for packet in packets:
            if session.is_closed:
                return polling.refused(BAD_REQUEST)
            self._packet(session, packet)
        # What ends a session is answered as usual if the client meant it.
        return polling.refused(BAD_REQUEST) if session.is_closed and packets[-1] != CLOSE else polling.answer("ok")

    async def _asked(self, session: Session, request: web.Request) -> web.Response:
        if session.poll is not None:
            self._above.close_transport(session, "malformed", detail="two polls at once")
            return polling.refused(BAD_REQUEST)
        session.poll = asyncio.get_running_loop().create_future()
        while not (session.poll.done() or _is_gone(request)) and not await self._wait_for_something(session):
            pass
        session.poll = None
        if _is_gone(request):
            # Nobody hears this answer, so nothing may be taken for told.
            self._above.close_transport(session, "lost")
            return polling.refused(BAD_REQUEST)
        if session.link is not None:
            return polling.answer(NOOP)
        self._last_words.pop(session.sid, None)
        return polling.answer(_payload_of(session))

    async def _wait_for_something(self, session: Session) -> bool:
        """Wait for something to say, a moment at most; says whether the poll is to be answered now."""
        if session.backlog or session.is_closed or session.poll is None:
            return True
        is_leaving_off = session.probe is not None and session.probe.was_probed
        await asyncio.wait([session.poll], timeout=NOOP_SECONDS if is_leaving_off else GONE_SECONDS)
        return is_leaving_off

    # -- the wheel ----------------------------------------------------------------------------------------------------

    def _beat(self, session: Session) -> None:
        """Ping a session, or see whether it has answered. A PONG itself moves nothing on the wheel."""
        soon = min(session.ping_interval, session.ping_timeout)
        if session.awaits_pong:
            more_patience = session.ping_timeout - soon
            if session.is_halfway or not more_patience:
                self._above.close_transport(session, "silent")
            else:
                session.is_halfway = True
                self._wheel.put(session, more_patience)
            return
        if not session.is_halfway and session.ping_interval > soon:
            session.is_halfway = True
            self._wheel.put(session, session.ping_interval - soon)
            return
        self._ping(session)
        self._wheel.put(session, soon)

    def _ping(self, session: Session) -> None:
        session.awaits_pong = True
        session.is_halfway = False
        if session.fd >= 0:
            session.write(_PING_FRAME)
        else:
            session.send(b"2")

    def ping_now(self, session: Session) -> None:
        """Ping a session that awaits no pong before its time; its next ping comes an interval later."""
        self._ping(session)
        self._wheel.put(session, min(session.ping_interval, session.ping_timeout))

    def waits(self, session: Session) -> None:
        """Something waits for this session's client: see to it that it does not wait for ever."""
        self._waiting.add(session)

    def _ticked(self) -> None:
        """Cut off whoever has let something wait for too long."""
        longest_ago = self.now() - OLDEST_SECONDS
        for session in list(self._waiting):
            since = session.waits_since
            if since is None:
                self._waiting.discard(session)
            elif since < longest_ago:
                self.cut_off(session, "slow")
        self._above.ticked()

    # -- ending -------------------------------------------------------------------------------------------------------

    # That a client is too slow or lost is found out while many are told something. It is forgotten in the next turn of
    # the loop, so that nobody who tells has to mind that listeners go meanwhile.

    def cut_off(self, session: Session, reason: str) -> None:
        """The client cannot be told what it should be: it is told nothing more, and comes back."""
        if not session.is_cut_off:
            session.is_cut_off = True
            session.fd = NOT_READY
            asyncio.get_running_loop().call_soon(self._above.close_transport, session, reason)

    def lost(self, session: Session) -> None:
        """The connection broke while it was written to; asyncio says so to it in the next turn."""
        session.fd = NOT_READY
        if session.link is not None:
            session.link.abort()

    def link_ended(self, link: WebSocketLink, session: Session | None) -> None:
        """A WebSocket ended by itself or was ended by its client."""
        self._closing.discard(link)
        if session is not None and session.link is link:
            self._forget(session)
        elif session is not None and session.probe is link:
            session.probe = None

    def link_broke(self, link: WebSocketLink, session: Session | None, why: str) -> None:
        """A client broke the WebSocket protocol."""
        if session is not None and session.link is link:
            self._above.close_transport(session, "malformed", detail=why)
        else:
            self.link_ended(link, session)

    def _close(self, session: Session) -> None:
        """The client said that it leaves."""
        session.was_left = True
        self.close(session)

    def close(
        self, session: Session, code: int = frames.GOING_AWAY, why: str = "", *, lets_ask_once_more: bool = False
    ) -> None:
        """End a session and its connection. What was written to it before is let out, as far as the client takes it.

        A client that polls hears what waits for it with its next poll, where it may ask once more.
        """
        if session.is_closed:
            return
        if lets_ask_once_more and session.link is None and session.backlog:
            self._last_words[session.sid] = session
            asyncio.get_running_loop().call_later(LAST_POLL_SECONDS, self._last_words.pop, session.sid, None)
        session.uncork()
        self._forget(session)
        if session.link is not None:
            session.link.close(code, why)

    def _forget(self, session: Session) -> None:
        if session.is_closed:
            return
        session.is_closed = True
        session.when_ponged = None
        session.fd = NOT_READY
        self._sessions.pop(session.sid, None)
        self._wheel.take_out(session)
        self._waiting.discard(session)
        if session.probe is not None:
            session.probe.close(frames.GOING_AWAY)
        session.wake_poll()
        self._above.closed(session)

    def _may_ask_once_more(self, opening: Opening) -> bool:
        is_poll = opening.method == "GET" and opening.query["transport"] == handshakes.POLLING
        return is_poll and opening.query["sid"] in self._last_words


def _payload_of(session: Session) -> bytes:
    """What a poll is answered with: what waits, and after it that the session is closed, if it is."""
    packets = session.next_payload(polling.MOST_PACKETS_IN_A_POLL, LONGEST_MESSAGE)
    if session.is_closed and not packets:
        packets = [NOOP.encode() if session.was_left else CLOSE.encode()]
    return polling.payload_of(packets) or NOOP.encode()


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _open_packet(session: Session, upgrades: list[str]) -> bytes:
    said = {
        "sid": session.sid,
        "upgrades": upgrades,
        "pingInterval": round(session.ping_interval * 1000),
        "pingTimeout": round(session.ping_timeout * 1000),
        "maxPayload": LONGEST_MESSAGE,
    }
    return b"0" + strict_json.dumps(said).encode()
