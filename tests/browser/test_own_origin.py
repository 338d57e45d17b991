"""What the hub's own pages may do and keep. That none asks anybody else, `browsing` holds for every test."""

from __future__ import annotations

import pytest

from tests.browser import live_page
from tests.browser.browsing import VIOLATION
from tests.http.console.browser import superuser

PAGES = ["/", "/console", "/console/announcements", "/console/nowhere", "/console/sign-in"]
ATTEMPTS = {
    "html": "document.body.innerHTML = '<b>x</b>'",
    "script": "document.head.append(Object.assign(document.createElement('script'), {text: 'window.__ran=1'}))",
    "call": "fetch('https://elsewhere.example/').catch(() => 0)",
    "picture": "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://elsewhere.example/'}))",
}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_a_policy_without_anything_inline_or_from_elsewhere(hub, path):
    async with hub.http.get(path, headers=superuser(hub).headers) as reply:
        policy, kind = reply.headers["Content-Security-Policy"], reply.headers["X-Content-Type-Options"]

    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    sources = {name: words.split() for name, words in directives.items() if name != "trusted-types"}
    assert (sources["default-src"], sources["script-src"], sources["style-src"]) == (["'none'"], ["'self'"], ["'self'"])
    assert (sources["base-uri"], sources["frame-ancestors"]) == (["'none'"], ["'none'"])
    assert {word for words in sources.values() for word in words} <= {"'none'", "'self'", "'script'", "data:", "blob:"}
    assert (reply.status, kind) == (200, "nosniff")


async def test_the_console_s_cookie_is_for_the_console_alone_and_for_no_script(console_page):
    tab = await console_page()

    [cookie] = await tab.context.cookies()

    kept = {name: cookie[name] for name in ("name", "path", "httpOnly", "sameSite", "expires")}
    assert kept == {"name": "hub_console", "path": "/console", "httpOnly": True, "sameSite": "Lax", "expires": -1}
    assert await tab.evaluate("document.cookie") == ""


async def test_the_live_page_keeps_no_cookie(page):
    tab = await live_page.connected(await page("/"))

    assert await tab.context.cookies() == []


async def test_what_slipped_into_a_page_could_neither_run_nor_fetch(page):
    page.forgive("policy violated|Content Security Policy|requires 'Trusted|elsewhere.example")
    tab = await page("/console/sign-in")

    for attempt in ATTEMPTS.values():
        async with tab.expect_console_message(lambda said: said.text.startswith(VIOLATION)):
            await tab.evaluate(f"setTimeout(() => {{ {attempt} }})")

    assert await tab.evaluate("window.__ran") is None
