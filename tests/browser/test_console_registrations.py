"""Registrations as organisers take them along: the list of an event as a file, and a seat that becomes free."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.async_api import expect

from hub.domain import events, festival_events, locations, registrations
from hub.domain.actors import OPERATOR
from hub.perform import run
from tests import people


async def test_the_list_is_downloaded_and_whoever_waits_gets_the_seat_of_who_is_withdrawn(console_page, clock):
    one_seat_wanted_by("Ada", "Grace", at=clock.forward(days=1))
    tab = await console_page("/console/registrations", now=clock())

    await tab.get_by_role("link", name="Soldering").click()
    async with tab.expect_download() as coming:
        await tab.get_by_role("link", name="Download as CSV").click()

    assert in_file(await (await coming.value).path()) == [("Ada", "confirmed"), ("Grace", "waiting")]

    await tab.get_by_role("button", name="Withdraw Ada").click()
    await tab.get_by_role("dialog").get_by_role("button", name="Withdraw").click()

    rows = tab.get_by_role("row").filter(has=tab.get_by_role("cell"))
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(["confirmed"])
    await expect(rows.get_by_role("link", name="Grace")).to_have_count(1)


def one_seat_wanted_by(*names: str, at) -> None:
    def plan() -> str:
        place = locations.add(name="Workshop room", rank=0, by=OPERATOR)
        when = {"start_time": at, "end_time": at}
        planned = events.add(
            location=place.public_id, short_description="Soldering", long_description="", **when, by=OPERATOR
        )
        festival_events.change(planned.public_id, {"seats": 1}, by=OPERATOR)
        return planned.public_id

    planned = run(plan)
    for name in names:
        run(registrations.register, planned, by=people.make(name))


def in_file(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["name"], row["status"]) for row in csv.DictReader(file)]
