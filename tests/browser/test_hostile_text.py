"""Sixty texts that try to be programs, through everything that people may say: they stay the text that they are."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from hub import outbox
from hub.domain.credentials import Keys
from tests.browser import hostile, live_page, looking
from tests.browser.browsing import Browsing
from tests.build import SECRET, Sqlite, bound_to

SHOWN = """(texts) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const shown = [];
  while (walker.nextNode()) shown.push(walker.currentNode.data.trim());
  return texts.map((text) => shown.filter((one) => one === text).length);
}"""
"""How often each of the texts is shown, alone and letter by letter."""

MADE = """() => {
  const led = ["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"];
  const isOurs = (address) => new URL(address, location.href).origin === location.origin;
  const isPicture = (address) => /^(data:image|blob:)/.test(address);
  const leadsAway = (value) => !isOurs(value) && !isPicture(value);
  const isWrong = ({ name, value }) => name.startsWith("on") || (led.includes(name) && leadsAway(value));
  const wrong = [...document.querySelectorAll("*")].filter((element) => [...element.attributes].some(isWrong));
  return wrong.map((element) => element.outerHTML.slice(0, 200));
}"""
"""Elements that no page of ours has: with a handler in an attribute, or an address elsewhere."""


ODD_IN_ADDRESSES = ["script", "escapes", "prototype"]
EVERY = len(hostile.PAYLOADS)
SHOWN_BY_SECTION = {
    "/console": 0,
    "/console/announcements": EVERY,
    "/console/schedule": 3 * EVERY,
    "/console/places": EVERY,
    "/console/times": 0,
    # A name is one line: the one with a separator of lines in it is shown with spaces.
    "/console/mentors": 4 * EVERY - 1,
    "/console/tickets": 3 * EVERY - 1,
    # Twenty-five a page, and one of them is Olga; their names and how they sign in.
    "/console/people": 2 * 24 - 1,
    "/console/stories": 0,
    "/console/registrations": EVERY,
    # The next twenty to be checked, and where they live.
    "/console/members": 2 * 20,
    "/console/calls": 0,
    "/console/deliveries": EVERY,
    "/console/health": 0,
    # Fifty a page: of the newest text two things, of sixteen others everything.
    "/console/outbox": 116,
}
"""How often any of the texts is shown, alone and letter by letter; look at a section where it is another number."""
SHOWN_IN_LISTS_OF_ENTRANTS = 2 * EVERY - 1
SHOWN_LIVE, SHOWN_WITHOUT_SCRIPTS = 9 * EVERY, 4 * EVERY


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """Databases with all of it, of which one is filled and the others are copies."""
    made = Sqlite(tmp_path_factory.mktemp("hostile"))
    with bound_to(made.template):
        hostile.fill(Keys(SECRET))
    return made


async def harm_in(tab: Page) -> list[str]:
    await looking.settled(tab)
    ran = await tab.evaluate("window.__ran")
    return [*(["it ran"] if ran is not None else []), *await tab.evaluate(MADE)]


def fetched(browsing: Browsing) -> list[str]:
    return [address for address in browsing.asked if hostile.FETCHED in address]


async def shown_in(tab: Page) -> int:
    return sum(await tab.evaluate(SHOWN, list(hostile.PAYLOADS.values())))


async def test_the_live_page_shows_what_was_typed(page, browsing):
    tab = await live_page.connected(await page("/"))

    await tab.get_by_role("button", name=f"Show all {EVERY}").click()

    assert await harm_in(tab) == []
    assert await shown_in(tab) == SHOWN_LIVE
    assert fetched(browsing) == []


async def test_the_live_page_as_the_hub_writes_it_shows_what_was_typed(page, browsing):
    tab = await page("/", scripts=False)

    assert await harm_in(tab) == []
    assert await shown_in(tab) == SHOWN_WITHOUT_SCRIPTS
    assert fetched(browsing) == []


async def test_every_section_of_the_console_shows_what_was_typed(console_page, hub, browsing):
    hostile.send(hub.settings.data_dir)
    tab = await console_page(username="olga")
    await looking.settled(tab)

    harm, shown = {}, {}
    for path in await looking.sections(tab):
        await looking.open_section(tab, path)
        for older in await tab.get_by_role("button", name="Show older").all():
            await older.click()
        harm[path], shown[path] = await harm_in(tab), await shown_in(tab)

    assert {path: harm for path, harm in harm.items() if harm} == {}
    assert shown == SHOWN_BY_SECTION
    assert fetched(browsing) == []


async def test_a_person_s_pages_show_what_they_call_themselves(console_page, browsing):
    tab = await console_page(username="olga")

    for name in (hostile.PAYLOADS[what] for what in ODD_IN_ADDRESSES):
        for path in (f"/console/people/{quote(name, safe='')}", f"/console/people/{quote(name, safe='')}/story"):
            await tab.goto(path)
            assert await harm_in(tab) == []
            assert await tab.evaluate(SHOWN, [name]) == [2]

    assert fetched(browsing) == []


async def test_a_list_of_entrants_shows_what_teams_call_themselves(console_page, browsing):
    tab = await console_page("/console/registrations", username="olga")

    await tab.get_by_role("link", name=hostile.DEMOS, exact=True).click()
    await expect(tab.get_by_text(hostile.PAYLOADS["script"], exact=True).first).to_be_visible()

    assert await harm_in(tab) == []
    assert await shown_in(tab) == SHOWN_IN_LISTS_OF_ENTRANTS
    assert fetched(browsing) == []


async def test_a_file_s_name_is_shown_where_the_file_is_refused(console_page, browsing):
    tab = await console_page("/console/places", username="olga")
    await tab.get_by_role("button", name=re.compile("map", re.IGNORECASE)).first.click()

    for name in hostile.PAYLOADS.values():
        await tab.get_by_label("A PNG or JPEG").set_input_files({"name": name, "mimeType": "text/html", "buffer": b"x"})
        await expect(tab.get_by_role("alert")).to_have_text(f"{name} is neither a PNG nor a JPEG.")

    assert await harm_in(tab) == []
    assert fetched(browsing) == []


async def test_a_mail_is_shown_as_it_would_look_without_running_or_fetching_anything(console_page, hub, browsing):
    everything = "".join(hostile.PAYLOADS.values())
    mail = {"channel": "email", "to": "a@example.org", "subject": "All", "text": "All", "payload": {"html": everything}}
    outbox.put(hub.settings.data_dir, **mail)
    browsing.forgive("Content Security Policy|policy violated|evil.example|sandboxed|Unsafe attempt|attachShadow")

    tab = await console_page("/console/outbox")
    letter = tab.frame_locator("iframe").locator("body")
    await expect(letter).to_contain_text("javascript:")

    async with asyncio.timeout(5):
        assert await letter.evaluate("() => window.__ran ?? null") is None
    assert fetched(browsing) == []
