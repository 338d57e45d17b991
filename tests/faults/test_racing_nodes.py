"""Many clients, two nodes, one database."""

from __future__ import annotations

import asyncio
from collections import Counter

MENTORS = 50


async def test_of_fifty_mentors_on_two_nodes_one_gets_the_ticket_and_everybody_hears_it_once(postgres_site):
    nodes = [await postgres_site.serve(), await postgres_site.serve()]
    ada = await postgres_site.person(nodes[0], "Ada")
    mentors = [await postgres_site.person(nodes[0], f"Mentor{number}") for number in range(MENTORS)]
    listeners = [await nodes[number % 2].listen("/mentor", by=mentor) for number, mentor in enumerate(mentors)]
    asker = await nodes[1].listen("/mentor", by=ada)
    _, created = await nodes[0].ask("mine", by=ada)
    body = {"id": created["data"]["id"]}

    replies = await asyncio.gather(
        *(nodes[number % 2].post("/vivere/mentorship/claim", body, by=mentor) for number, mentor in enumerate(mentors))
    )

    assert Counter(status for status, _ in replies) == {200: 1, 409: MENTORS - 1}
    winner = next(number for number, (status, _) in enumerate(replies) if status == 200)
    claimed = replies[winner][1]["data"]
    strangers_view = claimed | {"claimed_by_me": False}
    # What comes after it shows that nothing came twice.
    _, after = await nodes[0].ask("after", by=ada)
    following = after["data"] | {"is_mine": False}
    for number, listener in enumerate(listeners):
        heard = await listener.until(3, "save")
        assert heard[1:] == [claimed if number == winner else strangers_view, following]
    assert (await asker.until(3, "save"))[1:] == [strangers_view | {"is_mine": True}, after["data"]]
    for listener in [*listeners, asker]:
        await listener.leave()


async def test_tickets_made_on_two_nodes_at_once_are_heard_in_the_same_order_everywhere(postgres_site):
    nodes = [await postgres_site.serve(), await postgres_site.serve()]
    ada = await postgres_site.person(nodes[0], "Ada")
    listeners = [await node.listen("/mentor", recover=True) for node in nodes]

    await asyncio.gather(*(nodes[number % 2].ask(str(number), by=ada) for number in range(60)))

    first, second = [await listener.until(60, "save") for listener in listeners]
    assert [ticket["id"] for ticket in first] == [ticket["id"] for ticket in second]
    assert sorted(int(ticket["description"]) for ticket in first) == list(range(60))
    offsets = [int(arguments[-1].rpartition("-")[2]) for _, arguments in listeners[0].heard if len(arguments) == 2]
    assert offsets == list(range(61))
