"""`new_magic_link`, `login_magic_link`, `email_secret_token`: once, by who opens a link, never by who looks."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from structlog.testing import capture_logs

from tests.http.flux import waiting
from tests.http.flux.acting import FluxMember, join, say
from tests.running import Reply, RunningHub

ASK, LOGIN = "/api/v1/app/new_magic_link", "/flux/api/v1/app/login_magic_link"
SECRET_BY_MAIL = "/api/v0/email_secret_token"
LOOKING = [
    ("Sec-Purpose", "prefetch"),
    ("Sec-Purpose", "prefetch;anonymous-client-ip"),
    ("Sec-Purpose", "prefetch;prerender"),
    ("Purpose", "prefetch"),
    ("purpose", "Prefetch"),
    ("X-Purpose", "preview"),
    ("X-Moz", "prefetch"),
]


@pytest.fixture
async def ada(hub) -> FluxMember:
    return await join(hub)


async def ask(hub: RunningHub, email: str = "ada@example.org") -> str:
    """The token in the mail."""
    assert await say(hub, ASK, email=email) == (200, {"status": "okay"})
    return waiting.token()


async def redeem(hub: RunningHub, token: str, **more: object) -> Reply:
    return await hub.get(f"{LOGIN}/{token}", **more)


def is_dead(reply: Reply) -> bool:
    """The documented failure: 200, with these keys and no others."""
    status, said = reply
    return (status, set(said), said["status"], said["s"]) == (200, {"status", "error", "s"}, "error", None)


async def test_a_link_signs_in_once_and_says_exactly_three_things(hub, ada):
    token = await ask(hub)

    status, said = await redeem(hub, token)

    assert (status, set(said), said["status"]) == (200, {"status", "s", "user"}, "okay")
    assert said["user"]["s"] == said["s"] != ada.s
    assert (await say(hub, "/user_details", s=said["s"]))[1]["email"] == "ada@example.org"
    assert is_dead(await redeem(hub, token))


async def test_of_several_redemptions_at_once_one_signs_in(hub, ada):
    token = await ask(hub)

    replies = await asyncio.gather(*(redeem(hub, token) for _ in range(8)))

    assert Counter(said["status"] for _, said in replies) == {"okay": 1, "error": 7}


async def test_a_new_link_kills_the_one_before_and_the_day_kills_any(hub, ada, clock):
    first, second = await ask(hub), await ask(hub)

    assert is_dead(await redeem(hub, first))
    clock.forward(hours=24)
    assert is_dead(await redeem(hub, second))


async def test_head_uses_nothing_up(hub, ada):
    token = await ask(hub)

    async with hub.http.head(f"{LOGIN}/{token}") as looked:
        assert (looked.status, await looked.read()) == (200, b"")

    assert (await redeem(hub, token))[1]["status"] == "okay"


@pytest.mark.parametrize("header", LOOKING, ids=lambda header: "-".join(header))
async def test_who_only_looks_uses_nothing_up_and_learns_nothing(hub, ada, header):
    token = await ask(hub)

    looked = await redeem(hub, token, headers=dict([header]))
    at_none = await redeem(hub, "0" * 40, headers=dict([header]))

    assert is_dead(looked)
    assert looked == at_none
    assert (await redeem(hub, token))[1]["status"] == "okay"


async def test_a_look_that_is_said_in_the_second_of_two_headers_is_a_look(hub, ada):
    token = await ask(hub)

    headers = [("Purpose", "x"), ("Purpose", "prefetch")]
    async with hub.http.get(f"{LOGIN}/{token}", headers=headers) as reply:
        looked = reply.status, await reply.json()

    assert is_dead(looked)
    assert (await redeem(hub, token))[1]["status"] == "okay"


async def test_a_person_s_own_browser_says_no_such_thing_and_is_let_in(hub, ada):
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Purpose": "", "Sec-Purpose": "navigation"}

    assert (await redeem(hub, await ask(hub), headers=headers))[1]["status"] == "okay"


async def test_no_reply_is_kept_by_anybody_on_the_way(hub, ada):
    token = await ask(hub)

    for _ in range(2):
        async with hub.http.get(f"{LOGIN}/{token}") as reply:
            assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "token",
    [
        *("0" * 40, "x", "0" * 7000, "%00", "%FF%FE", "%ED%A0%80", "%2F..%2F", "a%2Fb", "%", "%%", "%zz"),
        *("'%20OR%201=1--", "\u0660" * 40, "..%00", "%3F", "%0D%0A", "null", "%25", "+", ";", "~"),
    ],
    ids=lambda token: ascii(token)[:16],
)
async def test_an_odd_token_is_a_dead_link(hub, ada, token):
    await ask(hub)

    assert is_dead(await redeem(hub, token))


@pytest.mark.parametrize("path", [f"{LOGIN}/", LOGIN, f"{LOGIN}/a/b"])
async def test_no_token_at_all_is_an_unknown_path(hub, path):
    status, said = await hub.get(path)

    assert (status, said["status"]) == (404, "error")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_link_is_opened_by_get_alone(hub, ada, method):
    token = await ask(hub)

    assert (await hub.call(method, f"{LOGIN}/{token}"))[0] == 405
    assert (await redeem(hub, token))[1]["status"] == "okay"


async def test_an_address_that_is_nobody_s_is_said_as_each_call_documents_it(hub):
    link = await say(hub, ASK, email="nobody@example.org")
    secret = await say(hub, SECRET_BY_MAIL, email="nobody@example.org")

    assert link == (200, {"status": "error", "error": "email not found"})
    assert (secret[0], secret[1]["sent_email"], secret[1]["status"]) == (200, False, "error")
    assert "error" not in secret[1]


@pytest.mark.parametrize("path", [SECRET_BY_MAIL, "/api/v0/send_user_details"])
async def test_the_secret_that_is_mailed_signs_in(hub, ada, path):
    assert await say(hub, path, email=" ADA@example.org ") == (
        200,
        {"status": "okay", "sent_email": True, "reason": "Email Sent"},
    )

    assert (await say(hub, "/user_details", s=waiting.secret()))[0] == 200


@pytest.mark.settings(rate_limits=True)
async def test_one_address_is_mailed_five_times_an_hour_over_all_calls(hub):
    await join(hub)
    asked = [(await say(hub, path, email="ada@example.org"))[0] for path in (ASK, SECRET_BY_MAIL) * 3]

    assert asked == [200] * 4 + [429] * 2
    # The welcome that they got when they registered was the first.
    assert await say(hub, ASK, email="nobody@example.org") == (200, {"status": "error", "error": "email not found"})


@pytest.mark.settings(env="production")
async def test_where_no_mail_is_sent_nobody_is_told_to_wait_for_one(hub):
    link, secret = [await say(hub, path, email="ada@example.org") for path in (ASK, SECRET_BY_MAIL)]

    assert (link[0], link[1]["status"]) == (200, "error")
    assert (secret[0], secret[1]["sent_email"]) == (200, False)


async def test_tokens_and_addresses_are_in_no_log(hub, ada):
    with capture_logs() as lines:
        token = await ask(hub)
        said = [await redeem(hub, token), await redeem(hub, token), await redeem(hub, token + "/")]
        await say(hub, ASK, email="nobody@example.org")

    secret = said[0][1]["s"]
    assert [word for word in (token, secret, "example.org") if word in repr(lines)] == []
