"""Signing in to the console, staying in, and who is kept out: cookies, links, other people's pages."""

from __future__ import annotations

import asyncio

import pytest

from hub.domain import accounts, console_sessions, sign_outs, users
from hub.domain.actors import OPERATOR
from hub.http.console.auth import COOKIE
from hub.perform import run
from tests import people
from tests.http.console.browser import OWN_PAGE
from workers import expiry

HOUR = 3600
SIGN_IN = "/console/sign-in"


async def sign_in(hub, username: str, password: str = people.PASSWORD, headers=OWN_PAGE, **more: str):
    """Status, where it leads, the cookie as it was set, and the page."""
    form = {"username": username, "password": password, **more}
    async with hub.http.post(SIGN_IN, data=form, headers=headers, allow_redirects=False) as reply:
        cookie = reply.cookies.get(COOKIE)
        return reply.status, reply.headers.get("Location"), cookie, await reply.text()


async def follow(hub, path: str, **headers: str):
    async with hub.http.get(path, headers=headers, allow_redirects=False) as reply:
        return reply.status, reply.headers.get("Location"), reply.cookies.get(COOKIE)


def link_for(username: str) -> str:
    return f"/console/link/{run(console_sessions.offer_link, username)}"


@pytest.mark.settings(public_url="http://hub.test")
async def test_staff_sign_in_by_password_and_are_led_to_where_they_wanted_to_go(hub, olga):
    status, where, cookie, _ = await sign_in(hub, "olga", next="/console/deliveries")

    assert (status, where) == (303, "/console/deliveries")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/console", "")
    session = await hub.get("/console/api/session", headers={"Cookie": f"{COOKIE}={cookie.value}"})
    assert (session[0], session[1]["username"]) == (200, "olga")


@pytest.mark.settings(public_url="https://hub.example.org")
async def test_behind_tls_the_cookie_is_for_tls_only(hub, olga):
    _, _, cookie, _ = await sign_in(hub, "olga")

    assert cookie["secure"] is True


@pytest.mark.settings(public_url="http://hub.test", trusted_proxies=("127.0.0.1",))
async def test_of_two_proxies_the_one_in_front_says_it(hub, olga):
    _, _, cookie, _ = await sign_in(hub, "olga", headers={**OWN_PAGE, "X-Forwarded-Proto": "https, http"})

    assert cookie["secure"] is True


@pytest.mark.settings(public_url="http://hub.test", trusted_proxies=("127.0.0.1",))
async def test_a_trusted_proxy_says_whether_there_is_tls(hub, olga):
    _, _, cookie, _ = await sign_in(hub, "olga", headers={**OWN_PAGE, "X-Forwarded-Proto": "https"})

    assert cookie["secure"] is True


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/vivere",
        "/console/../vivere",
        "/console/%2E%2E/x",
        "/consoles",
        "/console/link/x",
        "",
    ],
)
async def test_nobody_is_led_out_of_the_console(hub, olga, elsewhere):
    _, where, _, _ = await sign_in(hub, "olga", next=elsewhere)

    assert where == "/console"


async def test_a_wrong_password_is_said_on_the_page_with_the_name_as_it_was_typed(hub, olga):
    status, _, cookie, page = await sign_in(hub, '"><b>olga', "wrong")

    assert (status, cookie) == (401, None)
    assert 'value="&#34;&gt;&lt;b&gt;olga"' in page
    assert "Wrong username or password" in page


async def test_who_is_no_staff_is_told_so_and_not_let_in(hub, ada):
    status, _, cookie, page = await sign_in(hub, "ada@example.org")

    assert (status, cookie) == (403, None)
    assert "The console is for staff" in page


@pytest.mark.settings(rate_limits=True)
async def test_many_wrong_passwords_are_too_many(hub, olga):
    for _ in range(10):
        await sign_in(hub, "olga", "wrong")

    status, _, cookie, page = await sign_in(hub, "olga")

    assert (status, cookie) == (429, None)
    assert "Too many tries" in page


