"""`iiccot/cast_vote` and `iiccot/getinfo`: a poll of the members, on each database."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.http.flux.acting import join, say

CAST = "/api/v0/iiccot/cast_vote"
OPTIONS = ["100", "101", "102", "103", "104", "105", "106", "107"]
NONE = dict.fromkeys(OPTIONS, 0)


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


def poll(**votes: int) -> dict[str, Any]:
    stats = NONE | {option.removeprefix("option_"): count for option, count in votes.items()}
    return {"_id": {"$oid": "576b750f7416d719963f1f11"}, "stats": stats, "poll_id": 1}


async def figures(hub) -> dict[str, Any]:
    status, said = await hub.get("/flux/api/v0/iiccot/getinfo")
    assert status == 200
    return said


async def test_every_option_is_listed_and_strangers_may_look(hub):
    assert await figures(hub) == poll()


async def test_a_vote_counts_once_and_moves(hub):
    ada, eve = await join(hub, "Ada"), await join(hub, "Eve")

    said = [
        await say(hub, CAST, by=who, poll_id=1, option_id=option)
        for who, option in ((ada, "105"), (eve, "105"), (eve, "105"), (ada, "100"))
    ]

    assert said == [
        (200, {"status": "okay", **poll(option_105=1)}),
        (200, {"status": "okay", **poll(option_105=2)}),
        (200, {"status": "okay", **poll(option_105=2)}),
        (200, {"status": "okay", **poll(option_105=1, option_100=1)}),
    ]
    assert await figures(hub) == poll(option_105=1, option_100=1)


async def test_the_member_hears_of_their_vote_and_others_do_not(hub):
    ada, eve = await join(hub, "Ada"), await join(hub, "Eve")
    hers, others = await hub.listen("/members", token=ada.s), await hub.listen("/members", token=eve.s)

    await say(hub, CAST, by=ada, poll_id=1, option_id="105")
    await say(hub, CAST, by=eve, poll_id=1, option_id="100")

    assert await hers.until(1, "vote") == [{"poll_id": 1, "option_id": "105"}]
    assert await others.until(1, "vote") == [{"poll_id": 1, "option_id": "100"}]


async def test_twenty_votes_of_one_member_at_once_are_one_at_every_moment(hub):
    ada, eve = await join(hub, "Ada"), await join(hub, "Eve")
    await say(hub, CAST, by=eve, poll_id=1, option_id="107")
    await say(hub, CAST, by=ada, poll_id=1, option_id="107")
    sums = []

    async def look() -> None:
        while True:
            sums.append(sum((await figures(hub))["stats"].values()))

    looking = asyncio.create_task(look())
    replies = await asyncio.gather(
        *(say(hub, CAST, by=ada, poll_id=1, option_id=option) for option in (OPTIONS * 3)[:20])
    )
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)

    assert {status for status, _ in replies} == {200}
    assert {sum(said["stats"].values()) for _, said in replies} == {2}
    assert set(sums) == {2}


async def test_a_vote_that_is_sent_again_with_its_key_does_not_move_back(hub):
    ada = await join(hub)
    first = {"by": ada, "headers": {"Idempotency-Key": "k"}, "poll_id": 1, "option_id": "105"}
    before = await say(hub, CAST, **first)
    await say(hub, CAST, by=ada, poll_id=1, option_id="100")

    assert await say(hub, CAST, **first) == before
    assert await figures(hub) == poll(option_100=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("option_id", "99"), ("option_id", "108"), ("option_id", 105), ("poll_id", 2), ("poll_id", "1"), ("poll_id", 1.5)],
)
async def test_what_is_no_option_changes_nothing(hub, field, value):
    ada = await join(hub)

    status, said = await say(hub, CAST, by=ada, **{"poll_id": 1, "option_id": "105", field: value})

    assert (status, list(said["error_args"])) == (400, [field])
    assert await figures(hub) == poll()


async def test_strangers_have_no_vote(hub):
    assert (await say(hub, CAST, poll_id=1, option_id="105"))[0] == 403
    assert (await say(hub, CAST, s="a" * 40, poll_id=1, option_id="105"))[0] == 403
    assert await figures(hub) == poll()
