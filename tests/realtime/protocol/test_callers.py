"""Who may call from where: origins of web pages, and addresses behind proxies."""

import pytest

from tests.realtime.protocol.serving import ORIGIN, beyond_node
from tests.realtime.protocol.sockets import connected, opened, request, upgrade

POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"
NOT_ALLOWED = [
    "https://evil.example",
    ORIGIN + ".evil.example",
    ORIGIN.replace("https", "http"),
    ORIGIN + ":444",
    "null",
]


async def test_a_page_of_an_allowed_origin_may_read_what_it_polls(echo, http):
    async with http.get(POLLING, headers={"Origin": ORIGIN}) as reply:
        assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) in ((200, ORIGIN), (200, "*"))


async def test_a_page_of_an_allowed_origin_may_ask_before_it_posts(echo, http):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with http.options(POLLING, headers={"Origin": ORIGIN, **asked}) as reply:
        allowed = reply.headers["Access-Control-Allow-Methods"].upper()

    assert reply.status in (200, 204)
    assert ("POST" in allowed, reply.headers["Access-Control-Allow-Headers"].lower()) == (True, "content-type")


async def test_a_websocket_of_an_allowed_origin_is_opened(echo):
    async with opened(echo, Origin=ORIGIN) as socket:
        assert socket.opened["upgrades"] == []


async def test_a_client_that_is_no_page_needs_no_origin(echo):
    async with opened(echo) as socket:
        assert socket.opened["upgrades"] == []


@beyond_node
@pytest.mark.parametrize("origin", NOT_ALLOWED)
async def test_a_page_of_another_origin_opens_no_session_by_polling(echo, http, origin):
    async with http.get(POLLING, headers={"Origin": origin}) as reply:
        assert (reply.status, reply.headers.get("Access-Control-Allow-Origin")) == (403, None)


@beyond_node
@pytest.mark.parametrize("origin", NOT_ALLOWED)
async def test_a_page_of_another_origin_opens_no_websocket(echo, origin):
    async with connected(echo) as socket:
        socket.write(upgrade(echo, WEBSOCKET, Origin=origin))

        assert (await socket.head()).status == 403


@beyond_node
async def test_a_forged_host_lets_no_origin_in(echo):
    async with connected(echo) as socket:
        forged = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https"}
        socket.write(upgrade(echo, WEBSOCKET, Origin="https://evil.example", **forged))

        assert (await socket.head()).status == 403


@beyond_node
async def test_a_page_of_another_origin_learns_nothing_from_a_preflight(echo, http):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with http.options(POLLING, headers=asked) as reply:
        assert reply.headers.get("Access-Control-Allow-Origin") is None


FORGED = {"X_Forwarded_For": "203.0.113.7, 192.0.2.1", "X_Real_IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}


async def callers_of(hub):
    """Whom the hub takes two clients for: one on a WebSocket, one polling."""
    async with opened(hub.address, **FORGED), connected(hub.address) as poller:
        poller.write(request(hub.address, POLLING, **FORGED))
        assert (await poller.head()).status == 200

        return [session.peer for session in hub.node.server.engine.sessions()]


@beyond_node
async def test_a_forged_address_changes_nothing(hub):
    assert await callers_of(hub) == ["127.0.0.1", "127.0.0.1"]


@beyond_node
@pytest.mark.settings(trusted_proxies=("127.0.0.1",))
async def test_a_trusted_proxy_is_believed_for_the_last_hop_alone(hub):
    assert await callers_of(hub) == ["192.0.2.1", "192.0.2.1"]


@beyond_node
@pytest.mark.settings(trusted_proxies=("127.0.0.1", "192.0.2.0/24"))
async def test_a_chain_of_trusted_proxies_is_believed_to_its_end(hub):
    assert await callers_of(hub) == ["203.0.113.7", "203.0.113.7"]