async def test_who_is_not_signed_in_is_led_to_the_form_and_back(hub):
    assert await follow(hub, "/console/people/ada") == (303, f"{SIGN_IN}?next=/console/people/ada", None)


@pytest.mark.settings(console_session_seconds=86400, halp_session_seconds=60)
async def test_sweeping_up_halp_s_sessions_leaves_those_of_the_console(hub, console, clock, monkeypatch):
    clock.forward(hours=1)
    monkeypatch.setattr(expiry, "settings", lambda: hub.settings)

    expiry.tidy()

    assert (await console.get("session"))[0] == 200


async def test_who_signs_in_again_leaves_no_session_behind(hub, olga):
    _, _, first, _ = await sign_in(hub, "olga")
    before = {"Cookie": f"{COOKIE}={first.value}"}

    await sign_in(hub, "olga", headers={**OWN_PAGE, **before})

    assert (await hub.get("/console/api/session", headers=before))[0] == 401


@pytest.mark.settings(rate_limits=True)
async def test_too_many_tries_say_when_the_next_one_is_welcome(hub, olga):
    for _ in range(10):
        await sign_in(hub, "olga", "wrong")

    async with hub.http.post(SIGN_IN, data={"username": "olga", "password": "x"}, headers=OWN_PAGE) as reply:
        assert (reply.status, int(reply.headers["Retry-After"]) > 0) == (429, True)


async def test_what_is_no_form_is_said_on_the_page(hub):
    async with hub.http.post(SIGN_IN, data={"username": "a\0b"}, headers=OWN_PAGE) as reply:
        said = reply.status, reply.content_type, await reply.text()

    assert said[:2] == (400, "text/html")
    assert "NUL" in said[2]


async def test_a_session_ends_when_it_was_not_used_for_twelve_hours(hub, console, clock):
    clock.forward(seconds=12 * HOUR - 1)
    used = await console.get("session")
    clock.forward(seconds=12 * HOUR - 1)
    used_again = await console.get("session")
    clock.forward(seconds=12 * HOUR)

    assert [used[0], used_again[0], (await console.get("session"))[0]] == [200, 200, 401]


async def test_signing_out_ends_the_session_at_once(hub, console):
    async with hub.http.post("/console/sign-out", headers=console.headers, allow_redirects=False) as reply:
        left = reply.status, reply.headers["Location"], reply.cookies[COOKIE].value

    assert left == (303, SIGN_IN, "")
    assert (await console.get("session"))[0] == 401


async def test_signing_out_twice_is_no_fault(hub, console):
    for _ in range(2):
        async with hub.http.post("/console/sign-out", headers=console.headers, allow_redirects=False) as reply:
            assert reply.status == 303


@pytest.mark.parametrize("end", [sign_outs.of, lambda name: users.disable(name, by=OPERATOR)], ids=["out", "disabled"])
async def test_whoever_is_signed_out_everywhere_or_disabled_is_out_of_the_console_too(hub, as_staff, end):
    browser = as_staff()

    run(end, browser.actor.username)

    assert (await browser.get("session"))[0] == 401


async def test_whoever_is_staff_no_more_keeps_the_session_and_may_do_nothing(hub, nobody_special):
    status, body = await nobody_special.get("session")

    assert (status, body["error"]["code"]) == (403, "staff_only")


async def test_a_session_of_the_console_is_good_for_nothing_in_halp_and_the_other_way_round(hub, console, ann):
    _, refused = await hub.get("/halp/notification", headers={"sessionId": console.secret})

    assert refused["code"] == "not_authorized"
    assert (await hub.get("/console/api/session", headers={"Cookie": f"{COOKIE}={ann.token}"}))[0] == 401


# -- links ----------------------------------------------------------------------------------------------------------


