"""A client's connection after its upgrade to WebSocket: a protocol of our own on the bare transport.

What the HTTP request needed is gone by then. The transport belongs to this class; what is written goes straight to the
descriptor as long as the kernel takes it, and through asyncio's transport only when it does not.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hub.realtime import frames
from hub.realtime.frames import BadFrame, FrameReader
from hub.realtime.limits import Bucket
from hub.realtime.session import NOT_READY, frame_of

if TYPE_CHECKING:
    from hub.realtime.engine import Engine
    from hub.realtime.session import Session

LAST_WORDS_SECONDS = 1.0
"""What was written before the end, and the client's answer to it, get this long."""
SMALL_FRAMES_PER_SECOND, SMALL_FRAMES_AT_ONCE = 50.0, 500.0
MOST_UNREAD_BYTES = 256 * 1024
"""What may wait at a connection to which control frames are to be written."""
_READ_BYTES = 64 * 1024
_PONG_BYTES, _WHOLE_TEXT, _ONE_MASKED, _PONG = 7, 0x81, 0x81, ord("3")
# One for all connections: what is read is handled before anything else is.
_buffer = memoryview(bytearray(_READ_BYTES))


class WebSocketLink(asyncio.BufferedProtocol):
    """`session` is None for a connection that is only told to go away."""

    __slots__ = (
        "_bucket",
        "_engine",
        "_fd",
        "_is_closing",
        "_is_full",
        "_reader",
        "_session",
        "_transport",
        "was_probed",
    )

    def __init__(self, engine: Engine, session: Session | None, transport: asyncio.Transport, most: int) -> None:
        self._engine = engine
        self._session = session
        self._transport = transport
        self._reader = FrameReader(most, self._spend)
        self._bucket: Bucket | None = None
        self._fd: int = transport.get_extra_info("socket").fileno()
        self._is_full = False
        self._is_closing = False
        self.was_probed = False
        """Whether a client that polls has asked through this connection whether it works."""
        transport.set_protocol(self)
        # Whatever asyncio has to keep is told at once, and asked for again only when it has nothing left.
        transport.set_write_buffer_limits(high=0)
        # Of an answer to an earlier request on the connection something may be left, which was told to somebody else.
        self._is_full = transport.get_write_buffer_size() > 0

    @property
    def is_closing(self) -> bool:
        return self._is_closing

    @property
    def ready_fd(self) -> int:
        return NOT_READY if self._is_full or self._is_closing else self._fd

    @property
    def waiting_bytes(self) -> int:
        return self._transport.get_write_buffer_size() if self._is_full else 0

    # -- reading ------------------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        if nbytes == _PONG_BYTES and self._is_pong() and self._session is not None:
            # What most of what idle clients say is, without the way that everything else takes.
            self._engine.pong(self._session)
            return
        self.received(bytes(_buffer[:nbytes]))

    def _is_pong(self) -> bool:
        """Whether what was read is a whole frame with Engine.IO's PONG, on its session's transport."""
        is_frame = _buffer[0] == _WHOLE_TEXT and _buffer[1] == _ONE_MASKED and self._reader.is_between_frames
        is_ours = self._session is not None and self._session.link is self and not self._is_closing
        return is_frame and is_ours and _buffer[2] ^ _buffer[6] == _PONG

    def received(self, data: bytes) -> None:
        if self._is_closing:
            self._read_last_words(data)
            return
        session = self._session
        count = 0
        is_corked = False
        try:
            for opcode, payload in self._reader.feed(data):
                count += 1
                if count == 2 and session is not None:
                    is_corked = session.cork()
                self._take(opcode, payload)
                if self.is_closing:
                    break
        except BadFrame as wrong:
            self._broke_the_protocol(wrong.code, str(wrong))
        finally:
            if is_corked and session is not None:
                session.uncork()

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.TEXT:
            try:
                text = payload.decode()
            except UnicodeDecodeError:
                raise BadFrame(frames.NOT_UTF8, "a text that is no UTF-8") from None
            self._engine.received(self, self._session, text)
        elif opcode == frames.BINARY:
            self._engine.received(self, self._session, payload)
        elif opcode == frames.PING:
            self.write(frames.frame(frames.PONG, payload))
        elif opcode == frames.CLOSE:
            code = frames.said_in_close(payload)
            self._engine.link_ended(self, self._session)
            self.close(code)
            # Both have said it, and then it is the server who hangs up (RFC 6455, section 7.1.1).
            self._transport.close()

    def _spend(self) -> None:
        """A control frame or a small fragment: they cost the hub much more than whoever sends them."""
        if self._bucket is None:
            self._bucket = Bucket(SMALL_FRAMES_PER_SECOND, SMALL_FRAMES_AT_ONCE)
        if not self._bucket.take(self._engine.now()):
            raise BadFrame(frames.POLICY, "too many small frames")

    def _broke_the_protocol(self, code: int, why: str) -> None:
        if self._session is not None:
            self._session.uncork()
        self.close(code, why)
        self._engine.link_broke(self, self._session, why)

    def _read_last_words(self, data: bytes) -> None:
        """Nothing is begun any more; the connection ends when the client has said its close."""
        try:
            if any(opcode == frames.CLOSE for opcode, _ in self._reader.feed(data)):
                self._transport.close()
        except BadFrame:
            self._transport.close()

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Write a frame that is not the session's: of a probe, or a control frame."""
        if self._is_full and self.waiting_bytes > MOST_UNREAD_BYTES:
            # A client that asks and asks, and does not read the answers.
            self.abort()
            return
        self._transport.write(data)

    def say(self, packet: bytes) -> None:
        self.write(frame_of(packet))

    def write_later(self, rest: bytes) -> None:
        """Write what the kernel did not take."""
        self._transport.write(rest)

    def pause_writing(self) -> None:
        self._is_full = True
        if self._session is not None and self._session.link is self:
            self._session.fd = NOT_READY
            self._engine.waits(self._session)

    def resume_writing(self) -> None:
        self._is_full = False
        if self._session is not None and self._session.link is self:
            self._session.flush()

    # -- ending -------------------------------------------------------------------------------------------------------

    def close(self, code: int, why: str = "") -> None:
        """Say the WebSocket's close, and end when the client has said its own, within a second."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._is_full:
            # The close would wait behind what the client does not take.
            self._transport.abort()
            return
        self._engine.closes(self)
        self._transport.write(frames.close_frame(code, why))
        asyncio.get_running_loop().call_later(LAST_WORDS_SECONDS, self._transport.abort)

    def abort(self) -> None:
        self._is_closing = True
        self._transport.abort()

    def eof_received(self) -> bool:
        # A client that has stopped talking has left: Socket.IO knows no half of a connection.
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._reader.forget()
        # asyncio leaves a bound method of the transport in the transport: each would wait for the collector of garbage.
        vars(self._transport).pop("_read_ready_cb", None)
        session, self._session = self._session, None
        self._engine.link_ended(self, session)
