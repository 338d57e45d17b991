"""What a person's client has shown to have heard, as it is noted for those who ask why something did not arrive."""

from __future__ import annotations

import asyncio

from hub import clock
from hub.domain.hops import Acknowledged
from hub.perform import run_reading
from models import Hop
from tests.http.halp import talking
from tests.realtime.raw import raw


def noted(*people) -> list[tuple]:
    """What is known to have been heard: whose, and the number on their stream of messages."""
    whose = [person.id for person in people]
    rows = Hop.select().where(Hop.account.in_(whose) & (Hop.channel == "socket"))
    proofs = run_reading(lambda: list(rows))
    return sorted(
        (proof.account_id, proof.stream, seq) for proof in proofs for seq in range(proof.since + 1, proof.seq + 1)
    )


async def once_noted(count: int, *people) -> list[tuple]:
    async with asyncio.timeout(10):
        while len(noted(*people)) < count:
            await asyncio.sleep(0.02)
    return noted(*people)


def of_messages(person, *numbers: int) -> list[tuple]:
    return [(person.id, f"user:{person.id}:messages", number) for number in numbers]


async def test_what_a_client_was_told_is_noted_once_it_answers_a_ping(hub, ann, tom):
    await hub.listen("/messages", by=ann)

    await talking.write(hub, ann, "Hi", by=tom)

    # The message, and what it made of her counters.
    assert await once_noted(2, ann) == of_messages(ann, 1, 2)
    assert noted(tom) == []


async def test_who_comes_afresh_is_not_taken_to_have_heard_what_was_said_before(hub, ann, tom):
    await talking.write(hub, ann, "Nobody is there", by=tom)
    await hub.listen("/messages", by=ann, recover=True)

    await talking.write(hub, ann, "Now she is", by=tom)

    assert await once_noted(2, ann) == of_messages(ann, 3, 4)


async def test_who_comes_back_has_heard_what_was_replayed(hub, ann, tom):
    first = await hub.listen("/messages", by=ann, recover=True)
    await first.until(1, "ready")
    offset = first.offset
    await first.leave()
    await talking.write(hub, ann, "Meanwhile", by=tom)

    await hub.listen("/messages", by=ann, recover=True, offset=offset)

    assert await once_noted(2, ann) == of_messages(ann, 1, 2)


async def test_two_devices_are_noted_each(hub, ann, tom):
    for _ in range(2):
        await hub.listen("/messages", by=ann)

    await talking.write(hub, ann, "Hi", by=tom)

    assert await once_noted(4, ann) == of_messages(ann, 1, 1, 2, 2)


async def test_of_a_client_that_reads_and_answers_no_ping_nothing_is_noted(hub, ann, tom):
    listener = await hub.listen("/messages", by=tom)
    async with raw(hub) as client:
        await client.connect("/messages", {"token": ann.token})
        await talking.write(hub, ann, "Hi", by=tom)
        told = [(await client.socket.receive()).data[:2] for _ in range(3)]

        # Who answers shows that a round has passed meanwhile.
        await once_noted(1, tom)
        assert (sorted(told), noted(ann)) == (["2", "42", "42"], [])
    assert listener.of("message") != []


async def test_a_node_stops_in_order_whatever_becomes_of_the_last_proofs(hub, ann, tom):
    async def fails(_: object) -> None:
        raise RuntimeError("no table of hops")

    heard = hub.node._heard_by_people
    heard._keep = fails
    heard._proven.append(Acknowledged(ann.id, f"user:{ann.id}:messages", 0, 1, clock.now(), "node"))

    await heard.stop()

    assert noted(ann) == []
