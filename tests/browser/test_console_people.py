"""People as staff find them: searched for while one types, and let in no more."""

from __future__ import annotations

import re

from playwright.async_api import expect

from hub.domain import people as found_people
from hub.domain.actors import OPERATOR
from hub.domain.privileges import state_of
from hub.perform import run_reading
from tests import people


async def test_somebody_is_found_by_a_part_of_their_name_and_disabled_once_that_is_confirmed(console_page):
    ada, _ = people.make("Ada"), people.make("Grace")
    tab = await console_page("/console/people")

    await tab.get_by_label("Search people").press_sequentially("ada")
    await expect(tab.get_by_role("row")).to_have_count(2)
    await tab.get_by_role("link", name="Ada").click()
    disable = tab.get_by_role("button", name="Disable")
    await disable.click()
    await tab.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(disable).to_be_focused()
    assert state(ada) == "normal"
    await disable.click()
    await tab.get_by_role("dialog").get_by_role("button", name="Disable").click()

    await expect(tab.get_by_role("button", name="Enable")).to_be_visible()
    await expect(tab.get_by_role("status").filter(has_text="Ada is disabled.")).to_be_visible()
    assert state(ada) == "disabled"

    await tab.go_back()
    await expect(tab).to_have_url(re.compile(r"/console/people\?q=ada$"))
    await expect(tab.get_by_label("Search people")).to_have_value("ada")
    await expect(tab.get_by_role("row").last).to_contain_text("disabled")


def state(who) -> str:
    return state_of(run_reading(found_people.get, who.username, by=OPERATOR).account)
