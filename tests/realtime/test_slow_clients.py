"""Clients that read slowly: they are cut off and come back, but never because of one long event."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hub import clock
from hub.domain import mentor_tickets
from hub.perform import run

LONG = "a" * 10_000


async def ask_at_length(hub, by, count: int) -> None:
    for _ in range(count):
        run(
            mentor_tickets.create,
            description=LONG,
            location=LONG,
            contact=LONG,
            lasts=timedelta(seconds=1),
            by=by.actor,
        )


async def test_many_long_tickets_that_expire_at_once_are_told_in_pieces_that_everybody_can_take(hub, ada):
    await ask_at_length(hub, ada, 40)
    listener = await hub.listen("/mentor", by=ada)

    run(mentor_tickets.expire_overdue, clock.now() + timedelta(seconds=2))

    told = await listener.until(4, "expire")
    assert [len(tickets) for tickets in told] == [10, 10, 10, 10]
    assert listener.ended == []


async def test_a_long_replay_waits_for_the_client_instead_of_cutting_it_off(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await first.until(1, "ready")
    await first.leave()
    await ask_at_length(hub, ada, 150)

    second = await hub.listen("/mentor", recover=True, offset=first.offset)

    assert len(await second.until(150, "save", within=10)) == 150
    assert second.ended == []


async def test_a_client_that_reads_nothing_is_cut_off_when_a_megabyte_waits(hub, ada):
    _, writer = await raw_websocket(hub)
    writer.write(masked("40/mentor,"))
    await asyncio.sleep(0.2)
    assert len(hub.node.server.streams.members("mentor")) == 1

    for _ in range(40):
        await ask_at_length(hub, ada, 10)
        await asyncio.sleep(0)

    async with asyncio.timeout(10):
        while hub.node.server.streams.members("mentor"):
            await asyncio.sleep(0.05)
    writer.close()
    # The megabytes are on their way to the other nodes still; cut off there, the connection would close after the test.
    await asyncio.sleep(0.3)


async def raw_websocket(hub) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket whose client never reads more than a few kilobytes ahead."""
    host, port = hub.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hub\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def masked(text: str) -> bytes:
    """A text frame as clients send it, masked with zeros."""
    payload = text.encode()
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload
