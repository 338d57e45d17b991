"""`/`: the live page as the hub writes it, for who has no JavaScript; its service worker and its manifest."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from hub import clock, perform
from hub.http import web
from hub.perform import run
from models import Announcement, Times
from tests.http.vivere import acting

VOID = {"meta", "link", "input", "br", "img"}


class Texts(HTMLParser):
    """What a page says, by the id or the class of the element around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside: list[set[str]] = []
        self.said: list[tuple[set[str], str]] = []
        self.moments: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.moments += [given["datetime"]] if tag == "time" else []
        if tag not in VOID:
            self.inside.append({given.get("id") or "", *(given.get("class") or "").split()})

    def handle_endtag(self, tag):
        self.inside.pop()

    def handle_data(self, data):
        if data.strip():
            self.said.append((set().union(*self.inside), " ".join(data.split())))

    def of(self, name: str) -> list[str]:
        return [text for names, text in self.said if name in names]


async def read(hub) -> Texts:
    status, page = await hub.get("/")
    assert status == 200
    return Texts(page)


async def test_an_empty_hub_says_so(hub):
    page = await read(hub)

    assert page.of("hero") == ["The times are not set yet"]
    assert page.of("announcements") == ["Announcements", "Nothing has been announced yet."]
    assert page.of("help") == ["Mentor help", "Nobody waits."]
    assert page.of("schedule") == ["Schedule", "The schedule is still empty."]


async def test_announcements_are_there_newest_first_and_those_to_come_are_not(hub, olga):
    await acting.announce(hub, message="Breakfast", time="2026-11-21T08:00:00", by=olga)
    await acting.announce(hub, message="Lunch", by=olga)
    await acting.announce(hub, message="Dinner", time="2026-11-21T18:00:00", by=olga)

    page = await read(hub)

    lunch, breakfast = ["Lunch", "Saturday 21 November, 12:00"], ["Breakfast", "Saturday 21 November, 08:00"]
    assert page.of("announcement") == lunch + breakfast
    assert page.moments == ["2026-11-21T12:00:00Z", "2026-11-21T08:00:00Z"]


@pytest.mark.settings(timezone="Asia/Tokyo")
async def test_the_schedule_is_there_by_the_day_on_the_spot_with_places_and_the_zone_is_named(hub, olga):
    gym = await acting.add_location(hub, name="Gym", by=olga)
    ends = {"start_time": "2026-11-21T14:30:00", "end_time": "2026-11-21T16:00:00"}
    await acting.add_event(hub, location=gym, by=olga, short_description="Run", long_description="Slowly", **ends)
    moment = {"start_time": "2026-11-21T15:00:00", "end_time": "2026-11-21T15:00:00"}
    await acting.add_event(hub, location=gym, by=olga, short_description="Stop", **moment)

    page = await read(hub)

    late = ["23:30", "\N{EN DASH}", "Sunday 22 November, 01:00", "Run", "Gym", "Slowly"]
    assert page.of("schedule")[1:] == ["Saturday 21 November", *late, "Sunday 22 November", "00:00", "Stop", "Gym"]
    assert page.of("bottom")[0] == "Times on this page are those of Asia/Tokyo."


async def test_the_times_that_are_set_are_there(hub, olga):
    await hub.call("PUT", "/vivere/organiser/times", json={"hacking_end_time": "2026-11-22T09:00:00"}, by=olga)

    assert (await read(hub)).of("hero") == ["Hacking ends", "Sunday 22 November, 09:00"]


async def test_who_waits_is_counted_until_their_time_runs_out(hub, ada, clock):
    await acting.open_ticket(hub, by=ada)
    await acting.open_ticket(hub, by=ada)
    before = (await read(hub)).of("help")

    clock.forward(seconds=hub.settings.mentor_ticket_seconds + 1)

    assert (before[1], (await read(hub)).of("help")[1]) == ("2 people wait.", "Nobody waits.")


async def test_what_is_scheduled_appears_at_its_time(hub, clock):
    run(Announcement.create, message="Dinner", time=clock.forward(hours=6))
    clock.forward(seconds=-1)
    before = (await read(hub)).of("announcement")

    clock.forward(seconds=1)

    assert (before, (await read(hub)).of("announcement")[0]) == ([], "Dinner")


