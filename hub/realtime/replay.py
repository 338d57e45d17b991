"""Replay: what a client that came back has missed, sent again page by page, until it meets the live events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import Counter

from hub.domain import journal
from hub.realtime.connection import Connection
from hub.realtime.recovery import Handshake
from hub.realtime.streams import Stream, Streams

REPLAYED = Counter("hub_events_replayed", "Events sent again to clients that came back")


async def proven_position(streams: Streams, stream: Stream, handshake: Handshake) -> int | None:
    """The number after which the client goes on; None where it cannot be shown that nothing would be missing."""
    if not handshake.wants or handshake.offset is None:
        return None
    epoch, seq = handshake.offset
    if epoch != stream.epoch or seq > stream.seq:
        # This node may lag behind the one that gave the offset out.
        await streams.catch_up(stream)
    if epoch != stream.epoch or seq > stream.seq:
        return None
    if seq == stream.seq:
        return seq
    page = await streams.pages.of((stream.name, seq, 1))
    return seq if page.whole and page.head.epoch == epoch == stream.epoch else None


async def replay(
    streams: Streams,
    connection: Connection,
    stream: Stream,
    offset: tuple[str, int],
    has_room: Callable[[Connection], Awaitable[bool]],
) -> bool:
    """Send what the client missed; says whether it has caught up with this node, without a gap and without a double.

    `has_room` waits until the client takes more, and says False once it has left. Nothing is awaited after the last
    comparison, so no event can fall between replay and listening.
    """
    epoch, position = offset
    while position < stream.seq:
        page = await streams.pages.of((stream.name, position, journal.PAGE))
        if page.head.epoch != epoch or not page.whole:
            return False
        for entry in page.entries:
            # What is beyond this node's own position comes by the stream itself.
            if entry.seq > stream.seq:
                break
            # First of all, for the client may have left while the page was read, and its transport carries another.
            if not await has_room(connection):
                return False
            connection.hear(entry)
            position = entry.seq
            REPLAYED.inc()
    return position == stream.seq and epoch == stream.epoch
