"""From polling to a WebSocket without losing, doubling or turning round a message."""

import pytest

from tests.realtime.protocol.frames import closing
from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import Closed, connected, upgrade, upgraded

NOT_A_PROBE = {
    "a message": "4hello",
    "a ping without its word": "2",
    "another word": "2prope",
    "a pong": "3probe",
    "nothing": "",
    "no packet": "abc",
    "bytes": b"2probe",
}


async def probe(socket):
    socket.say("2probe")
    assert await socket.hear() == "3probe"


async def test_a_session_moves_to_its_websocket(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
        assert await session.get() == (200, "6")

        socket.say("5", "4hello")

        assert await socket.hear() == "4hello"


async def test_a_probe_releases_the_poll_that_waits(echo, http):
    session = await Poller.open(http)
    poll = await session.waiting()
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)

        assert await poll == (200, "6")


async def test_what_nobody_polled_before_the_upgrade_comes_by_the_websocket(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await session.post("4before")
        await probe(socket)
        await session.post("4between")

        socket.say("5", "4after")

        assert await socket.hears(3) == ["4before", "4between", "4after"]


async def test_what_was_polled_during_the_probe_does_not_come_again(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await session.post("4before")
        await probe(socket)
        assert await session.get() == (200, "4before")

        socket.say("5", "4after")

        assert await socket.hear() == "4after"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_requests_of_a_session_that_has_moved_are_refused_and_do_it_no_harm(echo, http, method):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
        socket.say("5", "4moved")
        assert await socket.hear() == "4moved"

        assert (await session.ask(method, None if method == "GET" else "4never"))[0] == 400

        socket.say("4hello")
        assert await socket.hear() == "4hello"


@pytest.mark.parametrize("first_says", [["2probe", "5"], ["2probe"]], ids=["after the upgrade", "during the probe"])
async def test_a_second_websocket_of_a_session_is_closed_and_does_it_no_harm(echo, http, first_says):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket, connected(echo) as second:
        socket.say(*first_says)
        assert await socket.hear() == "3probe"

        second.write(upgrade(echo, session.websocket))
        if (await second.head()).status == 101:
            await second.end()

        socket.say(*["5"][len(first_says) - 1 :], "4hello")
        assert await socket.hear() == "4hello"


@pytest.mark.parametrize("packet", NOT_A_PROBE.values(), ids=NOT_A_PROBE.keys())
async def test_a_websocket_that_does_not_probe_is_closed_and_the_session_goes_on_polling(echo, http, packet):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        socket.say(packet)
        await socket.end()

    assert await session.post("4still here") == (200, "ok")
    assert await session.get() == (200, "4still here")


@beyond_node
async def test_an_upgrade_without_a_probe_is_none(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        socket.say("5", "4hello")
        assert (await socket.end()).heard == []

    await session.post("4still here")
    assert await session.get() == (200, "4still here")


async def test_a_websocket_that_is_gone_after_its_probe_leaves_the_session_polling(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)

    await session.post("4still here")

    heard = await session.packets(1)
    assert (heard if heard != ["6"] else await session.packets(1)) == ["4still here"]


async def test_after_a_failed_probe_the_next_one_succeeds(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
    await session.post("4wait for the server to see it")
    await session.packets(1)

    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
        socket.say("5", "4hello")

        assert await socket.hear() == "4hello"


async def test_events_move_with_their_session(echo, http):
    session = await Poller.open(http, "/socket.io/")
    await session.join()
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
        socket.say("5", '421["echo","hello"]')

        assert await socket.hear() == '431["hello"]'


async def test_a_session_that_has_moved_ends_with_its_websocket(echo, http):
    session = await Poller.open(http)
    async with upgraded(echo, session.websocket) as socket:
        await probe(socket)
        socket.say("5")
        socket.write(closing(1001))
        await socket.end()

    with pytest.raises((Closed, AssertionError)):
        async with upgraded(echo, session.websocket):
            pass
