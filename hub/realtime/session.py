"""An Engine.IO session: one client, over whichever transport it has just now.

While a client takes everything at once, what it is told goes straight to its descriptor and nothing is kept here. What
it does not take waits in a backlog, within a budget of bytes and of age.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from hub.realtime import frames
from hub.realtime.backlog import Backlog
from hub.realtime.classes import Attachment

if TYPE_CHECKING:
    from hub.realtime.assembly import Assembly
    from hub.realtime.connection import Connection
    from hub.realtime.engine import Engine
    from hub.realtime.limits import Bucket
    from hub.realtime.websocket import WebSocketLink

MOST_QUEUED_BYTES = 1024 * 1024
"""What may wait for one client; beyond it the client is too slow and is cut off, to come back and recover."""
PIECE_BYTES = 64 * 1024
"""About as much of what waits is given to the kernel at a time."""
NOT_READY = -1


def frame_of(packet: bytes) -> bytes:
    """The WebSocket frame of an Engine.IO packet."""
    return frames.frame(frames.BINARY if isinstance(packet, Attachment) else frames.TEXT, packet)


class Session:
    """`fd` is the descriptor to which may be written at once; NOT_READY while something waits, or the client polls."""

    __slots__ = (
        "assembly",
        "awaits_pong",
        "backlog",
        "bucket",
        "connections",
        "due",
        "engine",
        "fd",
        "held",
        "is_closed",
        "is_corked",
        "is_cut_off",
        "is_halfway",
        "is_posting",
        "link",
        "oldest",
        "peer",
        "ping_interval",
        "ping_timeout",
        "poll",
        "probe",
        "sid",
        "unasked_pongs",
        "was_left",
        "when_ponged",
    )

    def __init__(self, engine: Engine, sid: str, peer: str, ping_interval: float, ping_timeout: float) -> None:
        self.engine = engine
        self.sid = sid
        self.peer = peer
        self.ping_interval = ping_interval
        self.ping_timeout = ping_timeout
        self.fd = NOT_READY
        self.link: WebSocketLink | None = None
        self.probe: WebSocketLink | None = None
        """The WebSocket of a polling client that is trying whether it works."""
        self.poll: asyncio.Future[None] | None = None
        """The GET that waits for something to say."""
        self.backlog: Backlog | None = None
        self.oldest: float | None = None
        """When the oldest of what has been given to the kernel and not been taken by it was said."""
        self.is_closed = False
        self.was_left = False
        """Whether its client said that it leaves."""
        self.is_corked = False
        self.is_cut_off = False
        """Whether it was decided to close it: it is told nothing more, or it would miss what came in between."""
        self.is_posting = False
        """Whether a body of a client that polls is on its way."""
        self.due = 0
        self.awaits_pong = False
        self.is_halfway = True
        """Whether the shorter of the two times, to the next ping or to its answer, has passed since the last ping."""
        self.unasked_pongs = 0
        self.when_ponged: Callable[[], None] | None = None
        """Who else waits for the answer to the last ping."""
        # What Socket.IO keeps for it.
        self.connections: dict[str, Connection] = {}
        self.held: list[str | bytes] | None = None
        """What came while a CONNECT was being decided; None while none is."""
        self.assembly: Assembly | None = None
        self.bucket: Bucket | None = None

    @property
    def is_ready(self) -> bool:
        return self.fd >= 0

    @property
    def waiting_bytes(self) -> int:
        """What the client was told and the kernel has not taken yet."""
        inside = self.link.waiting_bytes if self.link is not None else 0
        return inside + (self.backlog.size if self.backlog is not None else 0)

    @property
    def waits_since(self) -> float | None:
        """When the oldest of what waits was said."""
        if self.oldest is not None:
            return self.oldest
        return self.backlog.oldest if self.backlog is not None else None

    # -- telling ------------------------------------------------------------------------------------------------------

    def send(self, packet: bytes) -> None:
        """Tell the client one Engine.IO packet; one that takes too little is cut off."""
        if self.fd >= 0:
            self.write(frame_of(packet))
        else:
            self._wait(packet)

    def send_all(self, packets: Sequence[bytes], joined: bytes) -> None:
        """Tell the client several packets, whose frames are joined already."""
        if self.fd >= 0:
            self.write(joined)
        else:
            for packet in packets:
                self._wait(packet)

    def write(self, data: bytes) -> None:
        """Give whole frames to a transport that is ready."""
        try:
            sent = os.write(self.fd, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self.engine.lost(self)
            return
        if sent < len(data):
            self.wrote(data, sent)

    def wrote(self, data: bytes, sent: int) -> None:
        """The kernel took only so much of `data`: the rest goes out when it takes more."""
        if self.link is not None:
            self.link.write_later(data[sent:])
        # The kernel may have taken the rest after all.
        if not self.is_ready and self.oldest is None:
            self.oldest = self.engine.now()

    def _wait(self, packet: bytes) -> None:
        if self.is_closed or self.is_cut_off:
            return
        if self.backlog is None:
            self.backlog = Backlog()
        if self.is_corked and self.backlog.size > PIECE_BYTES:
            self.uncork()
            self.send(packet)
            return
        if self.waiting_bytes > MOST_QUEUED_BYTES:
            self.engine.cut_off(self, "slow")
            return
        self.backlog.put(packet, self.engine.now())
        if not self.is_corked:
            self.engine.waits(self)
        self.wake_poll()

    def wake_poll(self) -> None:
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(None)

    # -- several at once ----------------------------------------------------------------------------------------------

    def cork(self) -> bool:
        """Gather what the client is told from here on, to write it in one piece; says whether that was begun now."""
        if self.fd < 0:
            return False
        self.is_corked = True
        self.fd = NOT_READY
        return True

    def uncork(self) -> None:
        if self.is_corked:
            self.is_corked = False
            self.flush()

    def flush(self) -> None:
        """Write what waits, if the WebSocket is ready for it."""
        if self.link is None or self.is_corked or self.is_closed or self.is_cut_off:
            return
        self.oldest = None
        self.fd = self.link.ready_fd
        backlog = self.backlog
        while backlog and self.is_ready:
            since = backlog.oldest
            self.write(joined(backlog.take(most=10_000, bytes_of_them=PIECE_BYTES)))
            # It was said when it was put there, not when the kernel would not take it.
            self.oldest = None if self.is_ready else since
        if not backlog:
            self.backlog = None

    def next_payload(self, most: int, bytes_of_them: int) -> list[bytes]:
        """What a poll is answered with."""
        return self.backlog.take(most=most, bytes_of_them=bytes_of_them) if self.backlog is not None else []


def joined(packets: Iterable[bytes]) -> bytes:
    return b"".join(map(frame_of, packets))