async def test_a_link_signs_in_once(hub, olga):
    link = link_for("olga")

    status, where, cookie = await follow(hub, link)

    session = await hub.get("/console/api/session", headers={"Cookie": f"{COOKIE}={cookie.value}"})
    assert (status, where, session[1]["username"]) == (303, "/console", "olga")
    assert (await follow(hub, link))[::2] == (401, None)


@pytest.mark.parametrize("looking", [{"Sec-Purpose": "prefetch;prerender"}, {"X-Purpose": "preview"}])
async def test_who_only_looks_at_a_link_uses_nothing_up(hub, olga, looking):
    link = link_for("olga")

    looked = await follow(hub, link, **looking)
    async with hub.http.head(link) as head:
        also_looked = head.status, head.cookies.get(COOKIE)

    assert (looked, also_looked) == ((200, None, None), (200, None))
    assert (await follow(hub, link))[0] == 303


async def test_a_link_is_good_for_an_hour(hub, olga, clock):
    link = link_for("olga")
    clock.forward(seconds=HOUR)

    assert (await follow(hub, link))[0] == 401


async def test_a_link_dies_when_its_person_is_signed_out_everywhere(hub, olga):
    link = link_for("olga")
    run(sign_outs.of, "olga")

    assert (await follow(hub, link))[0] == 401


async def test_a_link_s_secret_is_no_session(hub, olga):
    secret = run(console_sessions.offer_link, "olga")

    assert (await hub.get("/console/api/session", headers={"Cookie": f"{COOKIE}={secret}"}))[0] == 401


# -- other people's pages -------------------------------------------------------------------------------------------

ELSEWHERE = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Sec-Fetch-Site": "same-site"},
    "another origin, in an old browser": {"Origin": "https://evil.example"},
    "a page without an origin": {"Origin": "null"},
    "nobody knows where": {},
}


@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE.keys())
async def test_what_pages_of_others_send_changes_nothing(hub, console, rows, headers):
    before = rows()
    cookie = {"Cookie": f"{COOKIE}={console.secret}", **headers}

    announced = await hub.post("/console/api/announcements", {"message": "Free beer"}, headers=cookie)
    signed_out = await hub.post("/console/sign-out", headers=cookie)

    assert (announced[0], announced[1]["error"]["code"], signed_out[0]) == (403, "from_another_site", 403)
    assert rows() == before


async def test_an_old_browser_says_by_its_origin_that_it_is_a_page_of_the_hub(hub, console):
    old = {"Cookie": f"{COOKIE}={console.secret}", "Origin": hub.address}

    assert (await hub.post("/console/api/announcements", {"message": "Hello"}, headers=old))[0] == 201


async def test_no_other_origin_may_read_what_the_console_says(hub, console):
    asked = {**console.headers, "Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    async with hub.http.get("/console/api/session", headers=asked) as reply:
        told = [name for name in reply.headers if name.startswith("Access-Control")]
    async with hub.http.options("/console/api/session", headers=asked) as reply:
        told_before = [name for name in reply.headers if name.startswith("Access-Control")]

    assert (told, told_before) == ([], [])


def test_the_first_operator_is_made_once_and_not_out_of_somebody_else_s_account(database):
    run(accounts.sign_up, name="Sly", username="operator", password_hash=people.password_hash())

    first, again = run(console_sessions.first_operator), run(console_sessions.first_operator)

    assert first == again
    assert first.startswith("operator-")


def test_the_superuser_who_is_there_is_the_first_operator(database):
    made = {"name": "Root", "username": "root", "email": "root@example.org", "password_hash": people.password_hash()}
    run(accounts.create_staff, **made, is_superuser=True)

    assert run(console_sessions.first_operator) == "root"


async def test_two_who_open_one_link_at_the_same_moment_are_one(hub, olga):
    link = link_for("olga")

    found = await asyncio.gather(*(follow(hub, link) for _ in range(5)))

    assert sorted(status for status, _, _ in found) == [303, 401, 401, 401, 401]
