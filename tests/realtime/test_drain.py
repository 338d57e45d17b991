"""A node that stops: clients are told, get a ticket that spares the database, and are let go at a pace."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import socketio
from prometheus_client import REGISTRY

from hub.domain.credentials import Keys
from hub.perform import run
from hub.realtime.drain import Pace
from models import db
from tests.build import SECRET
from tests.listening import Listener
from tests.realtime.notes import Notebook, join, next_answer, write
from tests.realtime.raw import ENDPOINT, raw
from tests.realtime.serving import second_node, serving

QUICK = Pace(beat_seconds=0.01, finish_seconds=0.05, last_seconds=0.05)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, {0: 1}),
        (20, {20: 1}),
        (25, {5: 5}),
        (100, {5: 20}),
        (2000, {40: 50}),
        (100_000, {2000: 50}),
    ],
)
def test_a_handful_goes_at_once_and_more_in_even_batches_over_up_to_five_seconds(count, sizes):
    batches = list(Pace().batches(range(count)))

    assert [number for batch in batches for number in batch] == list(range(count))
    assert {len(batch): len(batches) for batch in batches} == sizes


async def test_who_recovers_hears_when_to_come_back_and_then_the_transport_closes(hub, ada):
    listener = await hub.listen("/mentor", by=ada, recover=True)
    await listener.until(1, "ready")

    await hub.node.drain()

    assert await listener.until_ended()
    (notice,) = listener.of("drain")
    assert notice == {"ticket": notice["ticket"], "after_ms": notice["after_ms"], "seconds": 60}
    assert 0 <= notice["after_ms"] < 100
    assert [event for event, _ in listener.heard] == ["ready", "drain"]


async def test_a_stranger_needs_no_ticket(hub):
    listener = await hub.listen("/mentor", recover=True)
    await listener.until(1, "ready")

    await hub.node.drain()

    assert [notice["ticket"] for notice in await listener.until(1, "drain")] == [None]


async def test_who_does_not_recover_hears_nothing_they_do_not_know(hub, ada):
    listener = await hub.listen("/mentor", by=ada)

    await hub.node.drain()

    assert await listener.until_ended()
    assert listener.heard == []


async def test_nobody_new_is_let_in_and_everybody_is_told_so(hub):
    await hub.node.drain()

    async with hub.http.get(ENDPOINT.replace("websocket", "polling")) as reply:
        assert reply.status == 503
        assert 1 <= int(reply.headers["Retry-After"]) <= 3
    status, ready = await hub.get("/readyz")
    assert (status, ready["ready"], ready["reason"]) == (503, False, "draining")
    assert (await hub.get("/vivere/mentorship/queue"))[0] == 200


async def test_a_ticket_lets_somebody_in_on_another_node_without_asking_who_they_are(hub, ada):
    async with second_node(hub) as (node, served):
        ticket, offset = await sent_away(hub, ada)
        run(lambda: db.execute_sql("ALTER TABLE account RENAME TO put_away"))

        back = await Listener.at(served.address, "/mentor", ada, recover=True, offset=offset, ticket=ticket)

        run(lambda: db.execute_sql("ALTER TABLE put_away RENAME TO account"))
        assert [ready["recovered"] for ready in await back.until(1, "ready")] == [True]
        assert [member.person for member in node.server.streams.members("mentor")] == [ada.actor]
        await back.leave()


@pytest.mark.parametrize("who", ["ann", "tom"])
async def test_it_is_as_good_for_those_who_came_with_a_login_session(hub, request, who):
    member = request.getfixturevalue(who)
    async with second_node(hub) as (_, served):
        ticket, offset = await sent_away(hub, member, "/messages")
        used = outcomes("used")

        back = await Listener.at(served.address, "/messages", member, recover=True, offset=offset, ticket=ticket)

        assert [ready["recovered"] for ready in await back.until(1, "ready")] == [True]
        assert outcomes("used") == used + 1
        await back.leave()


async def test_who_signed_out_meanwhile_does_not_come_in_by_a_ticket(hub, tom):
    async with second_node(hub) as (_, served):
        ticket, _ = await sent_away(hub, tom, "/messages")
        waiting = await Listener.at(served.address, "/messages", tom)
        await hub.post("/halp/logout", by=tom)
        assert await waiting.until_ended()
        refused = outcomes("taken_back")

        with pytest.raises(socketio.exceptions.ConnectionError):
            await Listener.at(served.address, "/messages", tom, ticket=ticket)

        assert outcomes("taken_back") == refused + 1


async def test_a_node_that_started_after_somebody_signed_out_knows_of_it(hub, tom):
    ticket, _ = await sent_away(hub, tom, "/messages")
    await hub.post("/halp/logout", by=tom)
    refused = outcomes("taken_back")

    async with second_node(hub) as (node, served):
        await until_connected(node)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Listener.at(served.address, "/messages", tom, ticket=ticket)

    assert outcomes("taken_back") == refused + 1


async def test_where_a_node_may_have_missed_revocations_the_database_is_asked(hub, ada):
    async with second_node(hub) as (node, served):
        ticket, _ = await sent_away(hub, ada)
        node.server.streams.is_behind = True
        unsure = outcomes("unsure")

        back = await Listener.at(served.address, "/mentor", ada, ticket=ticket)

        assert outcomes("unsure") == unsure + 1
        assert [member.person for member in node.server.streams.members("mentor")] == [ada.actor]
        await back.leave()


@pytest.mark.parametrize("ticket", [7, None, {}, "", "made up", "x" * 10_000])
async def test_a_made_up_ticket_changes_nothing(hub, ada, ticket):
    listener = await hub.listen("/mentor", by=ada, ticket=ticket)

    assert [member.person for member in hub.node.server.streams.members("mentor")] == [ada.actor]
    assert listener.ended == []


async def test_a_token_that_is_dead_by_now_is_dead_beside_a_ticket_too(hub, ada, clock):
    short = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=30))
    async with second_node(hub) as (node, served):
        ticket, _ = await sent_away(hub, ada, token=short)
        clock.forward(seconds=31)

        back = await Listener.at(served.address, "/mentor", token=short, ticket=ticket)

        assert [member.viewer for member in node.server.streams.members("mentor")] == [None]
        await back.leave()


async def test_what_was_sent_before_is_carried_out_and_acknowledged_before_the_transport_closes(hub, ada):
    notebook = Notebook()
    async with serving(notebook) as node, raw(node) as client:
        notebook.shut()
        await join(client, ada.token)
        await client.say(write("one", ack=1))
        await client.say(write("two", ack=2))
        await notebook.until_begun(1)
        draining = asyncio.create_task(node.server.drain())
        await asyncio.sleep(0)

        notebook.open()

        assert [await next_answer(client), await next_answer(client)] == [
            (1, {"ok": True, "count": 1}),
            (2, {"ok": True, "count": 2}),
        ]
        assert await client.was_closed()
        await draining


async def test_a_client_that_reads_nothing_holds_nobody_up(hub, ada):
    notebook = Notebook()
    async with serving(notebook, pace=QUICK) as node, raw(node) as client:
        await join(client, ada.token)
        (member,) = node.server.streams.members(f"user:{ada.id}:notes")
        client.socket._response.connection.transport.pause_reading()
        while not member.session.waiting_bytes:
            member.send(b"4" + b"x" * 100_000)

        async with asyncio.timeout(2):
            await node.server.drain()

        assert len(node.server.engine) == 0
        client.cut()


async def sent_away(hub, person, namespace: str = "/mentor", **auth) -> tuple[str, str]:
    """The ticket and the offset of somebody whose node lets them go; it takes nobody else from then on."""
    listener = await hub.listen(namespace, by=person, recover=True, **auth)
    await listener.until(1, "ready")
    await hub.node.drain()
    (notice,) = await listener.until(1, "drain")
    assert await listener.until_ended()
    return notice["ticket"], listener.offset


async def until_connected(node) -> None:
    async with asyncio.timeout(5):
        while not node.bus.is_connected:
            await asyncio.sleep(0.01)


def outcomes(outcome: str) -> float:
    """How many tickets came to this, in the whole process so far."""
    return REGISTRY.get_sample_value("hub_tickets_total", {"outcome": outcome}) or 0.0
