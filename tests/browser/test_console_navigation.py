"""The console's frame: who is offered what, and what is not said to those who may not read it."""

from __future__ import annotations

from playwright.async_api import expect

from hub.domain import privileges
from hub.domain.actors import OPERATOR
from hub.perform import run
from tests import people


def staff_who_may_only_announce() -> str:
    username = people.make("Sam", staff=True).username
    run(privileges.change, username, state=None, privileges={"announcement": ["read", "create"]}, by=OPERATOR)
    return username


async def test_deliveries_are_offered_to_those_who_may_read_users(console_page):
    tab = await console_page("/console/health", username=staff_who_may_only_announce())

    figures = tab.get_by_role("region", name="Jobs for the workers")
    await expect(figures).to_contain_text("Waiting")
    await expect(figures.get_by_role("link")).to_have_count(0)
    await expect(tab.get_by_role("navigation", name="Sections").get_by_role("link", name="Deliveries")).to_have_count(0)


async def test_today_leads_to_where_the_first_announcement_is_written(console_page):
    tab = await console_page()

    await expect(tab.get_by_text("Nobody waits.", exact=True)).to_be_visible()
    await tab.get_by_role("link", name="Write the first one").click()

    await expect(tab.get_by_role("heading", name="Write one")).to_be_visible()


async def test_who_may_not_disable_somebody_is_told_who_may(console_page):
    sam, lee = (people.make(name, staff=True).username for name in ("Sam", "Lee"))

    tab = await console_page(f"/console/people/{lee}", username=sam)

    await expect(tab.get_by_role("region", name="Their account")).to_contain_text("Only superusers may do this")
