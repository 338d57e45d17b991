"""The pages about the machine: a dead job retried, lines drawn, a story read, a caught mail that runs nothing."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page, expect

from hub import outbox
from hub.delivery import Job
from hub.domain import hops, jobs
from hub.perform import run
from tests.browser import looking
from tests.running import RunningHub

HTML = "<h1>Hello Ada</h1><script>document.body.textContent = 'It ran'; top.__ran = 1</script>"
UNIT = "0123456789abcdef"
REFUSED = "the mail server said 451 <img src=x onerror=alert(1)>"
IS_DRAWN = """(canvas) => {
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue("--plot-line-0").trim().match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) if (line.every((part, i) => part === data[at + i])) return true;
  return false;
}"""
"""Whether a line is there, in the colour of the first; its frame has other ones."""


def dead_job(name: str = "sms.send_code", **arguments: int) -> int:
    job_id = waiting_job(name, **arguments)
    held = run(jobs.lease, job_id, holder="worker-1", seconds=60)
    assert held is not None
    run(jobs.bury, held, REFUSED)
    return job_id


def waiting_job(name: str, **arguments: int) -> int:
    job_id = run(jobs.add, Job(name, arguments), UNIT)
    assert job_id is not None
    return job_id


def row_of(tab: Page, job_id: int) -> Locator:
    return tab.get_by_label("Jobs, newest first").get_by_role("listitem").filter(has_text=f"#{job_id}")


def said(tab: Page, words: str) -> Locator:
    return tab.get_by_role("status").filter(has_text=words)


async def test_a_dead_job_says_why_and_is_retried_from_its_row(console_page, hub):
    job_id = dead_job()
    tab = await console_page("/console/deliveries?state=dead")
    await expect(row_of(tab, job_id)).to_contain_text(REFUSED)

    await tab.get_by_role("button", name=f"Retry sms.send_code #{job_id}").click()

    await expect(said(tab, f"sms.send_code #{job_id} waits for a worker again.")).to_be_visible()
    await expect(tab.get_by_text("1 job is dead")).to_have_count(0)
    await expect(row_of(tab, job_id).get_by_role("button")).to_be_focused()
    assert run(jobs.counts) == {"waiting": 1}


async def test_all_dead_jobs_are_retried_after_a_yes_that_has_their_number(console_page, hub):
    for _ in range(3):
        dead_job()
    tab = await console_page("/console/deliveries")

    await tab.get_by_role("button", name="Retry all 3").click()
    await tab.get_by_role("dialog", name="Retry 3 jobs?").get_by_role("button", name="Cancel").click()
    assert run(jobs.counts) == {"dead": 3}

    await tab.get_by_role("button", name="Retry all 3").click()
    await tab.get_by_role("dialog").get_by_role("button", name="Retry all 3").click()

    await expect(said(tab, "3 jobs are tried again.")).to_be_visible()
    assert run(jobs.counts) == {"waiting": 3}


async def test_what_somebody_looks_at_stays_where_it_is_while_jobs_come(console_page, hub):
    job_id = dead_job()
    tab = await console_page("/console/deliveries")
    details = row_of(tab, job_id).get_by_role("button", name=f"sms.send_code #{job_id}", exact=True)
    await details.click()

    newer = waiting_job("push.sync_devices")
    await tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    await tab.get_by_role("button", name="Show what is new (1)").click()
    await expect(row_of(tab, newer)).to_be_visible()
    await expect(details).to_have_attribute("aria-expanded", "true")


async def test_plots_are_drawn_and_say_the_same_as_a_table(clock, console_page, hub):
    for _ in range(3):
        clock.forward(seconds=5)
        await hub.node.pulse.beat()

    tab = await console_page("/console/health", now=clock())

    await expect(tab.locator(".plot canvas")).to_have_count(4)
    assert [await canvas.evaluate(IS_DRAWN) for canvas in await tab.locator(".plot canvas").all()] == [True] * 4
    numbers = tab.get_by_role("table", name="Sockets")
    await expect(numbers.get_by_role("row", name=hub.node.pulse.name)).to_contain_text("0")


async def test_a_story_says_what_became_of_each_message_in_words(console_page, hub, ada):
    job_id = dead_job("mail.send_invitation", account_id=ada.id)
    run(hops.note, ada.id, hops.EMAIL, hops.FAILED, via="smtp", detail=REFUSED, job_id=job_id)

    tab = await console_page(f"/console/people/{ada.actor.username}/story")

    way = tab.get_by_label("Hops, in order of time").get_by_role("listitem")
    mail, job = way.filter(has_text="smtp"), way.filter(has_text="mail.send_invitation")
    await expect(mail).to_contain_text("Mail Failed")
    await expect(mail).to_contain_text(REFUSED)
    await expect(job).to_contain_text("Given up")


async def test_a_caught_mail_is_shown_and_runs_nothing(console_page, page, hub):
    page.forgive("Blocked script execution")
    page_text = "Follow https://hub.example/s?t=abc."
    catch(hub, channel="email", to="ada@example.org", subject="Your link", text=page_text, payload={"html": HTML})
    tab = await console_page("/console/outbox")
    await looking.settled(tab)

    letter = tab.frame_locator("iframe[title='Mail: Your link'][sandbox='']")

    await expect(letter.get_by_role("heading")).to_have_text("Hello Ada")
    assert await tab.evaluate("window.__ran") is None
    links = tab.get_by_label("Links in it")
    await expect(links.get_by_role("listitem")).to_contain_text(["https://hub.example/s?t=abc"])
    await expect(links.get_by_role("link")).to_have_count(0)


async def test_what_is_caught_while_the_outbox_is_open_appears_by_itself(console_page, hub):
    tab = await console_page()
    await tab.clock.install()
    await tab.goto("/console/outbox")
    await expect(tab.get_by_text("Nothing yet.")).to_be_visible()

    catch(hub, channel="sms", to="+16505550100", subject=None, text="Your code is 123456", payload=None)
    await tab.clock.fast_forward(3000)

    await expect(tab.get_by_text("Your code is 123456")).to_be_visible()


def catch(hub: RunningHub, **letter: Any) -> None:
    outbox.put(hub.settings.data_dir, **letter)
