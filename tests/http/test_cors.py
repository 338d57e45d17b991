"""Browsers on other origins may call, and may read every reply, the unhappy ones too."""

import pytest

from tests.http.vivere.acting import TICKET

WEB = "https://live.menlohacks.com"
ONE_ORIGIN = pytest.mark.settings(cors_origins=(WEB,))

ASKED = {
    "Origin": WEB,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-menlohacks-authorization",
}


async def headers_of(hub, method: str, path: str, **more) -> tuple[int, dict[str, str]]:
    """Status, and the headers that speak of origins."""
    async with hub.http.request(method, path, **more) as reply:
        return reply.status, {
            name: value for name, value in reply.headers.items() if name.startswith("Access-Control") or name == "Vary"
        }


@pytest.mark.parametrize("path", ["/vivere/mentorship/create", "/vivere/times/", "/vivere/nowhere", "/vivere/"])
async def test_a_browser_that_asks_first_is_told_yes(hub, path):
    assert await headers_of(hub, "OPTIONS", path, headers=ASKED) == (
        204,
        {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": "content-type,x-menlohacks-authorization",
            "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
            "Access-Control-Max-Age": "600",
        },
    )


async def test_socket_io_answers_for_itself(hub):
    status, headers = await headers_of(hub, "OPTIONS", "/socket.io/?EIO=4&transport=polling", headers=ASKED)

    assert (status, headers["Access-Control-Allow-Origin"]) == (204, WEB)
    assert headers["Access-Control-Allow-Headers"] == ASKED["Access-Control-Request-Headers"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/vivere/times", 200),
        ("GET", "/vivere/nowhere", 404),
        ("POST", "/vivere/times", 405),
        ("GET", "/vivere/mentorship/user/queue", 401),
        ("POST", "/vivere/mentorship/create", 400),
        ("GET", "/vivere/organiser/locations", 401),
        ("GET", "/nowhere", 404),
    ],
)
async def test_every_reply_may_be_read(hub, method, path, status):
    assert await headers_of(hub, method, path, headers={"Origin": WEB}) == (
        status,
        {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After, X-Request-Id"},
    )


async def test_a_created_ticket_may_be_read(hub, ada):
    status, headers = await headers_of(
        hub, "POST", "/vivere/mentorship/create", json=TICKET, headers={**ada.headers, "Origin": WEB}
    )

    assert (status, headers["Access-Control-Allow-Origin"]) == (201, "*")


async def test_who_is_no_browser_hears_nothing_of_origins(hub):
    assert await headers_of(hub, "GET", "/vivere/times") == (200, {})


@ONE_ORIGIN
async def test_where_origins_are_named_only_those_are_allowed(hub):
    named = await headers_of(hub, "GET", "/vivere/times", headers={"Origin": WEB})
    other = await headers_of(hub, "GET", "/vivere/times", headers={"Origin": "https://evil.example"})

    assert named[1]["Access-Control-Allow-Origin"] == WEB
    assert (named[1]["Vary"], other) == ("Origin", (200, {"Vary": "Origin"}))


@ONE_ORIGIN
async def test_where_origins_are_named_another_one_that_asks_first_is_not_told_yes(hub):
    status, headers = await headers_of(
        hub, "OPTIONS", "/vivere/mentorship/create", headers={**ASKED, "Origin": "https://evil.example"}
    )

    assert (status, headers) == (204, {"Vary": "Origin"})
