"""Looking at a page as its visitors do: pictures of it, its faults by axe, and whether anything is cut off."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Page, TimeoutError, expect

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "build" / "screenshots"
AXE = (ROOT / "tests/vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# Chromium without a screen may fall asleep on a page that stands still, and a picture then waits for a frame that
# nothing makes it draw (seen once). So it is woken, and asked again.
PATIENCE_MS = (5_000, 5_000, 20_000)
DRAW_AGAIN = """() => {
  document.documentElement.style.transform = "translateZ(0)";
  setTimeout(() => document.documentElement.style.removeProperty("transform"), 50);
}"""

FAULTS = """async (only) => {
  // Style sheets are not loaded once more: axe puts them into elements, which our policy forbids.
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ");
  const said = (fault, node) => `${fault.id}: ${node.target.join(" ")} (${why(node)})`;
  return found.violations.flatMap((fault) => fault.nodes.map((node) => said(fault, node)));
}"""
CUT_OFF = """() => {
  const edge = document.documentElement.clientWidth;
  const isWide = (element) => element.getBoundingClientRect().right > edge + 1;
  const clips = (element) => getComputedStyle(element).overflowX !== "visible";
  const isClipped = ({ parentElement: outer }) => outer && (clips(outer) || isClipped(outer));
  const wide = [...document.body.querySelectorAll("*")].filter((element) => isWide(element) && !isClipped(element));
  const scrolls = document.documentElement.scrollWidth > edge;
  return scrolls ? wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) : [];
}"""


async def settled(tab: Page) -> None:
    """Wait until it shows what it has to show."""
    await expect(tab.locator("h1")).to_have_count(1)
    await expect(tab.locator("[aria-busy=true]")).to_have_count(0)


async def sections(tab: Page) -> list[str]:
    """The path of each section of the console, as the navigation offers it."""
    links = tab.locator("nav#navigation a[href^='/console']")
    return [await link.get_attribute("href") or "" for link in await links.all()]


async def open_section(tab: Page, path: str) -> None:
    """Follow its link, which loads nothing anew; only a wide window shows the navigation."""
    link = tab.locator(f"nav#navigation a[href='{path}']")
    await link.click()
    await expect(link).to_have_attribute("aria-current", "page")
    await settled(tab)


async def photograph(tab: Page, name: str) -> None:
    """A picture of the whole page in build/screenshots, over the one of an earlier run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for patience_ms in PATIENCE_MS[:-1]:
        with suppress(TimeoutError):
            return await _take(tab, name, patience_ms)
        await tab.evaluate(DRAW_AGAIN)
    await _take(tab, name, PATIENCE_MS[-1])


async def _take(tab: Page, name: str, patience_ms: int) -> None:
    await tab.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled", timeout=patience_ms)


async def faults_in(tab: Page) -> list[str]:
    """What axe finds wrong in the colours that the page has, and in the other ones."""
    if not await tab.evaluate("Boolean(window.axe)"):
        await tab.evaluate(AXE)
    light = await _found(tab, {"type": "tag", "values": RULES})
    await tab.emulate_media(color_scheme="dark")
    dark = await _found(tab, {"type": "rule", "values": COLOURS})
    await tab.emulate_media(color_scheme="light")
    return light + [f"dark: {fault}" for fault in dark]


async def _found(tab: Page, only: dict[str, Any]) -> list[str]:
    return await tab.evaluate(FAULTS, only)


async def cut_off(tab: Page) -> list[str]:
    """The outermost things by which the page is wider than its window."""
    return await tab.evaluate(CUT_OFF)
