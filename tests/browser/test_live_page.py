"""The live page in a browser: what it counts down to, what is new, who is signed in, what is lost and found again."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from hub.domain import announcements, sign_outs
from hub.perform import run, run_reading
from models import JournalRow, MentorTicket
from tests.browser import live_page
from tests.browser.browsing import PHONE
from tests.http.vivere import acting
from tests.people import PASSWORD, Person


async def opened(page, *, by: Person | None = None, **how: Any) -> Page:
    tab = await live_page.connected(await page("/", viewport=PHONE, **how))
    return tab if by is None else await live_page.sign_in(tab, by.actor.username)


def banner(tab: Page, words: str):
    return tab.locator(".banner").filter(has_text=words)


def announce(message: str) -> None:
    run(announcements.say, message)


async def cut(tab: Page) -> None:
    """As when the browser puts the page away; what comes then comes into the void."""
    await tab.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    await expect(tab.locator(".pulse")).not_to_have_text("connected")


async def come_back(tab: Page) -> None:
    await tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


# -- what it shows ----------------------------------------------------------------------------------------------------

TIMES = {
    "event_start_time": "2026-11-21T09:00:00",
    "hacking_start_time": "2026-11-21T11:00:00",
    "hacking_end_time": "2026-11-22T11:00:00",
    "event_end_time": "2026-11-22T15:00:00",
}
PHASES = [
    ("2026-11-21T08:00:00", "The event begins in", "01 00 00"),
    ("2026-11-21T10:00:00", "Hacking begins in", "01 00 00"),
    ("2026-11-21T12:00:01", "Hacking ends in", "22 59 59"),
    ("2026-11-22T12:00:00", "Hacking is over. The event ends in", "03 00 00"),
    ("2026-11-22T15:00:00", "The event is over. Thank you all!", None),
]
COUNT_DOWN = """async ([times, moments]) => {
  const { left, phase } = await import("/web/current/live/phases.js");
  return moments.map((moment) => {
    const now = new Date(`${moment}Z`);
    const { words, until } = phase(times, now);
    return [moment, words, until && left(until, now).map(([number]) => number).join(" ")];
  });
}"""


async def test_it_counts_down_to_what_comes_next(page, hub, clock, olga):
    tab = await opened(page, now=clock())
    countdown = tab.locator(".countdown")
    await expect(countdown.get_by_role("heading")).to_have_text("The times are not set yet")

    await hub.call("PUT", "/vivere/organiser/times", json=TIMES, by=olga)

    await expect(countdown.get_by_role("heading")).to_have_text("Hacking ends in")
    await expect(tab.get_by_role("timer").locator("b")).to_have_text(["23", "00", "00"])
    told = await tab.evaluate(COUNT_DOWN, [TIMES, [moment for moment, _, _ in PHASES]])
    assert told == [list(phase) for phase in PHASES]


async def test_every_moment_is_told_in_the_viewers_zone_with_its_day_where_that_is_not_today(page, hub, clock, olga):
    gym = await acting.add_location(hub, name="Gym", by=olga)
    late = {"start_time": "2026-11-21T14:30:00", "end_time": "2026-11-21T16:00:00"}
    await acting.add_event(hub, location=gym, by=olga, short_description="Run", **late)
    await acting.announce(hub, message="Yesterday", time="2026-11-20T14:00:00", by=olga)

    tab = await opened(page, now=clock(), zone="Asia/Tokyo")

    await expect(tab.locator(".event .hours")).to_have_text("23:30\N{EN DASH}Sun 22 Nov, 01:00")
    await expect(tab.locator(".announcement .small")).to_contain_text("Fri 20 Nov, 23:00")
    await expect(tab.locator(".bottom")).to_contain_text("Asia/Tokyo")


async def test_an_announcement_is_told_to_screen_readers_and_new_until_it_was_seen(page, hub, olga):
    announce("Breakfast")
    tab = await page(viewport=PHONE)
    await tab.clock.install()
    await tab.goto("/")
    await live_page.connected(tab)
    await expect(tab.locator(".announcement .badge")).to_have_count(0)

    announce("Lunch")

    await expect(tab.locator("#said")).to_have_text("New announcement: Lunch")
    await expect(tab.locator(".announcement.new")).to_contain_text("Lunch")
    await expect(tab).to_have_title("(1) Live")
    await live_page.looked_at(tab.locator(".announcement.new"))
    await tab.clock.fast_forward(5000)
    await expect(tab.locator(".announcement.new")).to_have_count(0)
    await tab.reload()
    await expect(live_page.said(await live_page.connected(tab))).to_have_text(["Lunch", "Breakfast"])
    await expect(tab.locator(".announcement.new")).to_have_count(0)


async def test_a_map_opens_large_and_the_focus_comes_back(page, hub, olga):
    gym = await acting.add_location(hub, name="Gym", rank=0, by=olga)
    await acting.add_location(hub, name="Roof", rank=1, by=olga)
    tab = await opened(page)
    await expect(tab.locator("#maps").get_by_role("listitem")).to_have_text(["Gym", "Roof"])

    await acting.put_image(hub, gym, chequered(), by=olga)
    small = tab.get_by_role("button", name="Map: Gym")
    await small.click()

    await expect(tab.get_by_role("dialog").get_by_role("img", name="Map: Gym")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(small).to_be_focused()


def chequered() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((160, 120), 90).save(file, "PNG")
    return file.getvalue()


# -- who is signed in -------------------------------------------------------------------------------------------------


async def test_somebody_new_signs_up_and_asks(page, hub):
    tab = await opened(page)
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    await tab.get_by_role("button", name="I am new here").click()
    for label, typed in (("Your name", "Ida"), ("Username or e-mail address", "ida"), ("Password", PASSWORD)):
        await tab.get_by_label(label).fill(typed)
    await tab.get_by_role("button", name="Sign up").click()

    await live_page.ask(tab, "CORS!")

    await expect(live_page.statuses(tab)).to_have_text("Waiting, place 1")
    await expect(tab.locator(".account .name")).to_have_text("Ida")


async def test_a_wrong_password_is_said_in_the_dialog(page, hub, ada):
    page.forgive("401")
    tab = await opened(page)
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    await tab.get_by_label("Username or e-mail address").fill("ada@example.org")
    await tab.get_by_label("Password").fill("wrong")
    await tab.get_by_role("dialog").get_by_role("button", name="Sign in").click()

    words = "Wrong username or password. Check both and try again."
    await expect(tab.get_by_role("dialog").get_by_role("alert")).to_have_text(words)


@pytest.mark.parametrize("is_away", [False, True], ids=["while it listens", "while it is away"])
async def test_who_was_signed_out_everywhere_is_told_so_and_goes_on_listening(page, hub, ada, is_away):
    page.forgive("401")
    tab = await opened(page, by=ada)
    if is_away:
        await cut(tab)

    run(sign_outs.everywhere, ada.id)
    await come_back(tab)

    await expect(tab.get_by_role("alert")).to_contain_text("You were signed out: this sign-in has run out")
    await expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await live_page.connected(tab)
    announce("Lunch")
    await expect(live_page.said(tab)).to_have_text("Lunch")


async def test_who_signs_out_in_one_tab_is_signed_out_in_the_other(page, hub, ada):
    tab = await opened(page, by=ada)
    other = await tab.context.new_page()
    await other.goto("/")
    await other.get_by_role("button", name="Sign out").click()

    await expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await expect(other.get_by_role("alert")).to_have_text("You are signed out.Dismiss")


# -- what is lost and found again -------------------------------------------------------------------------------------


async def test_a_ticket_whose_answer_was_lost_is_asked_for_again_and_is_one(page, hub, ada):
    page.forgive("ERR_FAILED")
    tab = await opened(page, by=ada)
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        lost.append(route.request.headers["idempotency-key"])
        if len(lost) > 1:
            return await route.continue_()
        await route.fetch()
        await route.abort()

    await tab.route("**/vivere/mentorship/create", lose_the_first)
    await live_page.ask(tab, "CORS!")
    await expect(banner(tab, "Not answered yet")).to_be_visible()
    await expect(banner(tab, "Not answered yet")).to_have_count(0)

    await expect(live_page.waiting(tab)).to_have_text("CORS!")
    assert (len(lost), len(set(lost)), run_reading(MentorTicket.select().count)) == (2, 1, 1)


async def test_what_the_page_asked_for_is_sent_after_it_was_loaded_again(page, hub, ada):
    page.forgive("ERR_FAILED")
    tab = await opened(page, by=ada)
    await tab.route("**/vivere/mentorship/create", lambda route: route.abort())
    await live_page.ask(tab, "CORS!")
    await expect(banner(tab, "Not answered yet")).to_be_visible()

    await tab.unroute("**/vivere/mentorship/create")
    await tab.reload()

    await expect(live_page.statuses(tab)).to_have_text("Waiting, place 1")
    assert run_reading(MentorTicket.select().count) == 1


async def test_a_mentor_who_comes_second_is_told_why_nothing_happened(page, hub, ada, grace, linus):
    page.forgive("409")
    ticket = await acting.open_ticket(hub, by=ada)
    tab = await opened(page, by=linus)
    claim = tab.get_by_role("button", name="Claim")
    await expect(claim).to_be_visible()
    await cut(tab)
    await acting.claim(hub, ticket, by=grace)

    await claim.click()

    await expect(tab.get_by_role("alert")).to_contain_text("Already claimed. Another mentor got there first.")


async def test_it_says_since_when_it_is_offline_and_what_happened_meanwhile(page, hub, ada, olga):
    await acting.announce(hub, message="Breakfast", by=olga)
    tab = await opened(page)
    await cut(tab)
    await tab.context.set_offline(True)
    page.forgive("ERR_INTERNET_DISCONNECTED")
    await expect(banner(tab, "Offline since")).to_contain_text("What you see may be old.")

    await acting.announce(hub, message="Lunch", by=olga)
    await acting.announce(hub, message="Dinner", by=olga)
    await acting.open_ticket(hub, by=ada)
    await tab.context.set_offline(False)

    await expect(banner(tab, "Back after")).to_contain_text("Meanwhile: 2 announcements, 1 ticket changed.")
    await expect(live_page.said(tab)).to_have_text(["Dinner", "Lunch", "Breakfast"])
    await expect(banner(tab, "Offline since")).to_have_count(0)


async def test_what_came_while_the_state_was_read_anew_counts(page, hub):
    announce("Breakfast")
    tab = await opened(page)
    await cut(tab)
    announce("Lunch")
    run(JournalRow.delete().execute)
    reads: asyncio.Queue[Route] = asyncio.Queue()
    await tab.route("**/vivere/announcements", reads.put)

    async with tab.expect_websocket() as coming:
        await come_back(tab)
    socket, read = await coming.value, await reads.get()
    as_of_now = await read.fetch()
    async with socket.expect_event("framereceived", lambda frame: "Dinner" in frame):
        announce("Dinner")
    await read.fulfill(response=as_of_now)

    await expect(live_page.said(tab)).to_have_text(["Dinner", "Lunch", "Breakfast"])


async def test_the_secret_in_a_link_to_members_does_not_stay_in_the_address(page):
    tab = await live_page.connected(await page("/?s=0123456789abcdef&screen"))

    await expect(tab.get_by_text("This link is for an app of your organisation")).to_be_visible()
    assert await tab.evaluate("location.search") == "?screen="


async def test_what_an_earlier_visit_kept_is_said_to_be_of_then_before_the_hub_answers(page, clock):
    announce("Lunch")
    tab = await opened(page, now=clock())
    await expect(live_page.said(tab)).to_have_text("Lunch")

    await tab.route_web_socket("**/socket.io/**", lambda nobody_answers: None)
    await tab.reload()

    await expect(tab.locator(".pulse")).to_have_text("As of 12:00, connecting \N{HORIZONTAL ELLIPSIS}")
    await expect(live_page.said(tab)).to_have_text("Lunch")
