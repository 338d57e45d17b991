"""The schedule as an organiser makes it: a place with its map, and what happens there."""

from __future__ import annotations

from datetime import datetime

from playwright.async_api import expect

from hub.domain import events
from hub.perform import run_reading
from tests.http.vivere.acting import picture


async def test_a_place_is_shown_with_its_map_and_what_happens_there_on_the_schedule(console_page, clock):
    tab = await console_page("/console/places", now=clock(), zone="Asia/Tokyo")

    await tab.get_by_role("button", name="Add a place").click()
    await tab.get_by_role("dialog").get_by_label("Name").fill("Main hall")
    await tab.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    await tab.get_by_role("button", name="Add a map of Main hall").click()
    file = tab.get_by_label("A PNG or JPEG")
    await file.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"left, then right"})
    await expect(tab.get_by_role("alert")).to_have_text("notes.txt is neither a PNG nor a JPEG.")
    await file.set_input_files({"name": "hall.png", "mimeType": "image/png", "buffer": picture(size=(60, 40))})
    await expect(tab.get_by_alt_text("The picture you chose for Main hall")).to_be_visible()
    await tab.get_by_role("button", name="Upload").click()

    await expect(tab.get_by_role("dialog")).to_have_count(0)
    await expect(tab.get_by_role("button", name="New map of Main hall")).to_be_focused()
    await expect(tab.get_by_alt_text("Map of Main hall")).to_have_js_property("naturalWidth", 60)

    await tab.get_by_role("link", name="Schedule").click()
    await tab.get_by_role("button", name="Add to the schedule").click()
    await tab.get_by_label("What").fill("Opening")
    await tab.get_by_label("Begins").fill("2026-11-22T18:00")
    await tab.get_by_label("Ends").fill("2026-11-22T17:00")
    await tab.get_by_role("button", name="Add", exact=True).click()
    await expect(tab.get_by_label("Ends")).to_be_focused()
    await expect(tab.get_by_role("alert")).to_have_text("The end lies before the beginning.")
    await tab.get_by_label("Ends").fill("2026-11-22T19:00")
    await tab.get_by_role("button", name="Add", exact=True).click()

    day = tab.get_by_role("region", name="Sun 22 Nov")
    await expect(day.get_by_role("listitem")).to_contain_text(["18:00 \N{EN DASH} 19:00"])
    [opening] = run_reading(events.schedule)
    assert (opening.location.name, opening.start_time) == ("Main hall", datetime(2026, 11, 22, 9))
