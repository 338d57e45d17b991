"""Too much of what is allowed: whoever does it may be closed, and nobody else waits."""

import asyncio
import time

import pytest

from tests.realtime.protocol.frames import PONG, TEXT, frame
from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined, opened

FLOODS = {
    "events": frame(TEXT, '42["message","x"]') * 10_000,
    "acknowledged events": b"".join(frame(TEXT, f'42{number}["echo","x"]') for number in range(10_000)),
    "answers to pings": frame(TEXT, "3") * 20_000,
    "pongs of the WebSocket": frame(PONG, "x") * 20_000,
    "namespaces": b"".join(frame(TEXT, f"40/{number},") for number in range(5_000)),
}
MOST_SECONDS = 2.0
"""For what a bystander says to come back; alone it takes a millisecond."""


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
async def test_a_flood_holds_nobody_else_up(echo, flood):
    async with joined(echo) as bystander, joined(echo) as flooder:
        drain = asyncio.create_task(flooder.reader.read(2**26))
        flooder.write(flood)
        await asyncio.sleep(0.05)

        began = time.monotonic()
        bystander.say('42["echo","quick"]'.replace("42", "421"))
        assert await bystander.hear() == '431["quick"]'

        assert time.monotonic() - began < MOST_SECONDS
        drain.cancel()


@beyond_node
async def test_answers_to_pings_that_were_never_sent_close_the_transport(echo):
    async with joined(echo) as flooder:
        flooder.write(FLOODS["answers to pings"])

        assert (await flooder.end()).heard == []


# The profile above takes as much as a client says; the hub does not.
@beyond_node
@pytest.mark.settings(rate_limits=True)
@pytest.mark.parametrize("packet", ["40/nowhere,", "40/mentor,", '42/mentor,["claim",{}]', "41/schedule,"])
async def test_a_hub_closes_who_says_too_much(hub, packet):
    async with opened(hub.address) as flooder:
        flooder.say("40/mentor,")
        await flooder.hear()

        flooder.say(*[packet] * 2000)

        assert len((await flooder.end()).heard) < 500


async def test_who_comes_and_goes_at_once_a_hundred_times_leaves_a_room_that_works(echo):
    async with joined(echo) as bystander:
        for _ in range(100):
            async with opened(echo) as passer:
                passer.say("40")

        bystander.say('42["pub","on we go"]')
        assert await bystander.hear() == '42["msg","on we go"]'


async def test_sessions_by_polling_that_are_never_used_hold_nobody_up(echo, http):
    for _ in range(100):
        await Poller.open(http)
    session = await Poller.open(http)

    await session.post("4hello")

    assert await session.get() == (200, "4hello")
