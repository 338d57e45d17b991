"""Opening a session: what the server announces, and the requests that open none."""

import json

import pytest

from tests.realtime.protocol.pollers import Poller
from tests.realtime.protocol.serving import beyond_node
from tests.realtime.protocol.sockets import connected, opened, upgrade

ENGINE, SOCKET = "/engine.io/", "/socket.io/"
BOTH = pytest.mark.parametrize("path", [ENGINE, SOCKET])
OTHER_VERSIONS = {
    "no protocol version": "?transport={}",
    "an empty protocol version": "?EIO=&transport={}",
    "a version that is no number": "?EIO=abc&transport={}",
    "the version before": "?EIO=3&transport={}",
}
OPENS_NOTHING = {
    "no transport": "?EIO=4",
    "an unknown transport": "?EIO=4&transport=carrier-pigeon",
    "a name that every object has": "?EIO=4&transport=__proto__",
    "an unknown session": "?EIO=4&transport={}&sid=nobody",
}


@BOTH
async def test_a_poll_without_a_session_opens_one_and_may_upgrade(echo, http, path):
    async with http.get(f"{path}?EIO=4&transport=polling") as reply:
        text = await reply.text()

    opened = json.loads(text.removeprefix("0"))
    assert (reply.status, reply.content_type, reply.charset) == (200, "text/plain", "UTF-8")
    assert len(opened.pop("sid")) >= 20
    assert opened == {"upgrades": ["websocket"], "pingInterval": 20000, "pingTimeout": 10000, "maxPayload": 1_000_000}


@BOTH
async def test_a_websocket_opens_a_session_that_needs_no_upgrade(echo, path):
    async with opened(echo, path) as socket:
        assert len(socket.opened.pop("sid")) >= 20
        assert socket.opened == {"upgrades": [], "pingInterval": 20000, "pingTimeout": 10000, "maxPayload": 1_000_000}


async def test_fractions_of_a_second_between_pings_are_announced_in_milliseconds(brisk):
    async with opened(brisk) as socket:
        announced = socket.opened["pingInterval"], socket.opened["pingTimeout"]

    assert announced in ((200, 150), (300, 200))


@pytest.mark.parametrize(
    "query", [*OPENS_NOTHING.values(), *OTHER_VERSIONS.values()], ids=[*OPENS_NOTHING, *OTHER_VERSIONS]
)
@BOTH
async def test_a_poll_that_opens_nothing_is_a_400(echo, http, path, query):
    async with http.get(path + query.format("polling")) as reply:
        assert reply.status == 400


# Node says 101 first, and the 400 of another version behind it.
@pytest.mark.parametrize(
    "query",
    [*OPENS_NOTHING.values(), *(pytest.param(query, marks=beyond_node) for query in OTHER_VERSIONS.values())],
    ids=[*OPENS_NOTHING, *OTHER_VERSIONS],
)
@BOTH
async def test_a_websocket_that_opens_nothing_is_a_400_before_the_upgrade(echo, path, query):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, path + query.format("websocket")))

        assert (await socket.head()).status == 400
        assert await socket.reader.read() == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@BOTH
async def test_only_a_get_opens_a_session(echo, http, path, method):
    async with http.request(method, f"{path}?EIO=4&transport=polling") as reply:
        assert reply.status == 400


async def test_the_websocket_transport_without_an_upgrade_is_a_400(echo, http):
    async with http.get(f"{SOCKET}?EIO=4&transport=websocket") as reply:
        assert reply.status == 400


@beyond_node
async def test_the_polling_transport_with_an_upgrade_is_a_400(echo):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, f"{SOCKET}?EIO=4&transport=polling"))

        assert (await socket.head()).status == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_session_that_is_not_known_is_a_400(echo, http, method):
    unknown = Poller(http, ENGINE, {"sid": "x" * 20})

    assert (await unknown.ask(method, None if method == "GET" else "4hello"))[0] == 400


async def test_a_session_of_the_one_server_is_none_of_the_other(echo, http):
    session = await Poller.open(http, ENGINE)

    elsewhere = Poller(http, SOCKET, session.opened)

    assert await elsewhere.status() == 400


async def test_every_session_has_an_id_of_its_own(echo, http):
    sids = {(await Poller.open(http)).sid for _ in range(10)}

    assert len(sids) == 10


async def test_what_is_polled_is_never_kept_by_a_cache(echo, http):
    async with http.get(f"{SOCKET}?EIO=4&transport=polling") as reply:
        assert reply.headers["Cache-Control"] == "no-store"


@beyond_node
async def test_jsonp_is_not_offered(echo, http):
    async with http.get(f"{SOCKET}?EIO=4&transport=polling&j=0") as reply:
        text = await reply.text()

    assert (reply.content_type, "___eio" in text) == ("text/plain", False)
