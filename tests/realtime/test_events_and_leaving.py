"""What a client sent is carried out although it has left since, but not once its credential is dead."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub.domain import journal
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.realtime.drain import Pace
from tests.build import SECRET
from tests.realtime.notes import NAME, Notebook, hub_has_read, join, next_answer, notebook_in, write
from tests.realtime.raw import Raw, raw
from tests.realtime.serving import serving

WORDS = ["one", "two", "three"]


@pytest.fixture
def notebook(hub) -> Notebook:
    return notebook_in(hub)


async def send_slowly(client: Raw, notebook: Notebook, token: str) -> None:
    """Three events, of which the first is begun and the others wait."""
    notebook.shut()
    await join(client, token)
    for number, word in enumerate(WORDS):
        await client.say(write(word, ack=number))
    await hub_has_read(client)
    await notebook.until_begun(1)


async def test_the_lid_is_closed_right_after_the_send(hub, notebook, ada):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        client.cut()
        await nobody_is_left(hub, ada)

    notebook.open()

    assert await notebook.until_written(3) == WORDS


async def test_a_client_that_says_goodbye_is_carried_out_too(hub, notebook, ada):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        await client.say("1")
        assert await client.was_closed()

    notebook.open()

    assert await notebook.until_written(3) == WORDS


async def test_who_joins_again_on_the_same_transport_hears_no_answers_to_what_was_sent_before(hub, notebook, ada):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        await client.say(f"41{NAME},")
        await join(client, ada.token)

        notebook.open()
        await notebook.until_written(3)
        await client.say(write("four", ack=0))

        assert await next_answer(client) == (0, {"ok": True, "count": 4})
    assert notebook.written == [*WORDS, "four"]


async def what_grace_writes_comes_next(hub, notebook, grace) -> None:
    """By the time it is answered, whatever else could have been carried out has been."""
    async with raw(hub) as client:
        await join(client, grace.token)
        await client.say(write("grace", ack=1))
        await next_answer(client)


async def test_signing_out_drops_what_waits_and_lets_what_was_begun_end(hub, notebook, ada, grace):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        await hub.post("/vivere/user/logout", by=ada)
        assert await client.next() == f"41{NAME},"

        notebook.open()

        await what_grace_writes_comes_next(hub, notebook, grace)
        assert notebook.written == ["one", "grace"]
        assert await client.next(within=0.1) is None


async def test_signing_out_after_the_lid_was_closed_drops_what_waits(hub, notebook, ada, grace):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        await client.say(f"41{NAME},")
        await hub_has_read(client)
        await hub.post("/vivere/user/logout", by=ada)

    notebook.open()

    await what_grace_writes_comes_next(hub, notebook, grace)
    assert notebook.written == ["one", "grace"]


async def test_a_token_that_runs_out_drops_what_waits(hub, notebook, ada, grace, clock):
    """By the held clock it is let in with a second left; the second itself is a real one."""
    short = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=1))
    async with raw(hub) as client:
        await send_slowly(client, notebook, short)
        assert await client.next() == f"41{NAME},"

        notebook.open()

        await what_grace_writes_comes_next(hub, notebook, grace)
        assert notebook.written == ["one", "grace"]


async def test_when_revocations_may_have_been_missed_what_waits_is_dropped(hub, notebook, ada, grace):
    async with raw(hub) as client:
        await send_slowly(client, notebook, ada.token)
        run(journal.renew_epoch, "credentials", was=run_reading(journal.head, "credentials").epoch)
        await hub.node.server.streams.check()
        assert await client.was_closed()

    notebook.open()

    await what_grace_writes_comes_next(hub, notebook, grace)
    assert notebook.written == ["one", "grace"]


async def test_a_node_that_stops_carries_out_what_it_has_taken(hub, ada):
    notebook = Notebook()
    async with serving(notebook, pace=Pace(finish_seconds=0.05, last_seconds=5)) as node, raw(node) as client:
        await send_slowly(client, notebook, ada.token)
        stopping = asyncio.create_task(node.server.drain())
        assert await client.was_closed()

        notebook.open()

        await stopping
    assert notebook.written == WORDS


async def test_a_node_that_stops_does_not_wait_for_an_event_that_never_ends(hub, ada):
    notebook = Notebook()
    async with serving(notebook, pace=Pace(finish_seconds=0.05, last_seconds=0.05)) as node, raw(node) as client:
        await send_slowly(client, notebook, ada.token)

        async with asyncio.timeout(2):
            await node.server.drain()

    notebook.open()
    assert notebook.written == []


async def nobody_is_left(hub, person) -> None:
    async with asyncio.timeout(3):
        while hub.node.server.streams.members(f"user:{person.id}:notes"):
            await asyncio.sleep(0.01)
