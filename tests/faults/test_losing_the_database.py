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