async def test_the_last_moments_of_the_calendar_can_be_told(hub):
    far = dict.fromkeys(("event_start_time", "event_end_time", "hacking_start_time"), clock.now().max)
    run(Times.create, id=1, hacking_end_time=clock.now().min, **far)

    assert len((await read(hub)).of("hero")) == 8


async def test_what_people_typed_is_text(hub, olga):
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    await acting.announce(hub, message=words, by=olga)

    _, page = await hub.get("/")

    assert Texts(page).of("announcement")[0] == words
    assert (page.count("<script"), page.count("<img")) == (1, 0)


# -- how it is sent ---------------------------------------------------------------------------------------------------


async def test_a_page_that_has_not_changed_is_not_sent_again(hub, olga):
    async with hub.http.get("/") as first:
        tag, policy = first.headers["ETag"], first.headers["Content-Security-Policy"]

    async with hub.http.get("/", headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read(), again.headers["Content-Security-Policy"]) == (304, b"", policy)
    await acting.announce(hub, by=olga)
    async with hub.http.get("/", headers={"If-None-Match": tag}) as other:
        assert (other.status, other.headers["Cache-Control"]) == (200, "no-cache")


async def test_who_takes_no_packed_page_gets_it_plain(hub):
    async with hub.http.get("/", headers={"Accept-Encoding": "gzip"}) as packed:
        page = await packed.text()
        assert packed.headers["Content-Encoding"] == "gzip"

    async with hub.http.get("/", headers={"Accept-Encoding": "identity"}) as plain:
        assert (await plain.text(), "Content-Encoding" in plain.headers) == (page, False)


async def test_while_the_database_does_not_answer_its_scripts_come_all_the_same(hub, monkeypatch):
    monkeypatch.setattr(perform.threads, "_most_waiting", 0)

    async with hub.http.get("/") as reply:
        page = await reply.text()

    assert (reply.status, reply.headers["Retry-After"]) == (503, "2")
    assert web.address("live/main.js") in page
    assert "cannot read its database just now" in page


async def test_it_holds_nothing_inline_and_lets_one_policy_make_addresses_of_scripts(hub):
    async with hub.http.get("/") as reply:
        page, policy = await reply.text(), reply.headers["Content-Security-Policy"]

    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! type=\"module\" src=)", page) == []
    assert "script-src 'self';" in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types hub-live")


@pytest.mark.settings(hosts={"api.menlohacks.com": "vivere"})
async def test_at_a_host_of_a_dialect_the_root_is_the_dialects_own(hub):
    there = {"headers": {"Host": "api.menlohacks.com"}}
    texts = [(await hub.get(path, **there))[1][:20] for path in ("/", "/sw.js")]

    assert texts == ["This is the hackatho", 'const RELEASE = "' + web.release()[:3]]


# -- as an app --------------------------------------------------------------------------------------------------------


async def test_the_service_worker_knows_every_file_of_this_release_but_itself_and_the_consoles(hub):
    async with hub.http.get("/sw.js") as reply:
        worker = await reply.text()
    shell = json.loads(re.search(r"^const SHELL = (.*);$", worker, re.MULTILINE)[1])

    assert (reply.content_type, reply.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert {web.address(f"live/{name}") for name in ("main.js", "live.css", "icon.svg", "views/page.js")} <= set(shell)
    assert [address for address in shell if "/console/" in address or address.endswith("/sw.js")] == []
    assert {(await hub.get(address))[0] for address in shell if address.endswith(("js", "css"))} == {200}


async def test_the_manifest_names_pictures_that_are_there(hub):
    async with hub.http.get("/manifest.webmanifest") as reply:
        manifest = json.loads(await reply.text())

    assert reply.content_type == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    pictures = [await acting.fetched(hub, icon["src"]) for icon in manifest["icons"]]
    assert [(status, kind) for status, kind, _ in pictures] == [(200, icon["type"]) for icon in manifest["icons"]]


async def test_pages_that_name_no_icon_have_one(hub):
    assert await acting.fetched(hub, "/favicon.ico") == await acting.fetched(hub, web.address("live/icon-192.png"))
