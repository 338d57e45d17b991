"""Signing in by Google, GitHub and Facebook, against a stand-in that looks at what it is asked as they do."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

import pytest

from hub.domain.credentials import Keys
from hub.perform import run
from models import Account
from tests.build import SECRET
from tests.http.techfesia.cast import student
from tests.http.techfesia.oauth_browser import BACK, Browser
from tests.http.techfesia.test_tokens import DEAD
from tests.standins.oauth import CLIENT, PROVIDERS, SCOPES

NOT_VOUCHED = (401, {"detail": "This sign-in did not succeed, took too long or was used before. Begin it again."})
DECLINED = (401, {"detail": "You did not allow it, so you are not signed in."})
NOT_OFFERED = (404, {"detail": "This provider is not offered here."})


@pytest.fixture
def hub(hub_with_providers):
    return hub_with_providers


@pytest.fixture
def zoe(hub) -> Browser:
    return Browser(hub)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_first_sign_in_makes_an_account_and_the_next_ones_find_it(zoe, provider):
    status, first = await zoe.sign_in(provider)
    _, second = await zoe.sign_in(provider)

    assert (status, list(first)) == (200, ["access", "refresh"])
    made = await zoe.me(first, "zoe")
    known = {
        "username": "zoe",
        "firstName": "Zoe",
        "lastName": "Fay",
        "email": "zoe@example.org",
        "profilePicture": None,
        "dateJoined": "2026-11-21T12:00:00Z",
        "lastLogin": "2026-11-21T12:00:00Z",
    }
    assert made == made | known
    assert await zoe.me(second, "zoe") == made


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_provider_is_asked_for_what_is_needed_and_nothing_else(zoe, provider):
    address = await zoe.led(provider)

    asked = dict(parse_qsl(urlsplit(address).query))
    derived = {name: len(asked.pop(name)) for name in ("state", "code_challenge", "nonce") if name in asked}
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT.format(provider),
        "redirect_uri": BACK.format(provider),
        "scope": SCOPES[provider],
        "code_challenge_method": "S256",
    }
    assert derived["code_challenge"] == 43
    assert ("nonce" in derived) == (provider == "google")


async def test_what_is_secret_stays_with_the_hub(zoe):
    address = await zoe.led("google")

    state = dict(parse_qsl(urlsplit(address).query))["state"]
    verifier = Keys(SECRET).derive("oauth-verifier", Keys(SECRET).read(state, ["oauth-google"]).jti)
    assert verifier not in address + zoe.cookies.output()


async def test_the_browser_is_marked_for_the_way_back_alone(zoe):
    await zoe.led("github")

    (mark,) = zoe.cookies.values()
    assert mark.key == "hub_oauth_github"
    assert {name: said for name, said in mark.items() if said} == {
        "path": "/techfesia/auth/oauth/github/callback",
        "max-age": "600",
        "httponly": True,
        "secure": True,
        "samesite": "Lax",
    }


@pytest.mark.settings(public_url="http://localhost:8080")
async def test_where_nothing_is_encrypted_the_mark_is_not_for_encrypted_ways_only(zoe):
    await zoe.led("github")

    assert zoe.cookies["hub_oauth_github"]["secure"] == ""


async def test_people_are_sent_back_to_the_public_address_whatever_a_caller_says(zoe):
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}

    address = await zoe.led("google", **spoofed)

    assert dict(parse_qsl(urlsplit(address).query))["redirect_uri"] == BACK.format("google")


@pytest.mark.settings(hosts={"api.fest.example": "techfesia"})
async def test_whoever_begins_at_the_contracts_own_host_begins_at_the_public_address(hub):
    path = "/auth/oauth/google/"
    async with hub.http.get(path, allow_redirects=False, headers={"Host": "api.fest.example"}) as reply:
        led_to = reply.headers["Location"]

    assert (reply.status, led_to) == (302, BACK.format("google").removesuffix("/callback"))
    assert "Set-Cookie" not in reply.headers


async def test_neither_tokens_nor_states_are_kept_by_whoever_is_on_the_way(hub, zoe):
    where = urlsplit(await zoe.say_yes("google"))
    async with hub.http.get(f"{where.path}?{where.query}", headers=zoe.cookies_for(where.path)) as reply:
        assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
        assert 'hub_oauth_google=""' in reply.headers["Set-Cookie"]


async def test_an_answer_of_the_provider_signs_in_once(zoe, rows):
    back = await zoe.say_yes("google")
    await zoe.come_back(back)
    before = rows()

    assert await zoe.come_back(back) == NOT_VOUCHED
    assert rows() == before


async def test_of_two_answers_to_one_question_one_signs_in(zoe, providers, rows):
    """Even where the provider gives out two codes for it."""
    address = await zoe.led("google")
    back = [await zoe.answered(address), await zoe.answered(address)]

    replies = await asyncio.gather(*(zoe.come_back(one) for one in back))

    assert sorted(status for status, _ in replies) == [200, 401]
    assert len(rows()["RefreshToken"]) == 1


async def test_nobody_is_signed_in_to_the_account_of_somebody_who_began_elsewhere(hub, zoe, providers, rows):
    mallorys = await Browser(hub).say_yes("google")
    before = rows()

    without_any_mark = await zoe.come_back(mallorys)
    await zoe.led("google")
    with_a_mark_of_her_own = await zoe.come_back(mallorys)

    assert (without_any_mark, with_a_mark_of_her_own) == (NOT_VOUCHED, NOT_VOUCHED)
    assert (rows(), providers.asked["token"]) == (before, 0)


async def test_what_the_hub_has_not_begun_is_refused(zoe, providers):
    await zoe.led("google")

    for odd in ("", "garbage", "a.b.c", "%00", "%ED%A0%80", "%C3%A9", "x" * 5000):
        assert await zoe.come_back(f"{BACK.format('google')}?code=x&state={odd}") == NOT_VOUCHED
    assert providers.asked["token"] == 0


async def test_another_token_of_the_hubs_is_no_beginning(hub, zoe):
    for other in (student("ada").token, dict(parse_qsl(urlsplit(await zoe.led("github")).query))["state"]):
        await zoe.led("google")

        assert await zoe.come_back(f"{BACK.format('google')}?code=x&state={other}") == NOT_VOUCHED


async def test_a_beginning_is_good_for_ten_minutes(zoe, clock):
    back = await zoe.say_yes("github")
    clock.forward(minutes=10)

    assert await zoe.come_back(back) == NOT_VOUCHED


async def test_a_beginning_signs_nobody_in(hub, zoe):
    state = dict(parse_qsl(urlsplit(await zoe.led("github")).query))["state"]

    assert await hub.get("/techfesia/users/zoe", headers={"Authorization": f"Bearer {state}"}) == (401, DEAD)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_whoever_says_no_is_not_signed_in_and_may_think_again(zoe, providers, rows, provider):
    before = rows()

    assert await zoe.come_back(await zoe.say_no(provider)) == DECLINED
    assert (rows(), providers.tokens) == (before, {})
    assert (await zoe.sign_in(provider))[0] == 200


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_code_that_is_no_good_is_refused(zoe, rows, provider):
    before = rows()
    state = dict(parse_qsl(urlsplit(await zoe.say_yes(provider)).query))["state"]

    for code in ("unknown", "a%00b", "%C3%A9", "x" * 5000, ""):
        assert await zoe.come_back(f"{BACK.format(provider)}?code={code}&state={state}") == NOT_VOUCHED
    assert rows() == before


async def test_a_code_that_somebody_else_was_given_is_refused(hub, zoe, rows):
    """The provider has seen the hash of another verifier with it."""
    stolen = dict(parse_qsl(urlsplit(await Browser(hub).say_yes("github")).query))["code"]
    state = dict(parse_qsl(urlsplit(await zoe.say_yes("github")).query))["state"]

    assert await zoe.come_back(f"{BACK.format('github')}?code={stolen}&state={state}") == NOT_VOUCHED
    assert rows()["Account"] == []


@pytest.mark.settings(github_client_id="", github_client_secret="")
async def test_a_provider_that_is_not_set_up_is_not_offered(hub):
    for name in ("github", "twitter", "GOOGLE", "google%00", "..%2Fgoogle"):
        for path in (f"/techfesia/auth/oauth/{name}", f"/techfesia/auth/oauth/{name}/callback?code=a&state=b"):
            assert await hub.get(path) == NOT_OFFERED


async def test_asking_whether_the_way_back_is_there_spends_nothing(hub, zoe):
    back = await zoe.say_yes("google")
    where = urlsplit(back)

    status, _ = await hub.call("HEAD", f"{where.path}?{where.query}", headers=zoe.cookies_for(where.path))

    assert status == 405
    assert (await zoe.come_back(back))[0] == 200


async def test_a_disabled_account_is_let_in_by_no_provider(zoe, rows):
    await zoe.sign_in("google")
    run(lambda: Account.update(is_disabled=True).execute())
    before = rows()

    refused = await zoe.sign_in("google")

    assert refused == (401, {"detail": "User is inactive", "code": "user_inactive"})
    assert rows() == before


async def test_who_signs_in_by_facebook_is_one_person_in_every_contract(hub, zoe, providers, rows):
    _, pair = await zoe.sign_in("facebook")
    (token,) = providers.tokens

    status, said = await hub.post("/halp/login", {"type": "facebook", "accessToken": token})

    (account,) = rows()["Account"]
    assert (status, said["profile"]["userId"]) == (200, account[0])
    assert (await zoe.me(pair, "zoe"))["firstName"] == said["profile"]["firstname"] == "Zoe"


async def test_whoever_came_by_halp_first_is_the_same_person_here(hub, zoe, providers, rows):
    providers.tokens["an app's"] = "facebook"
    await hub.post("/halp/login", {"type": "facebook", "accessToken": "an app's"})

    status, _ = await zoe.sign_in("facebook")

    assert (status, len(rows()["Account"]), len(rows()["Identity"])) == (200, 1, 1)
