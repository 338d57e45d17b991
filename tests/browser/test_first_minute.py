"""Tried as a new user would: started in an empty folder, and from there on only what the terminal and the pages say."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import live_page
from tests.hub_up import HubUp


@pytest.fixture
def started(tmp_path: Path) -> Iterator[HubUp]:
    hub = HubUp(tmp_path)
    yield hub
    hub.close()


async def test_what_the_terminal_prints_leads_to_an_announcement_on_the_live_page(browsing, started):
    address = await asyncio.to_thread(started.until_up)
    live_address, console_link = printed_in("".join(started.said))
    live = await browsing.page(address)
    await live.goto(live_address)
    console = await browsing.page(address)

    await console.goto(console_link)
    await console.get_by_role("link", name="Announcements").click()
    await console.get_by_label("Announcement").fill("Breakfast is ready")
    await console.get_by_role("button", name="Publish now").click()

    await expect(live_page.said(live)).to_have_text(["Breakfast is ready"])


def printed_in(said: str) -> tuple[str, str]:
    """The addresses of the live page and of the console, as somebody reads them who has never seen the hub."""
    lines = re.findall(r"^\s+(http://\S+)\s+(.*)$", said, re.MULTILINE)
    live = next(address for address, words in lines if "live page" in words)
    console = next(address for address, words in lines if "console" in words)
    return live, console
