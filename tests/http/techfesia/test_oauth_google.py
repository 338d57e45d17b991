"""What Google publishes, and what it signs: an identity token is looked at before anybody is let in by it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from hub import clock as the_clock
from tests.http.techfesia.oauth_browser import Browser
from tests.http.techfesia.test_oauth import NOT_VOUCHED
from tests.http.techfesia.test_oauth_troubles import away


@pytest.fixture
def hub(hub_with_providers):
    return hub_with_providers


@pytest.fixture
def zoe(hub) -> Browser:
    return Browser(hub)


ODD = {
    "of another sign-in": {"nonce": "another"},
    "without a nonce": {"nonce": None},
    "for another party": {"aud": "another"},
    "for nobody": {"aud": None},
    "for several, asked for by another": {"aud": ["client of google", "another"], "azp": "another"},
    "of another issuer": {"iss": "https://accounts.example"},
    "of no issuer": {"iss": None},
    "of nobody": {"sub": ""},
    "without anybody": {"sub": None},
    "of somebody odd": {"sub": "\u00e9"},
    "of somebody long": {"sub": "1" * 201},
    "from before": {"exp": 1},
    "for ever": {"exp": None},
    "till the end of days": {"exp": 10**15},
}


async def test_an_identity_token_that_proves_nothing_lets_nobody_in(zoe, providers, rows):
    before = rows()

    for name, amiss in ODD.items():
        providers.amiss = amiss
        assert await zoe.sign_in("google") == NOT_VOUCHED, name
    assert rows() == before


async def test_an_identity_token_that_expires_just_now_lets_nobody_in(zoe, providers):
    providers.amiss = {"exp": the_clock.now()}

    assert await zoe.sign_in("google") == NOT_VOUCHED


def unsigned(genuine: str) -> str:
    return jwt.encode(claims_in(genuine), None, "none", {"kid": "first"})


def signed_by_what_everybody_knows(genuine: str) -> str:
    return jwt.encode(claims_in(genuine), "client of google".ljust(32), "HS256", {"kid": "first"})


def for_somebody_else(genuine: str) -> str:
    header, _, signature = genuine.split(".")
    claims = base64.urlsafe_b64encode(json.dumps(claims_in(genuine) | {"sub": "2"}).encode()).decode().rstrip("=")
    return f"{header}.{claims}.{signature}"


def claims_in(genuine: str) -> dict[str, Any]:
    return jwt.decode(genuine, options={"verify_signature": False})


FORGED = [
    *(unsigned, signed_by_what_everybody_knows, for_somebody_else),
    *(lambda _: jwt.encode({}, "x" * 32, "HS256"), lambda _: None, lambda _: "a.b.c", lambda _: ["a"]),
]


async def test_a_forged_identity_token_lets_nobody_in(zoe, providers, rows, monkeypatch):
    before, genuine = rows(), providers.identity

    for forge in FORGED:
        monkeypatch.setattr(providers, "identity", lambda asked, forge=forge: forge(genuine(asked)))
        assert await zoe.sign_in("google") == NOT_VOUCHED
    assert rows() == before


async def test_what_is_signed_with_a_key_that_google_does_not_publish_lets_nobody_in(zoe, providers):
    providers.signs_with = "second"

    assert await zoe.sign_in("google") == NOT_VOUCHED


async def test_a_key_that_google_has_just_begun_to_use_is_fetched(zoe, providers):
    await zoe.sign_in("google")
    providers.signs_with = providers.publishes = "second"

    assert (await zoe.sign_in("google"))[0] == 200
    assert providers.asked["keys"] == 2


async def test_what_google_publishes_is_fetched_once_an_hour(zoe, providers, clock):
    for _ in range(3):
        await zoe.sign_in("google")
    assert (providers.asked["openid-configuration"], providers.asked["keys"]) == (1, 1)

    clock.forward(hours=1)
    await zoe.sign_in("google")

    assert (providers.asked["openid-configuration"], providers.asked["keys"]) == (2, 2)


async def test_nobody_is_sent_where_an_odd_document_leads(hub, providers):
    for odd in (
        {"issuer": "https://another.example"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "https://a b.example/"},
        {"jwks_uri": "//keys.example"},
        {"jwks_uri": "https://user@keys.example"},
    ):
        providers.discovered = odd
        assert await hub.get("/techfesia/auth/oauth/google") == away("google")


async def test_an_address_that_google_has_not_verified_is_not_taken(zoe, providers):
    providers.zoes["google"]["email_verified"] = False

    _, pair = await zoe.sign_in("google")

    assert (await zoe.me(pair, "zoe.fay"))["email"] is None


async def test_a_clock_that_is_a_little_late_does_no_harm(zoe, providers):
    providers.amiss = {"iat": the_clock.now() + timedelta(minutes=1)}

    assert (await zoe.sign_in("google"))[0] == 200
