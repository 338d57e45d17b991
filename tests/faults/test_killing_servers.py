"""kill -9 of a server: what was acknowledged is there, and its event arrives once, in order."""

from __future__ import annotations

import aiohttp
import pytest

BEFORE = "before commit"
AFTER = "after commit, before hand-over"


@pytest.mark.parametrize(("point", "survives"), [(BEFORE, False), (AFTER, True)])
async def test_a_listener_that_comes_back_hears_each_ticket_that_survived_once_and_in_order(any_site, point, survives):
    server = await any_site.serve(any_site.doom(point))
    ada = await any_site.person(server, "Ada")
    before = await server.listen("/mentor", recover=True)
    await server.ask("first", by=ada)
    await before.until(1, "save")
    any_site.strike()
    with pytest.raises(aiohttp.ClientError):
        await server.ask("second", by=ada)

    server = await any_site.serve()
    after = await server.listen("/mentor", recover=True, offset=before.offset)
    await server.ask("third", by=ada)

    expected = ["second", "third"] if survives else ["third"]
    assert [ticket["description"] for ticket in await after.until(len(expected), "save")] == expected
    assert await server.waiting() == ["first", *expected]
    assert after.of("ready")[0]["recovered"] is True


async def test_another_node_tells_of_a_ticket_whose_own_node_died_before_it_could(any_site):
    doomed = await any_site.serve(any_site.doom(AFTER))
    other = await any_site.serve()
    ada = await any_site.person(other, "Ada")
    listener = await other.listen("/mentor")
    any_site.strike()
    with pytest.raises(aiohttp.ClientError):
        await doomed.ask("only in the journal", by=ada)

    heard = await listener.until(1, "save")

    assert [ticket["description"] for ticket in heard] == ["only in the journal"]
