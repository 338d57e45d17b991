"""Each page on a phone and on a desk: a picture of it to look at, and what axe and a ruler say about it.

The pictures are in build/screenshots.
"""

from __future__ import annotations

from playwright.async_api import Page

from hub import seed
from tests.browser import live_page, looking
from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.people import Person


async def seen(tab: Page, name: str) -> list[str]:
    """Photograph a page in both sizes; what is wrong with it in either colours, and in a narrow window."""
    await looking.settled(tab)
    wrong = await looking.faults_in(tab)
    for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        await tab.set_viewport_size(viewport)
        await looking.photograph(tab, f"{name}-{size}")
    await tab.set_viewport_size(NARROW)
    return wrong + [f"wider than {NARROW['width']} px: {one}" for one in await looking.cut_off(tab)]


async def test_the_live_page_of_an_empty_hub(page, clock):
    tab = await live_page.connected(await page("/", now=clock()))

    assert "\n".join(await seen(tab, "live-empty")) == ""


async def test_the_live_page_of_an_event(page, hub, clock):
    seed.seed(hub.settings)
    tab = await live_page.connected(await page("/", now=clock()))

    assert "\n".join(await seen(tab, "live")) == ""


async def test_the_live_page_of_somebody_with_tickets(page, hub, clock, ada: Person, grace: Person):
    for words in ("CORS!", "My map shows nothing but sea"):
        await hub.post("/vivere/mentorship/create", {"description": words, "location": "T4", "contact": ""}, by=ada)
    tab = await live_page.connected(await page("/", now=clock()))
    await live_page.sign_in(tab, ada.actor.username)

    assert "\n".join(await seen(tab, "live-signed-in")) == ""


async def test_signing_in_to_the_console(page):
    tab = await page("/console/sign-in")

    assert "\n".join(await seen(tab, "console-sign-in")) == ""


async def test_every_section_of_the_console(console_page, hub, clock):
    seed.seed(hub.settings)
    tab = await console_page(now=clock())
    await looking.settled(tab)

    wrong = [f"{path}: {fault}" for path in await looking.sections(tab) for fault in await opened(tab, path)]

    assert "\n".join(wrong) == ""


async def test_the_console_s_pages_of_one_person_and_of_one_event(console_page, hub, clock):
    seed.seed(hub.settings)
    tab = await console_page("/console/registrations", now=clock(), viewport=PHONE)
    await tab.get_by_role("link", name="Workshop: soldering for beginners").click()
    wrong = await seen(tab, "console-registrations-of-one")

    for path in ("ada@hackathon.example", "ada@hackathon.example/story"):
        wrong += [f"{path}: {fault}" for fault in await visited(tab, f"/console/people/{path}")]

    assert "\n".join(wrong) == ""


async def opened(tab: Page, path: str) -> list[str]:
    """A section's faults, seen as somebody comes to it who is in the console already."""
    await tab.set_viewport_size(DESKTOP)
    await looking.open_section(tab, path)
    return await seen(tab, name_of(path))


async def visited(tab: Page, path: str) -> list[str]:
    await tab.goto(path)
    return await seen(tab, name_of(path))


def name_of(path: str) -> str:
    return path.strip("/").replace("/", "-")
