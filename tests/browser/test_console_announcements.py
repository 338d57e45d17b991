"""Announcements as an organiser writes them: now, at a time, changed and deleted, and with a network that goes away."""

from __future__ import annotations

from datetime import datetime

from playwright.async_api import Locator, Page, expect

from hub.domain import announcements
from hub.domain.actors import OPERATOR
from hub.perform import run, run_reading
from tests import people
from tests.people import PASSWORD

PATH = "/console/announcements"


def stored() -> list[tuple[str, datetime]]:
    return [(one.message, one.time) for one in run_reading(announcements.every, by=OPERATOR)]


def cards(tab: Page) -> Locator:
    return tab.locator(".cards-list > li")


def words(tab: Page) -> Locator:
    return tab.get_by_label("Announcement", exact=True)


async def test_an_announcement_is_published_another_scheduled_changed_and_deleted(console_page, clock):
    tab = await console_page(PATH, now=clock(), zone="Europe/Berlin")

    await words(tab).fill("Pizza is here")
    await tab.get_by_role("button", name="Publish now").click()
    await expect(cards(tab)).to_contain_text(["Pizza is here"])
    await words(tab).fill("Breakfast")
    await tab.get_by_label("Publish at").fill("2026-11-22T08:00")
    await tab.get_by_role("button", name="Schedule", exact=True).click()

    await expect(tab.get_by_role("status").filter(has_text="Scheduled for")).to_contain_text("22 Nov, 08:00")
    await expect(cards(tab).locator(".badge")).to_have_text(["Scheduled", "Out"])
    assert stored() == [("Breakfast", datetime(2026, 11, 22, 7)), ("Pizza is here", clock())]

    await cards(tab).first.get_by_role("button", name="Edit").click()
    await cards(tab).first.get_by_label("Announcement", exact=True).fill("Breakfast, with coffee")
    await cards(tab).first.get_by_role("button", name="Save").click()
    await expect(cards(tab).first).to_contain_text("Breakfast, with coffee")
    await cards(tab).last.get_by_role("button", name="Delete").click()
    await tab.get_by_role("dialog").get_by_role("button", name="Delete").click()

    await expect(cards(tab)).to_have_count(1)
    await expect(tab.locator("h1")).to_be_focused()
    assert stored() == [("Breakfast, with coffee", datetime(2026, 11, 22, 7))]


async def test_what_was_sent_and_not_answered_is_tried_again_and_said_once(console_page, page):
    tab = await console_page(PATH)
    page.forgive("ERR_FAILED")
    await tab.route("**/console/api/announcements", lose_the_answer)

    await words(tab).fill("Doors are open")
    await tab.get_by_role("button", name="Publish now").click()
    await expect(tab.get_by_role("alert")).to_contain_text("The hub did not answer")
    assert await words(tab).input_value() == "Doors are open"
    await tab.unroute("**/console/api/announcements")
    await tab.get_by_role("button", name="Try again").click()

    await expect(cards(tab)).to_contain_text(["Doors are open"])
    await expect(words(tab)).to_have_value("")
    assert [message for message, _ in stored()] == ["Doors are open"]


async def lose_the_answer(route) -> None:
    """The hub hears what is written; the page never learns of it."""
    if route.request.method != "POST":
        return await route.continue_()
    await route.fetch()
    await route.abort()


async def test_whoever_is_signed_out_while_they_write_comes_back_to_what_they_wrote(console_page, page):
    username = people.make("Sam", staff=True).username
    tab = await console_page(PATH, username=username)
    page.forgive("401")

    await words(tab).fill("Half a thought")
    await tab.context.clear_cookies()
    await tab.get_by_role("button", name="Publish now").click()

    await expect(tab.get_by_role("heading", name="Sign in to the console")).to_be_visible()
    assert tab.url.endswith("/console/sign-in?next=%2Fconsole%2Fannouncements")
    await tab.get_by_label("Username or e-mail address").fill(username)
    await tab.get_by_label("Password").fill(PASSWORD)
    await tab.get_by_role("button", name="Sign in").click()
    await expect(words(tab)).to_have_value("Half a thought")


async def test_what_somebody_typed_is_not_shown_to_who_signs_in_after_their_session_ended(console_page, page):
    sam, olga = (people.make(name, staff=True).username for name in ("Sam", "Olga"))
    tab = await console_page(PATH, username=sam)
    page.forgive("401")

    await words(tab).fill("Half a thought")
    await tab.context.clear_cookies()
    await tab.get_by_role("button", name="Publish now").click()
    await tab.get_by_label("Username or e-mail address").fill(olga)
    await tab.get_by_label("Password").fill(PASSWORD)
    await tab.get_by_role("button", name="Sign in").click()

    await expect(words(tab)).to_have_value("")
    assert await tab.evaluate("Object.keys(sessionStorage)") == []


async def test_only_the_newest_are_shown_until_older_ones_are_asked_for(console_page):
    run(lambda: [announcements.say(f"Number {number}") for number in range(52)])
    tab = await console_page(PATH)
    await expect(cards(tab)).to_have_count(50)

    await tab.get_by_role("button", name="Show older (2)").click()

    await expect(cards(tab)).to_have_count(52)
