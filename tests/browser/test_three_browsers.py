"""Three people with the live page open: who asks, on a phone; who helps; and the crowd before the big screen."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from hub.domain import mentor_tickets
from hub.perform import run
from tests.browser import live_page
from tests.browser.browsing import DESKTOP, PHONE, PageMaker
from tests.faults.conftest import organiser_of

TICKET = "CORS!"
EVERYTHING = ["after", "before", "into the void", "meanwhile"]


async def opened(make, *people: str | None) -> list[Page]:
    """A page for each, signed in; for None the big screen."""
    return [await opened_by(make, name) for name in people]


async def opened_by(make, name: str | None) -> Page:
    tab = await make("/" if name else "/?screen", viewport=PHONE if name else DESKTOP)
    await live_page.connected(tab)
    if name:
        await live_page.sign_in(tab, name)
    await tab.evaluate("window.was_never_reloaded = true")
    return tab


async def press(tab: Page, verb: str) -> None:
    """A button about the ticket, which says so to those who hear it."""
    await tab.get_by_role("button", name=re.compile(f"^{verb} ?: {re.escape(TICKET)}$")).click()


async def each_shows(tabs: list[Page], *tickets: str) -> None:
    for tab in tabs:
        await expect(live_page.waiting(tab)).to_have_text(tickets, timeout=live_page.CAME_BACK_MS)


async def test_a_ticket_is_asked_for_claimed_put_back_expired_and_asked_again_without_a_reload(
    page, hub, clock, ada, grace
):
    asker, mentor, _ = tabs = await opened(page, "ada@example.org", "grace@example.org", None)

    await live_page.ask(asker, TICKET)
    await each_shows(tabs, TICKET)

    await press(mentor, "Claim")
    await expect(live_page.statuses(asker)).to_have_text("Grace is on the way")
    await expect(live_page.statuses(mentor)).to_have_text("Yours to help with")
    await each_shows(tabs)

    await press(mentor, "Put it back")
    await each_shows(tabs, TICKET)

    run(mentor_tickets.expire_overdue, clock.forward(seconds=hub.settings.mentor_ticket_seconds + 1))
    await expect(live_page.statuses(asker)).to_have_text("Nobody came in time")
    await each_shows(tabs)

    await press(asker, "Ask again")
    await each_shows(tabs, TICKET)
    await expect(live_page.statuses(asker)).to_have_text("Waiting, place 1")
    assert [await tab.evaluate("window.was_never_reloaded") for tab in tabs] == [True, True, True]


@pytest.fixture
def on(browsing):
    """Pages of a server: `make = on(server)`, then as the fixture `page`."""
    return lambda server: PageMaker(browsing, server.address)


async def test_after_a_killed_server_each_page_has_everything_that_happened_meanwhile_once(site, on):
    server = await site.serve()
    page = on(server)
    ada, grace = await asyncio.gather(site.person(server, "Ada"), site.person(server, "Grace"))
    olga = await organiser_of(site, server)
    await server.ask("before", by=ada)
    await server.post("/vivere/organiser/announcements", {"message": "Good morning"}, by=olga)
    asker, _, _ = tabs = await opened(page, "ada@example.org", "grace@example.org", None)
    page.forgive("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection")

    other = await site.serve()
    server.kill()
    await server.until_dead()
    await live_page.ask(asker, "into the void")
    await other.ask("meanwhile", by=grace)
    await other.post("/vivere/organiser/announcements", {"message": "Lunch"}, by=olga)
    await site.serve(port=urlsplit(server.address).port)
    await server.ask("after", by=grace)

    await asyncio.gather(*(live_page.connected(tab) for tab in tabs))
    for tab in tabs:
        await expect(live_page.said(tab)).to_have_text(["Lunch", "Good morning"])
        assert sorted(await live_page.waiting(tab).all_inner_texts()) == [
            "after",
            "before",
            "into the void",
            "meanwhile",
        ]
    assert [await tab.evaluate("window.was_never_reloaded") for tab in tabs] == [True, True, True]
