"""Streams that nobody listens to any more are forgotten, and found again without a listener ever being lost."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hub.delivery import Emit
from hub.domain import journal
from hub.domain.journal import Entry, Head
from hub.perform import look_up, run, run_reading, threads
from hub.realtime.connection import Connection
from hub.realtime.session import Session
from tests.realtime.notes import NAME, Notebook, notebook_in
from tests.realtime.raw import cut_off

STREAM = "announcements"
"""Public, and the node itself does not listen to it."""


def tell(hub, *words: str, stream: str = STREAM) -> list[Entry]:
    entries = run(journal.append, [Emit(stream, "noted", {"word": word}) for word in words])
    for entry in entries:
        hub.node.server.streams.offer(entry)
    return entries


def words_of(listener) -> list[str]:
    return [payload["word"] for payload in listener.of("noted")]


def listens_to(hub, stream: str) -> Connection:
    """A connection of a client that polls, and so leaves lying what it is sent."""
    return Connection(Session(hub.node.server.engine, "session", "127.0.0.1", 20, 10), "sid", "/announcements", stream)


async def left(hub, listener, stream: str) -> None:
    await listener.leave()
    async with asyncio.timeout(3):
        while hub.node.server.streams.members(stream):
            await asyncio.sleep(0.01)


async def test_a_stream_is_forgotten_a_minute_after_its_last_listener_left(clock, hub, ada):
    streams, notebook = hub.node.server.streams, notebook_in(hub)
    stream = notebook.namespace.stream_of(ada.actor)
    phone, laptop = [await hub.listen(NAME, by=ada) for _ in range(2)]
    await phone.leave()
    clock.forward(seconds=120)
    streams.forget_unwanted()
    while_one_listens = streams.is_followed(stream)
    await left(hub, laptop, stream)

    clock.forward(seconds=59)
    streams.forget_unwanted()
    within_the_minute = streams.is_followed(stream)
    clock.forward(seconds=1)
    streams.forget_unwanted()

    assert (while_one_listens, within_the_minute, streams.is_followed(stream)) == (True, True, False)


async def test_who_comes_back_within_the_minute_is_kept(clock, hub):
    await left(hub, await hub.listen("/announcements"), STREAM)
    clock.forward(seconds=59)
    listener = await hub.listen("/announcements")
    clock.forward(seconds=59)

    hub.node.server.streams.forget_unwanted()
    tell(hub, "heard")

    await listener.until(1, "noted")
    assert words_of(listener) == ["heard"]


async def test_a_forgotten_stream_is_found_again_where_it_is_and_recovers(clock, hub):
    first = await hub.listen("/announcements", recover=True)
    tell(hub, "one")
    await first.until(1, "noted")
    await left(hub, first, STREAM)
    clock.forward(seconds=60)
    hub.node.server.streams.forget_unwanted()
    tell(hub, "two")

    second = await hub.listen("/announcements", recover=True, offset=first.offset)
    tell(hub, "three")

    await second.until(2, "noted")
    assert words_of(second) == ["two", "three"]


async def test_streams_that_the_node_itself_listens_to_are_never_forgotten(clock, hub):
    streams = hub.node.server.streams
    await left(hub, await hub.listen("/mentor"), "mentor")

    clock.forward(days=1)
    streams.forget_unwanted()

    assert [streams.is_followed(name) for name in ("mentor", "canary", "credentials")] == [True, True, True]


async def test_a_stream_that_was_only_looked_at_is_forgotten_too(clock, hub):
    streams = hub.node.server.streams
    await streams.follow("looked-at")
    clock.forward(seconds=60)

    streams.forget_unwanted()

    assert not streams.is_followed("looked-at")


async def test_a_stream_whose_client_left_before_it_was_opened_is_forgotten_too(clock, hub):
    streams = hub.node.server.streams
    connection = listens_to(hub, "never-joined")
    arriving = asyncio.create_task(streams.arrive(connection))
    await asyncio.sleep(0)
    streams.leave(connection)
    await arriving
    clock.forward(seconds=60)

    streams.forget_unwanted()

    assert not streams.is_followed("never-joined")


@asynccontextmanager
async def busy_database() -> AsyncIterator[None]:
    """Its one thread is at work for as long as the block lasts."""
    done = threading.Event()
    working = asyncio.create_task(look_up(done.wait))
    await asyncio.sleep(0)
    yield
    done.set()
    await working


async def test_a_client_that_is_gone_before_it_was_let_in_leaves_no_stream_behind(clock, hub):
    polling = "/socket.io/?EIO=4&transport=polling"
    async with hub.http.get(polling) as reply:
        sid = json.loads((await reply.text())[1:])["sid"]
    async with busy_database():
        joining = asyncio.create_task(hub.call("POST", f"{polling}&sid={sid}", data="40/announcements,"))
        async with asyncio.timeout(3):
            while threads.waiting < 2:
                await asyncio.sleep(0.01)
        cut_off(hub, sid)
    await joining
    clock.forward(seconds=60)

    hub.node.server.streams.forget_unwanted()

    assert not hub.node.server.streams.is_followed(STREAM)


@asynccontextmanager
async def forgetting_all_the_time(clock, hub) -> AsyncIterator[None]:
    """In every turn of the loop two minutes pass, and whatever may be forgotten is."""

    async def forget() -> None:
        while True:
            clock.forward(seconds=120)
            hub.node.server.streams.forget_unwanted()
            await asyncio.sleep(0)

    forgetting = asyncio.create_task(forget())
    yield
    forgetting.cancel()


@pytest.mark.parametrize("known", [True, False], ids=["known before", "never heard of"])
async def test_a_listener_that_comes_while_its_stream_is_about_to_be_forgotten_hears_everything(clock, hub, known):
    streams = hub.node.server.streams
    connection = listens_to(hub, "mine")
    if known:
        await streams.follow("mine")
    async with forgetting_all_the_time(clock, hub):
        await streams.arrive(connection)
        # Whatever a client that is let in is looked up meanwhile.
        await asyncio.sleep(0.05)
        streams.join(connection)
        await asyncio.sleep(0.05)

        tell(hub, "heard", stream="mine")
        await asyncio.sleep(0)

    assert connection.session.next_payload(10, 10_000) == [b'42/announcements,["noted",{"word":"heard"}]']


async def test_a_client_that_is_being_brought_up_to_date_hears_everything(clock, hub):
    first = await hub.listen("/announcements", recover=True)
    await first.until(1, "ready")
    await left(hub, first, STREAM)
    many = [str(number) for number in range(journal.PAGE + 30)]
    tell(hub, *many)

    async with forgetting_all_the_time(clock, hub):
        second = await hub.listen("/announcements", recover=True, offset=first.offset)
        await second.until(len(many), "noted")
        tell(hub, "live")
        await second.until(len(many) + 1, "noted")

    assert words_of(second) == [*many, "live"]


async def test_clients_that_come_and_go_leave_no_stream_behind(clock, hub, ada, grace, linus):
    notebook: Notebook = notebook_in(hub)
    people = [ada, grace, linus]
    for person in people:
        await left(hub, await hub.listen(NAME, by=person), notebook.namespace.stream_of(person.actor))
    clock.forward(seconds=60)

    hub.node.server.streams.forget_unwanted()

    names = [notebook.namespace.stream_of(person.actor) for person in people]
    assert [hub.node.server.streams.is_followed(name) for name in names] == [False, False, False]


async def test_the_heads_that_moved_are_read_with_or_without_those_of_single_people(clock, hub):
    tell(hub, "long ago", stream="old")
    clock.forward(seconds=1)
    since = clock.moment
    entries = [tell(hub, "one", "two", stream=name)[-1] for name in ("user:1:notes", "users", "mine")]

    everything = run_reading(journal.heads_moved_since, since)
    without = run_reading(journal.heads_moved_since, since, except_beginning="user:")

    heads = {entry.stream: Head(entry.epoch, 2) for entry in entries}
    assert everything == heads
    assert without == {name: heads[name] for name in ("users", "mine")}


async def test_the_figures_have_no_line_for_the_streams_of_single_people(hub):
    tell(hub, "one", stream="user:12345:notes")
    tell(hub, "one", "two", stream=STREAM)

    _, text = await hub.get("/metrics")

    assert 'hub_stream_head{stream="announcements"} 2.0' in text.splitlines()
    assert "user:" not in text
