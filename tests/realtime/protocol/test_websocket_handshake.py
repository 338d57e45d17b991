"""A WebSocket's handshake: what is proven, what is declined, and what is none."""

import pytest

from tests.realtime.protocol.frames import TEXT, frame
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import ACCEPT, connected, request, upgrade, upgraded

OPENING = "/engine.io/?EIO=4&transport=websocket"
NO_HANDSHAKE = {
    "no key": {"Sec_WebSocket_Key": None},
    "a short key": {"Sec_WebSocket_Key": "c2hvcnQ="},
    "a key that is no base64": {"Sec_WebSocket_Key": "?" * 24},
    "no version": {"Sec_WebSocket_Version": None},
    "a version before all": {"Sec_WebSocket_Version": "7"},
}


# Node loses it now and then.
@beyond_node
async def test_what_comes_with_the_handshake_is_heard(echo):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, OPENING) + frame(TEXT, "4hello"))

        assert (await socket.head()).status == 101
        assert (await socket.hears(2))[1] == "4hello"


async def test_the_handshake_proves_that_it_was_read(echo):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, OPENING))

        reply = await socket.head()

    headers = {name: reply.headers[name].lower() for name in ("upgrade", "connection")}
    assert (reply.status, reply.headers["sec-websocket-accept"]) == (101, ACCEPT)
    assert headers == {"upgrade": "websocket", "connection": "upgrade"}


async def test_a_handshake_in_pieces_is_read_whole(echo):
    said = upgrade(echo, OPENING)
    async with connected(echo) as socket:
        for at in range(0, len(said), 10):
            socket.write(said[at : at + 10])
            await socket.writer.drain()

        assert (await socket.head()).status == 101


@pytest.mark.parametrize(
    "headers",
    [
        {"Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade"},
        {"Upgrade": "WEBSOCKET", "Connection": "UPGRADE"},
        {"Connection": "upgrade,keep-alive"},
    ],
)
async def test_a_handshake_may_be_spelled_in_every_way(echo, headers):
    async with upgraded(echo, OPENING, **headers) as socket:
        assert str(await socket.hear()).startswith("0{")


async def test_compression_is_declined(echo):
    offer = "permessage-deflate; client_max_window_bits, permessage-deflate"
    async with connected(echo) as socket:
        socket.write(upgrade(echo, OPENING, Sec_WebSocket_Extensions=offer))

        reply = await socket.head()
        packet = await socket.next_frame()

    assert (reply.status, reply.headers.get("sec-websocket-extensions"), packet.rsv) == (101, None, 0)


@beyond_node
async def test_no_subprotocol_is_chosen(echo):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, OPENING, Sec_WebSocket_Protocol="graphql-ws, chat"))

        reply = await socket.head()

    assert (reply.status, reply.headers.get("sec-websocket-protocol")) == (101, None)


@pytest.mark.parametrize("headers", NO_HANDSHAKE.values(), ids=NO_HANDSHAKE.keys())
async def test_a_handshake_that_is_none_is_refused(echo, headers):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, OPENING, **headers))

        assert (await socket.head()).status in (400, 426)
        assert await socket.reader.read() == b""


async def test_an_upgrade_to_something_else_is_none(echo):
    async with connected(echo) as socket:
        socket.write(request(echo, OPENING, Connection="Upgrade, HTTP2-Settings", Upgrade="h2c"))

        assert (await socket.head()).status == 400
