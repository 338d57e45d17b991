"""Providers in trouble: people are told to come again, the operator is told once what is wrong, and nothing changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from structlog.testing import capture_logs

from hub.http import outbound
from tests.http.techfesia.oauth_browser import BACK, Browser
from tests.http.techfesia.test_oauth import NOT_VOUCHED
from tests.standins import oauth as stand_in
from tests.standins.oauth import PROVIDERS

QUIET = ("slow", "trickle", "reset")
STATUSES = ("500", "503", "429", "404")
NONSENSE = (
    "200",
    "elsewhere",
    "hello",
    "[",
    "7.5",
    "null",
    "[1]",
    '{"a": NaN}',
    '"\\ud800"',
    "huge",
    "packed",
    "[" * 9000,
)

ENDPOINTS = [
    ("google", "keys"),
    ("google", "token"),
    ("github", "access_token"),
    ("github", "user"),
    ("facebook", "access_token"),
    ("facebook", "me"),
]
TITLES = {"google": "Google", "github": "GitHub", "facebook": "Facebook"}


def away(provider: str) -> tuple[int, dict[str, str]]:
    return 503, {"detail": f"{TITLES[provider]} does not answer as it should. Try again in a moment."}


def out_of_order(provider: str) -> tuple[int, dict[str, str]]:
    return 503, {"detail": f"Signing in by {TITLES[provider]} is out of order. It was noted for the operators."}


@pytest.fixture
def hub(hub_with_providers):
    return hub_with_providers


@pytest.fixture
def zoe(hub) -> Browser:
    return Browser(hub)


@pytest.fixture
def in_trouble(providers, monkeypatch):
    """Have an endpoint do something else, for the length of a block; lines that the operator gets are gathered."""

    @contextmanager
    def meanwhile(endpoint: str, trouble: str) -> Iterator[list[Any]]:
        with monkeypatch.context() as hurried, capture_logs() as lines:
            hurried.setattr(outbound, "PATIENCE_SECONDS", 0.1 if trouble in QUIET else 5.0)
            providers.troubles = {endpoint: trouble}
            yield lines
            providers.troubles = {}

    return meanwhile


def told(lines: list[Any]) -> list[str]:
    """What the operator was told, without the line that each request has."""
    return [line["event"] for line in lines if line["log_level"] != "info"]


@pytest.mark.parametrize(("provider", "endpoint"), ENDPOINTS)
async def test_while_a_provider_is_in_trouble_people_come_again(zoe, in_trouble, rows, provider, endpoint):
    before = rows()

    for trouble in (*QUIET, *STATUSES, *NONSENSE):
        back = await zoe.say_yes(provider)
        with in_trouble(endpoint, trouble) as lines:
            assert await zoe.come_back(back) == away(provider), trouble
        assert told(lines) == ["oauth_provider_away"], trouble
    assert rows() == before


async def test_where_nobody_knows_where_to_ask_nobody_is_sent(hub, in_trouble):
    for trouble in (*QUIET, *STATUSES, *NONSENSE):
        with in_trouble("openid-configuration", trouble) as lines:
            assert await hub.get("/techfesia/auth/oauth/google") == away("google"), trouble
        assert told(lines) == ["oauth_provider_away"], trouble


async def test_whoever_is_told_to_come_again_does_so_by_loading_the_page_again(zoe, in_trouble):
    back = await zoe.say_yes("google")
    with in_trouble("token", "500"):
        refused = await zoe.come_back(back)

    assert refused == away("google")
    assert (await zoe.come_back(back))[0] == 200


async def test_it_is_said_when_to_come_again(hub, in_trouble):
    with in_trouble("openid-configuration", "503"):
        async with hub.http.get("/techfesia/auth/oauth/google") as reply:
            assert (reply.status, reply.headers["Retry-After"]) == (503, "2")


@pytest.mark.settings(google_url="http://127.0.0.1:9")
async def test_a_provider_that_is_not_there_is_away(hub):
    assert await hub.get("/techfesia/auth/oauth/google") == away("google")


@pytest.mark.parametrize("odd", [404, 403, "", None, {"a": 1}, [1, None], [{"primary": True, "verified": True}]])
async def test_without_an_address_people_are_signed_in_all_the_same(zoe, providers, odd):
    providers.addresses = odd

    status, pair = await zoe.sign_in("github")

    assert (status, (await zoe.me(pair, "zoe.fay"))["email"]) == (200, None)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_operator_hears_what_to_do_where_the_provider_refuses_the_hub(zoe, rows, monkeypatch, provider):
    before, back = rows(), await zoe.say_yes(provider)
    monkeypatch.setattr(stand_in, "SECRET", "another secret of {}")

    with capture_logs() as lines:
        assert await zoe.come_back(back) == out_of_order(provider)

    (line,) = [line for line in lines if line["log_level"] == "error"]
    name = f"HUB_{provider.upper()}_CLIENT"
    allowed = f"{BACK.format(provider)} is allowed there as redirect address"
    assert line["event"] == "oauth_provider_refuses_the_hub"
    assert line["what_to_do"] == f"check {name}_ID and {name}_SECRET, and that {allowed}"
    assert rows() == before


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("temporarily_unavailable", away("google")),
        ("redirect_uri_mismatch", out_of_order("google")),
        ("anything else", NOT_VOUCHED),
    ],
)
async def test_a_provider_can_say_no_on_the_way_back_too(zoe, said, answer):
    assert await zoe.come_back(await zoe.say_no("google", said)) == answer


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_what_was_said_between_the_hub_and_the_provider_stands_in_no_log(zoe, providers, caplog, provider):
    caplog.set_level(logging.INFO)
    with capture_logs() as lines:
        back = await zoe.say_yes(provider)
        await zoe.come_back(back)
        providers.zoes["google"]["nonce"] = "another"
        await zoe.sign_in(provider)

    said = dict(parse_qsl(urlsplit(back).query))
    log = f"{lines}{[one.getMessage() for one in caplog.records if one.name != 'httpx2']}"
    secrets = [said["state"], said["code"], *providers.tokens, stand_in.SECRET.format(provider), "zoe@example.org"]
    assert [secret for secret in secrets if secret in log] == []
