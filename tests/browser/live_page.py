"""The live page as people use it: signing in, asking, and reading what it shows."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.people import PASSWORD

CAME_BACK_MS = 20_000
"""For a page to notice that the server is there again: it tries in growing distances."""

ON_THE_SCREEN = """(element) => new Promise((seen) => {
  new IntersectionObserver(([one], observer) => {
    if (!one.isIntersecting) return;
    observer.disconnect();
    seen();
  }, { threshold: 0.6 }).observe(element);
})"""


async def looked_at(element: Locator) -> None:
    """Scroll to it, until the page knows that it is on the screen: of several observers the newest is told last."""
    await element.scroll_into_view_if_needed()
    await element.evaluate(ON_THE_SCREEN)


async def connected(tab: Page) -> Page:
    """Wait until it hears what happens."""
    await expect(tab.locator(".pulse")).to_have_text("connected", timeout=CAME_BACK_MS)
    return tab


async def sign_in(tab: Page, username: str) -> Page:
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    dialog = tab.get_by_role("dialog")
    await dialog.get_by_label("Username or e-mail address").fill(username)
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
    return await connected(tab)


async def ask(tab: Page, words: str) -> None:
    await tab.get_by_label("What are you stuck with?").fill(words)
    await tab.get_by_label("Where are you?").fill("Table 4")
    await tab.get_by_role("button", name="Ask for help", exact=True).click()


def waiting(tab: Page) -> Locator:
    """What those who wait are stuck with, in their order."""
    return tab.get_by_role("region", name=re.compile("^The queue")).locator("li p:first-child")


def said(tab: Page) -> Locator:
    """The announcements, newest first."""
    return tab.get_by_role("region", name="Announcements").locator("li > p:first-child")


def statuses(tab: Page) -> Locator:
    """What becomes of one's own tickets, and of those that one helps with."""
    return tab.locator(".ticket .status")
