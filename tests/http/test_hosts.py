"""A dialect at the root of a host name of its own."""

import pytest

from tests.http.vivere.acting import TICKET
from tests.http.vivere.saying import NO_SUCH_PAGE, no

pytestmark = pytest.mark.settings(hosts={"api.menlohacks.com": "vivere"})

NAMES = ["api.menlohacks.com", "api.menlohacks.com:8080", "API.MenloHacks.com"]


@pytest.fixture(params=NAMES)
def at_host(request) -> dict[str, str]:
    return {"Host": request.param}


@pytest.mark.parametrize("path", ["/times", "/times/", "/maps", "/mentorship/queue", "/"])
async def test_the_contract_lies_at_the_root_of_its_host(hub, at_host, path):
    assert await hub.get(path, headers=at_host) == await hub.get(f"/vivere{path}")


async def test_a_ticket_is_opened_there_and_seen_everywhere(hub, at_host, ada):
    status, opened = await hub.post("/mentorship/create", TICKET, by=ada, headers=at_host)

    _, queue = await hub.get("/vivere/mentorship/queue", by=ada)
    assert (status, queue["data"]) == (201, [opened["data"]])


async def test_one_call_with_one_key_at_either_address_has_one_effect(hub, at_host, ada):
    keyed = {"Idempotency-Key": "k"}
    here = await hub.post("/mentorship/create", TICKET, by=ada, headers={**at_host, **keyed})

    assert await hub.post("/vivere/mentorship/create", TICKET, by=ada, headers=keyed) == here


async def test_an_unknown_path_there_is_refused_in_the_contracts_words(hub, at_host):
    assert await hub.get("/nowhere", headers=at_host) == NO_SUCH_PAGE


async def test_a_wrong_method_there_is_refused_in_the_contracts_words(hub, at_host):
    async with hub.http.post("/times", headers=at_host) as reply:
        said = reply.status, await reply.json()

    assert said == (405, no("Wrong method", "This address does not take that method."))
    assert reply.headers["Allow"] == "GET,HEAD"


async def test_the_hubs_own_paths_are_served_there_too(hub, at_host):
    healthy = await hub.get("/healthz", headers=at_host)
    ready, _ = await hub.get("/readyz", headers=at_host)
    measured, _ = await hub.get("/metrics", headers=at_host)
    handshake, polled = await hub.get("/socket.io/?EIO=4&transport=polling", headers=at_host)

    assert healthy == (200, {"alive": True})
    assert (ready, measured, handshake, polled[0]) == (200, 200, 200, "0")


async def test_the_prefix_is_served_there_too(hub, at_host):
    assert await hub.get("/vivere/times", headers=at_host) == await hub.get("/times", headers=at_host)


@pytest.mark.parametrize("host", ["menlohacks.com", "api.menlohacks.com.example.org", "xapi.menlohacks.com", ""])
async def test_at_any_other_host_the_root_is_not_the_contracts(hub, host):
    status, _ = await hub.get("/times", headers={"Host": host})

    assert status == 404


async def test_browsers_may_call_it_there(hub, at_host):
    async with hub.http.get("/nowhere", headers={**at_host, "Origin": "https://live.menlohacks.com"}) as reply:
        assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (404, "*")
