"""Fixtures: one Chromium for each of pytest's processes, pages that fail their test by what they do, a hub for them.

Playwright's objects belong to the event loop that they were made in, and starting it takes half a second. So all tests
in this folder run in one loop, as long as the session, and share a browser; cookies and storage are each page's own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from hub.listening import listen
from hub.perform import NoCourier, use_courier
from tests.browser import browsing as a_browser
from tests.browser.browsing import Browsing, ConsolePages, PageMaker
from tests.build import Sqlite, Valkey, settings
from tests.faults.conftest import broker, nursery, site
from tests.running import RunningHub

__all__ = ["broker", "nursery", "site"]

HERE = Path(__file__).parent
NO_CHROMIUM = "No Chromium found on PATH or named by HUB_TEST_CHROMIUM; the browser tests need one."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = a_browser.path_of_chromium()
    if found is None:
        # What CI leaves out, nobody tries.
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_CHROMIUM)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await a_browser.launch(playwright.chromium, chromium)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(browser: Browser) -> AsyncIterator[Browsing]:
    """Pages at any address: `await browsing.page(server.address, viewport=PHONE)`."""
    pages = Browsing(browser)
    yield pages
    await pages.close()
    assert "\n".join(pages.faults) == ""


@pytest_asyncio.fixture(loop_scope="session")
async def hub(
    sqlite: Sqlite, valkey: Valkey, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[RunningHub]:
    """The hub of tests/conftest.py, in the loop that the browser's objects belong to, and knowing its own address."""
    marker = request.node.get_closest_marker("settings")
    listener = listen("127.0.0.1", 0)
    own = {"public_url": f"http://127.0.0.1:{listener.getsockname()[1]}", **(marker.kwargs if marker else {})}
    given = settings(tmp_path, sqlite.new_database(), valkey.address, **own)
    async with RunningHub(given, listener) as running:
        yield running
    use_courier(NoCourier())


@pytest.fixture
def page(hub: RunningHub, browsing: Browsing) -> PageMaker:
    """Pages of the hub: `tab = await page("/", viewport=PHONE, colours="dark", zone="Asia/Tokyo", now=clock())`."""
    return PageMaker(browsing, hub.address)


@pytest.fixture
def console_page(page: PageMaker) -> ConsolePages:
    """Pages of a superuser who is signed in: `tab = await console_page("/console/places", viewport=PHONE)`."""
    return ConsolePages(page)
