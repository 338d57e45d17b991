"""The live page as an app: what its service worker keeps, and what it shows of a push."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest
from playwright.async_api import Page, expect

from hub.domain import announcements
from hub.http import live, web
from hub.perform import run, run_reading
from models import Device
from tests.browser import live_page
from tests.browser.browsing import PHONE

RAW_KEY = base64.urlsafe_b64encode(b"\1" * 32).decode().rstrip("=")
KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
NEWER = "0123456789ab"
ENDPOINT = "https://push.example/send/1"
SUBSCRIBE = """PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey: key }) => {
  if (!userVisibleOnly || key.length !== 65) throw new TypeError("no browser would take that");
  return { toJSON: () => (GIVEN) };
};""".replace("GIVEN", json.dumps({"endpoint": ENDPOINT, "keys": KEYS}))
"""The one call that asks a push service, which tests have none of."""
KEPT = """async () => {
  const paths = async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  return Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => [name, await paths(name)])));
}"""
NOTICES = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map((notification) => notification.body);
}"""


async def opened(page) -> Page:
    """A page whose worker has everything that it keeps."""
    tab = await live_page.connected(await page("/", viewport=PHONE, app=True))
    await tab.evaluate("navigator.serviceWorker.ready")
    return tab


async def test_it_opens_offline_with_what_it_knew_last_and_says_so(page, hub):
    page.forgive("ERR_INTERNET_DISCONNECTED")
    tab = await opened(page)
    run(announcements.say, "Lunch")
    await expect(live_page.said(tab)).to_have_text("Lunch")
    await tab.context.set_offline(True)

    await tab.goto("/")

    await expect(live_page.said(tab)).to_have_text("Lunch")
    await expect(tab.locator(".banner").filter(has_text="Offline since")).to_be_visible()


async def test_its_worker_keeps_the_page_and_its_files_and_nothing_else(page, hub, ada):
    tab = await live_page.sign_in(await opened(page), ada.actor.username)
    await live_page.ask(tab, "CORS!")
    await expect(live_page.statuses(tab)).to_have_text("Waiting, place 1")
    for path in ("/docs", "/console/sign-in", "/"):
        await tab.goto(path)

    kept = await tab.evaluate(KEPT)

    files = sorted(web.address(path) for path in web.files() if is_of_the_page(path))
    assert {name: sorted(paths) for name, paths in kept.items()} == {f"hub-live-{web.release()}": ["/", *files]}


def is_of_the_page(path: str) -> bool:
    return not path.startswith(("console/", "vendor/uPlot")) and path != "live/sw.js"


async def test_a_newer_release_takes_the_place_of_what_was_kept(page, hub, monkeypatch):
    tab = await opened(page)
    assert await tab.evaluate("caches.keys()") == [f"hub-live-{web.release()}"]

    monkeypatch.setattr(web, "release", lambda: NEWER)
    monkeypatch.setattr(live, "_worker", live._worker.__wrapped__)
    await tab.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")

    await expect(tab.locator(".banner")).to_contain_text("There is a newer version of this page.")
    await answers(tab, "caches.keys()", [f"hub-live-{NEWER}"])


async def test_without_a_key_it_says_why_nobody_can_be_notified(page, hub, ada):
    tab = await live_page.sign_in(await opened(page), ada.actor.username)

    await expect(tab.get_by_role("switch", name="Notify me")).to_be_disabled()
    await expect(tab.get_by_label("Notifications")).to_contain_text("The hub has no key for notifications.")


@pytest.mark.settings(vapid_private_key=RAW_KEY, vapid_subject="mailto:olga@example.org")
async def test_who_opts_in_is_pushed_to_and_shown_the_words(page, hub, ada):
    tab = await page(viewport=PHONE, app=True)
    await tab.context.grant_permissions(["notifications"])
    await tab.add_init_script(SUBSCRIBE)
    await tab.goto("/")
    await live_page.sign_in(await live_page.connected(tab), ada.actor.username)
    switch = tab.get_by_role("switch", name="Notify me")

    await switch.click()
    await expect(switch).to_be_checked()
    assert run_reading(lambda: [device.address for device in Device.select()]) == [ENDPOINT]

    await push(tab, {"message": "Ida wrote to you", "count": 1})
    await answers(tab, NOTICES, ["Ida wrote to you"])
    await push(tab, {"message": "", "count": 0})
    await answers(tab, NOTICES, [])


async def push(tab: Page, said: dict[str, object]) -> None:
    """As a push service hands it over: to the worker, whether or not the page is there."""
    session = await tab.context.new_cdp_session(tab)
    coming = asyncio.get_running_loop().create_future()
    session.once("ServiceWorker.workerRegistrationUpdated", lambda told: coming.set_result(told["registrations"][0]))
    await session.send("ServiceWorker.enable")
    registration = (await coming)["registrationId"]
    origin = await tab.evaluate("location.origin")
    message = {"origin": origin, "registrationId": registration, "data": json.dumps(said)}
    await session.send("ServiceWorker.deliverPushMessage", message)
    await session.detach()


async def answers(tab: Page, question: str, expected: list[str]) -> None:
    """Wait until it does; workers take their time, and tell nobody."""
    async with asyncio.timeout(5):
        while await tab.evaluate(question) != expected:
            await asyncio.sleep(0.02)
