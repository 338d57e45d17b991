"""Told when nobody looks, and told once: whoever closed the app, walked away from the desk or closed the lid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from hub.presence import Presence
from tests.build import Sqlite, Valkey
from tests.people import Member
from tests.processes import Nursery, Part, Server, Site
from tests.pushing import (
    QUICK,
    in_outbox,
    join,
    read,
    sign_in,
    stopped,
    unread,
    until_put_off,
    until_seen,
    until_settled,
    write,
)
from tests.realtime.raw import ENDPOINT, Raw


class Running:
    """One hub for all tests of this file: a server, and two workers at once whose pushes go to the outbox."""

    def __init__(self, site: Site, server: Server, worker: Part) -> None:
        self.site = site
        self.server = server
        self.worker = worker
        self._joined = 0

    def pair(self) -> tuple[Member, Member, str]:
        """Somebody who learns, somebody who teaches, and the latter's phone."""
        self._joined += 1
        phone = f"{self._joined:04}"
        ann = join(self.site, f"Ann{phone}", phone=f"a{phone}")
        return ann, join(self.site, f"Tom{phone}", teaches=True, phone=phone), phone


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite: Sqlite) -> Iterator[Running]:
    nursery, broker = Nursery(), Valkey()
    folder: Path = tmp_path_factory.mktemp("site")
    site = Site(nursery, folder, sqlite.new_database(), broker.address)
    site.environment |= {**QUICK, "HUB_WORKERS": "2"}
    yield Running(site, asyncio.run(site.serve()), site.work())
    site.close()
    broker.stop()
    nursery.close()


@asynccontextmanager
async def looking(hub: Running, person: Member) -> AsyncIterator[Raw]:
    """A socket of somebody who has just said that they are there, and that from now on answers nothing."""
    async with aiohttp.ClientSession(hub.server.address) as http, http.ws_connect(ENDPOINT) as socket:
        await socket.receive()
        desk = Raw(socket)
        await desk.connect("/messages", {"token": person.token})
        await desk.say('42/messages,["activity",{"active":true}]')
        await until_seen(hub.site, person, Presence.ACTIVE)
        yield desk


async def test_who_is_offline_is_told_once_of_ten_messages(running):
    ann, tom, phone = running.pair()

    with stopped(running.worker):
        await write(running.server, tom, by=ann, count=10)
    await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == [unread(10)]


async def test_who_reads_on_another_device_within_the_grace_is_not_told(running):
    ann, tom, phone = running.pair()
    laptop = await sign_in(running.server, f"Tom{phone}")

    with stopped(running.worker):
        await write(running.server, tom, by=ann)
        await read(running.server, ann, by=laptop)
    await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == []


@pytest.mark.parametrize("says", [None, {"active": False}], ids=["says nothing", "says that nobody is there"])
async def test_a_desktop_that_nobody_sits_at_does_not_keep_the_phone_silent(running, says):
    ann, tom, phone = running.pair()
    desktop = await running.server.listen("/messages", by=tom)
    if says is not None:
        await desktop.client.call("activity", says, namespace="/messages")
    await until_seen(running.site, tom, Presence.IDLE)

    await write(running.server, tom, by=ann)
    await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == [unread(1)]
    assert (len(await desktop.until(1, "message")), desktop.ended) == (1, [])
    await desktop.leave()


async def test_who_looks_is_told_only_after_they_turned_away(running):
    ann, tom, phone = running.pair()
    desktop = await running.server.listen("/messages", by=tom)
    await desktop.client.call("activity", {"active": True}, namespace="/messages")
    await until_seen(running.site, tom, Presence.ACTIVE)
    await write(running.server, tom, by=ann)
    await until_put_off(running.site, tom)
    while_looking = in_outbox(running.site, phone)

    await desktop.client.call("activity", {"active": False}, namespace="/messages")
    await until_settled(running.site, tom)

    assert while_looking == []
    assert in_outbox(running.site, phone) == [unread(1)]
    await desktop.leave()


async def test_a_connection_cut_right_after_the_message_ends_in_a_push(running):
    ann, tom, phone = running.pair()
    async with looking(running, tom) as desk:
        await write(running.server, tom, by=ann)
        desk.cut()

        await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == [unread(1)]


async def test_a_lid_closed_right_after_the_message_ends_in_a_push_though_the_connection_looks_open(running):
    """Nothing answers any more, and nobody says so: only the pings show it."""
    ann, tom, phone = running.pair()
    async with looking(running, tom):
        await write(running.server, tom, by=ann)

        await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == [unread(1)]


async def test_who_reads_elsewhere_what_the_phone_was_told_of_has_the_phone_told_that_there_is_nothing_more(running):
    ann, tom, phone = running.pair()
    laptop = await sign_in(running.server, f"Tom{phone}")
    await write(running.server, tom, by=ann)
    await until_settled(running.site, tom)

    await read(running.server, ann, by=laptop)
    await until_settled(running.site, tom)

    assert in_outbox(running.site, phone) == [unread(1), unread(0)]


async def press(server: Server, other: Member, *, by: Member, mode: str) -> None:
    _, reply = await server.post("/halp/session/start", {"mode": mode, "otherUserId": other.id}, by=by)
    assert reply["code"] == "success", reply


async def test_the_end_of_a_session_is_told_once_to_both_also_to_who_looks(running):
    ann, tom, phone = running.pair()
    async with looking(running, tom):
        with stopped(running.worker):
            await press(running.server, tom, by=ann, mode="student")
            await press(running.server, ann, by=tom, mode="tutor")
            await running.server.post("/halp/session/end", {"duration": 0}, by=ann)
        await until_settled(running.site, tom, ann)

    ended = {**unread(0), "message": "Your session has ended."}
    assert [in_outbox(running.site, one) for one in (phone, f"a{phone}")] == [[ended], [ended]]
