"""Who is signed in on the live page: what waits and what was typed is theirs alone, and why it ended is told truly."""

from __future__ import annotations

from playwright.async_api import Page, expect

from hub.domain import users
from hub.domain.actors import OPERATOR
from hub.perform import run
from tests.browser import live_page
from tests.browser.browsing import PHONE
from tests.people import Person

CREATE = "**/vivere/mentorship/create"
WORDS = "What are you stuck with?"


async def opened(page, *, by: Person) -> Page:
    tab = await live_page.connected(await page("/", viewport=PHONE))
    return await live_page.sign_in(tab, by.actor.username)


async def sign_out(tab: Page) -> Page:
    await tab.get_by_role("button", name="Sign out").click()
    return await live_page.connected(tab)


async def opened_and_not_answered(page, words: str, *, by: Person) -> Page:
    """A page whose person has asked for help, while no answer comes through."""
    page.forgive("ERR_FAILED")
    tab = await opened(page, by=by)
    await tab.route(CREATE, lambda route: route.abort())
    await live_page.ask(tab, words)
    await expect(tab.locator(".banner").filter(has_text="Not answered yet")).to_be_visible()
    return tab


async def signed_out_elsewhere(tab: Page) -> Page:
    """Another tab of the same browser, in which its person has signed out."""
    other = await tab.context.new_page()
    await other.goto("/")
    return await sign_out(other)


async def test_what_was_not_answered_is_never_sent_as_who_signs_in_next(page, ada, grace):
    tab = await opened_and_not_answered(page, "Of Ada's", by=ada)

    other = await signed_out_elsewhere(tab)
    await live_page.sign_in(other, grace.actor.username)
    await tab.unroute(CREATE)
    await expect(tab.locator(".account .name")).to_have_text("Grace")
    await live_page.connected(tab)

    await expect(tab.get_by_role("alert")).to_contain_text("was not answered yet is not sent again")
    await expect(tab.get_by_label(WORDS)).to_have_value("")
    await live_page.ask(tab, "Of Grace's")
    await expect(live_page.waiting(tab)).to_have_text(["Of Grace's"])


async def test_who_comes_back_finds_what_was_not_answered_and_nobody_else_does(page, ada, grace):
    tab = await opened_and_not_answered(page, "Of Ada's", by=ada)
    await signed_out_elsewhere(tab)
    await live_page.connected(tab)

    await live_page.sign_in(tab, ada.actor.username)
    await expect(tab.get_by_label(WORDS)).to_have_value("Of Ada's")

    await live_page.sign_in(await sign_out(tab), grace.actor.username)
    await expect(tab.get_by_label(WORDS)).to_have_value("")


async def test_whose_account_was_disabled_is_not_told_that_it_was_not(page, ada):
    page.forgive("401")
    tab = await opened(page, by=ada)

    run(users.disable, ada.actor.username, by=OPERATOR)

    await expect(tab.get_by_role("alert")).to_contain_text("or the account was disabled.")
    await expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
