"""A real browser as tests hold it: pages by size, colours and zone, and what no page may do, which fails its test."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, BrowserType, Dialog, Page, Request, ViewportSize

from hub.domain import console_sessions
from hub.perform import run

PHONE = ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=360, height=640)
DESKTOP = ViewportSize(width=1440, height=900)

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for elsewhere is told of by its test, and leaves the machine in no case.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
VIOLATION = "policy violated:"
SAY_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violated:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber);
});"""
HELD_BACK = "csp"
PATIENCE_MS = 10_000
OPERATOR = "operator"


def path_of_chromium() -> str | None:
    """HUB_TEST_CHROMIUM, or the first that is installed."""
    return os.environ.get("HUB_TEST_CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


async def launch(kind: BrowserType, path: str) -> Browser:
    return await kind.launch(executable_path=path, args=FLAGS)


class Browsing:
    """Opens the pages of one test and notes what none may do: errors, dialogs, violations, requests to anybody else."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._forgiven: list[re.Pattern[str]] = []
        self._faults: list[str] = []
        self.asked: list[str] = []
        """Every address that any of the pages has asked for, but for what its policy held back."""

    def forgive(self, words: str) -> None:
        """What a test brings about itself, like a server that is away, is no fault of the page's."""
        self._forgiven.append(re.compile(words))

    @property
    def faults(self) -> list[str]:
        return [fault for fault in self._faults if not any(known.search(fault) for known in self._forgiven)]

    async def page(
        self,
        address: str,
        *,
        viewport: ViewportSize = DESKTOP,
        colours: str = "light",
        zone: str = "UTC",
        language: str = "en-GB",
        now: datetime | None = None,
        scripts: bool = True,
        app: bool = False,
    ) -> Page:
        """A page with cookies of its own, whose paths are those of `address`; its clock stands still at `now`.

        With `app` it has a service worker, for which everything is fetched a second time.
        """
        context = await self._browser.new_context(
            base_url=address,
            viewport=viewport,
            color_scheme=colours,  # type: ignore[arg-type]
            timezone_id=zone,
            locale=language,
            reduced_motion="reduce",
            java_script_enabled=scripts,
            service_workers="allow" if app else "block",
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        await self._watch(context, address)
        if now is not None:
            await context.clock.set_fixed_time(now)
        return await context.new_page()

    async def _watch(self, context: BrowserContext, address: str) -> None:
        note = self._faults.append
        context.on("console", lambda said: said.type == "error" and note(f"console: {said.text} {said.location}"))
        context.on("weberror", lambda error: note(f"error: {error.error.stack or error.error}"))
        context.on("dialog", self._dismiss)
        context.on("request", lambda request: self._asks(request.url, address))
        context.on("requestfailed", self._failed)
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asks(socket.url, address)))
        await context.add_init_script(SAY_VIOLATIONS)

    async def _dismiss(self, dialog: Dialog) -> None:
        self._faults.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _failed(self, request: Request) -> None:
        if request.failure == HELD_BACK:
            self.asked.remove(request.url)

    def _asks(self, url: str, address: str) -> None:
        self.asked.append(url)
        asked = urlsplit(url)
        if asked.scheme not in ("data", "blob") and asked.netloc != urlsplit(address).netloc:
            self._faults.append(f"request to another origin: {url[:200]}")

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


class PageMaker:
    """`tab = await page(viewport=PHONE)`: pages of one hub."""

    def __init__(self, browsing: Browsing, address: str) -> None:
        self._browsing = browsing
        self._address = address

    async def __call__(self, path: str | None = None, **how: object) -> Page:
        """A new page, which has gone to `path` if one is given."""
        tab = await self._browsing.page(self._address, **how)  # type: ignore[arg-type]
        if path is not None:
            await tab.goto(path)
        return tab

    def forgive(self, words: str) -> None:
        self._browsing.forgive(words)


class ConsolePages:
    """`tab = await console_page("/console/places")`: pages of staff, who came by a link that signs in."""

    def __init__(self, page: PageMaker) -> None:
        self._page = page

    async def __call__(self, path: str = "/console", *, username: str = OPERATOR, **how: object) -> Page:
        tab = await self._page(f"/console/link/{run(_offer_link, username)}", **how)
        if urlsplit(tab.url).path != path:
            await tab.goto(path)
        return tab


def _offer_link(username: str) -> str:
    """A link's secret; the operator is made when they are first asked for."""
    name = console_sessions.first_operator() if username == OPERATOR else username
    return console_sessions.offer_link(name)
