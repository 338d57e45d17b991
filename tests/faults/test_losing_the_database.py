"""Postgres restarted underneath: calls are refused for a moment, then everything goes on."""

from __future__ import annotations

import asyncio


async def test_a_node_heals_after_the_database_was_restarted(postgres_site, postgres):
    server = await postgres_site.serve()
    ada = await postgres_site.person(server, "Ada")
    listener = await server.listen("/mentor", recover=True)
    await server.ask("before", by=ada)
    await asyncio.to_thread(postgres.restart)

    status, _ = await server.ask("after", by=ada)

    assert status == 201
    assert [ticket["description"] for ticket in await listener.until(2, "save")] == ["before", "after"]


async def test_a_call_while_the_database_is_down_is_refused_in_vivere_s_words_and_readyz_says_why(
    postgres_site, postgres
):
    server = await postgres_site.serve()
    ada = await postgres_site.person(server, "Ada")
    await asyncio.to_thread(postgres.halt)
    try:
        status, reply = await server.ask("meanwhile", by=ada)
        ready_status, ready = await server.call("GET", "/readyz")
        alive_status, _ = await server.call("GET", "/healthz")
    finally:
        await asyncio.to_thread(postgres.resume)

    assert (status, reply["success"], set(reply["error"])) == (503, False, {"title", "message"})
    assert (ready_status, ready["reason"]) == (503, "database away")
    assert alive_status == 200
    assert (await server.ask("afterwards", by=ada))[0] == 201
    assert await server.waiting() == ["afterwards"]


async def test_a_database_that_fell_silent_is_given_up_on_and_the_node_still_stops_in_time(postgres_site, postgres):
    server = await postgres_site.serve()
    ada = await postgres_site.person(server, "Ada")
    with postgres.frozen():
        replies = await asyncio.gather(*(server.ask("in the dark", by=ada) for _ in range(6)))
        server.stop()
        async with asyncio.timeout(5):
            await server.until_dead()

    assert [status for status, _ in replies] == [503] * 6


async def test_a_database_that_became_read_only_is_refused_and_heals(postgres_site, postgres):
    server = await postgres_site.serve()
    ada = await postgres_site.person(server, "Ada")
    postgres.set_read_only("on")
    try:
        refused = [(await server.ask("read only", by=ada))[0] for _ in range(5)]
    finally:
        postgres.set_read_only("off")

    healed = [(await server.ask("again", by=ada))[0] for _ in range(5)]

    assert (refused, healed) == ([503] * 5, [201] * 5)


async def test_a_node_that_could_not_read_the_journal_for_a_while_hears_of_everything_again(
    postgres_site, postgres, broker
):
    one, other = await postgres_site.serve(), await postgres_site.serve()
    ada = await postgres_site.person(one, "Ada")
    listener = await other.listen("/mentor")
    address = postgres_site.environment["HUB_DATABASE_URL"]
    postgres.execute("ALTER TABLE stream RENAME TO put_away", address)
    await asyncio.sleep(2)
    postgres.execute("ALTER TABLE put_away RENAME TO stream", address)
    broker.kill()

    await one.ask("heard all the same", by=ada)

    assert [ticket["description"] for ticket in await listener.until(1, "save")] == ["heard all the same"]
