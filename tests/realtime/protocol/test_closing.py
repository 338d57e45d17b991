"""Sessions that their clients end."""

import pytest

from tests.realtime.protocol.frames import closing
from tests.realtime.protocol.pollers import Poller, payload
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import joined, opened

BOTH = pytest.mark.parametrize("path", ["/engine.io/", "/socket.io/"])


@BOTH
async def test_a_close_releases_the_poll_that_waits(echo, http, path):
    session = await Poller.open(http, path)
    poll = await session.waiting()

    assert await session.post("1") == (200, "ok")
    assert await poll == (200, "6")
    assert await session.status() == 400


async def test_a_close_without_a_poll_ends_the_session(echo, http):
    session = await Poller.open(http)

    assert await session.post("1") == (200, "ok")
    assert await session.status() == 400


@beyond_node
async def test_what_follows_a_close_in_the_same_body_is_not_begun(echo, http):
    bystander = await Poller.open(http, "/socket.io/")
    await bystander.join()
    session = await Poller.open(http, "/socket.io/")
    await session.join()

    await session.post(payload("1", '42["pub","never said"]'))
    await bystander.post('42["pub","said"]')

    assert await bystander.packets(1) == ['42["msg","said"]']


# Node goes on until the next ping is not answered.
@beyond_node
@BOTH
async def test_a_close_ends_a_websocket(echo, path):
    async with opened(echo, path) as socket:
        socket.say("1")

        assert (await socket.end()).heard == []


async def test_who_has_left_hears_nothing_and_others_go_on(echo):
    async with joined(echo) as stays, joined(echo) as leaves:
        leaves.write(closing(1000))
        await leaves.end()

        stays.say('42["pub","on we go"]')

        assert await stays.hear() == '42["msg","on we go"]'
