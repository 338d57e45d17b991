"""A connection that has gone leaves nothing behind that only the collector of garbage would find."""

from __future__ import annotations

import asyncio
import gc

from tests.http.halp import talking
from tests.realtime.raw import raw
from tests.running import RunningHub


async def come_and_go(hub: RunningHub, count: int) -> None:
    for _ in range(count):
        async with raw(hub) as client:
            await client.connect("/announcements")
    async with asyncio.timeout(3):
        while len(hub.node.server.engine):
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


PARTS = ("WebSocketLink", "Session", "FrameReader", "Connection")


def parts_in_cycles() -> list[str]:
    """What the collector finds of the engine's connections."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return [name for one in gc.garbage if (name := type(one).__name__) in PARTS]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


async def test_a_connection_that_has_gone_is_freed_at_once(hub):
    await come_and_go(hub, 2)
    gc.collect()

    gc.disable()
    try:
        await come_and_go(hub, 5)
        assert parts_in_cycles() == []
    finally:
        gc.enable()


async def test_so_is_one_that_went_without_answering_what_it_was_pinged_for(hub, ann, tom):
    gc.collect()

    gc.disable()
    try:
        async with raw(hub) as client:
            await client.connect("/messages", {"token": ann.token})
            await talking.write(hub, ann, "Hi", by=tom)
            while (await client.socket.receive()).data != "2":
                pass
        await come_and_go(hub, 0)
        assert parts_in_cycles() == []
    finally:
        gc.enable()
