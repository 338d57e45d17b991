"""The bus: a node hears of the streams that it follows and of nothing else, and outlives whatever Redis does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing

import pytest
import redis
from structlog.testing import capture_logs

from hub.realtime import bus, line
from hub.realtime.bus import channel_of, hint
from hub.realtime.hints import UNSAID
from tests.build import Valkey
from tests.realtime.between import between, frozen
from tests.realtime.ears import Ears, entry, listening_at


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Asks and gives up twenty times as soon."""
    monkeypatch.setattr(bus, "PING_SECONDS", 0.05)
    for module in (bus, line):
        monkeypatch.setattr(module, "SILENCE_SECONDS", 0.15)
    monkeypatch.setattr(line, "CONNECT_SECONDS", 0.15)
    monkeypatch.setattr(bus, "LONGEST_BACKOFF_SECONDS", 0.05)


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[Valkey]:
    server = Valkey()
    yield server
    server.stop()


@pytest.fixture
async def pair(valkey) -> AsyncIterator[tuple[Ears, Ears]]:
    async with listening_at(valkey.address) as one, listening_at(valkey.address) as other:
        yield one, other


async def test_a_node_hears_of_the_streams_that_it_follows_and_of_nothing_else(pair):
    one, other = pair
    await other.follow("a", "b")

    for stream in ("x", "a", "y", "b"):
        one.bus.publish_entry(entry(stream, stream))
        one.bus.publish("say", stream, event=stream)
    one.bus.publish("take_over", pid="p")
    await other.until(lambda: len(other.heard) == 5)

    of = [message.get("stream") or message.get("pid") or message["entry"]["stream"] for message in other.heard]
    assert of == ["a", "a", "b", "b", "p"]


async def test_what_a_node_says_itself_it_does_not_hear(pair):
    one, other = pair
    await one.follow("a")
    await other.follow("a")

    one.bus.publish_entry(entry("ones"))
    await other.until(lambda: bool(other.heard))
    other.bus.publish_entry(entry("others"))
    await one.until(lambda: bool(one.heard))

    assert (one.words, other.words) == (["others"], ["ones"])


async def test_of_a_stream_that_was_let_go_nothing_is_heard(pair):
    one, other = pair
    await other.follow("a", "b")

    other.bus.let_go("a")
    await other.follow("c")
    for stream in ("a", "b"):
        one.bus.publish_entry(entry(stream, stream))
    await other.until(lambda: bool(other.heard))

    assert other.words == ["b"]


async def test_a_stream_that_is_followed_again_at_once_is_told_of_again(pair):
    _, other = pair
    await other.follow("a")

    other.bus.let_go("a")
    await other.follow("a")

    assert other.subscribed == ["a", "a"]


async def test_thousands_that_are_followed_at_once_are_told_of_in_a_few_batches(valkey):
    batches = []
    async with listening_at(valkey.address) as ears:
        ears.bus._subscribed = lambda streams: (batches.append(len(streams)), ears._subscribe(streams))

        await ears.follow(*map(str, range(2000)))

    assert (sum(batches), len(batches) < 100, set(ears.subscribed)) == (2000, True, set(map(str, range(2000))))


async def test_a_stream_that_is_followed_while_the_bus_is_still_subscribing_is_told_of(valkey):
    ears, before, late = Ears(valkey.address), [f"user:{number}:before" for number in range(3000)], []
    for stream in before:
        ears.bus.follow(stream)
    ears.bus.start()
    while not ears.bus.is_connected:
        late.append(f"user:{len(late)}:meanwhile")
        ears.bus.follow(late[-1])
        await asyncio.sleep(0.0005)

    with redis.from_url(valkey.address) as there:
        async with asyncio.timeout(5):
            while any(there.pubsub_numsub(channel_of(stream))[0][1] == 0 for stream in late):
                await asyncio.sleep(0.05)
    await ears.bus.stop()


async def test_a_worker_is_heard_as_a_node_is(valkey):
    async with listening_at(valkey.address) as ears:
        await ears.follow("a")
        with closing(redis.from_url(valkey.address)) as client:
            client.publish(channel_of("a"), "no JSON")
            client.publish(channel_of("a"), "[7]")
            client.publish(*hint("worker", entry("worked")))

        await ears.until(lambda: bool(ears.heard))

    assert ears.words == ["worked"]


async def test_redis_may_ask_for_a_password(own_valkey):
    with closing(redis.from_url(own_valkey.address)) as client:
        client.acl_setuser("node", enabled=True, passwords=["+s3cret"], channels=["hub:bus*"], commands=["+@all"])
    address = own_valkey.address.replace("unix://", "unix://node:s3cret@")

    async with listening_at(address) as ears:
        await ears.follow("a")
        ears.bus.publish_entry(entry("said"))

    assert ears.subscribed == ["a"]


async def test_redis_may_be_away_from_the_beginning(tmp_path):
    with capture_logs() as said:
        async with listening_at(f"unix://{tmp_path}/nobody", is_there=False) as ears:
            ears.bus.follow("a")
            ears.bus.publish_entry(entry("unheard"))
            await asyncio.sleep(0.2)

    assert ([line["event"] for line in said], ears.bus.is_connected) == (["redis_away"], False)


async def test_what_hangs_or_is_cut_is_noticed_and_everything_is_heard_again(impatient, own_valkey):
    async with between(own_valkey) as way, listening_at(way.address) as ears:
        await ears.follow("a")
        with capture_logs() as said:
            for harm in (way.swallow, way.cut):
                harm()
                await ears.until_away()
                way.heal()
                await ears.until(lambda: ears.bus.is_connected)

        async with listening_at(own_valkey.address) as other:
            other.bus.publish_entry(entry("heard"))
            await ears.until(lambda: bool(ears.heard))

    assert (ears.words, ears.healed) == (["heard"], 3)
    assert [line["event"] for line in said] == ["redis_away", "redis_back"] * 2


async def test_what_a_dead_connection_swallowed_is_said_again_on_the_next_one(impatient, own_valkey):
    async with between(own_valkey) as way, listening_at(way.address) as ears, listening_at(own_valkey.address) as other:
        await other.follow("a")
        way.swallow()
        ears.bus.publish_entry(entry("swallowed"))
        ears.bus.publish("say", "a", event="typing")
        await ears.until_away()
        ears.bus.publish_entry(entry("waited"))

        way.heal()
        await other.until(lambda: len(other.heard) == 2)

    assert other.words == ["swallowed", "waited"]


async def test_that_redis_no_longer_hears_the_node_is_noticed_although_it_still_speaks(impatient, own_valkey):
    async with between(own_valkey) as way, listening_at(way.address) as ears, listening_at(own_valkey.address) as other:
        await ears.follow("a")

        way.swallow_what_nodes_say()
        async with asyncio.timeout(3):
            while ears.bus.is_connected:
                other.bus.publish_entry(entry("still heard"))
                await asyncio.sleep(0.01)

    assert len(ears.words) > 5


async def test_a_redis_that_is_frozen_is_noticed_and_heard_again_when_it_thaws(impatient, own_valkey):
    async with listening_at(own_valkey.address) as ears, listening_at(own_valkey.address) as other:
        await ears.follow("a")
        with frozen(own_valkey):
            other.bus.publish_entry(entry("while it was frozen"))
            await ears.until_away()
            await other.until_away()

        for node in (ears, other):
            await node.until(lambda node=node: node.healed == 2)
        other.bus.publish_entry(entry("after"))
        await ears.until(lambda: "after" in ears.words)

    # What was frozen on its way was said while nobody listened, or again; entries have their numbers.
    assert [word for word in ears.words if word != "while it was frozen"] == ["after"]


@pytest.mark.parametrize("also_its_data", [False, True])
async def test_a_redis_that_was_killed_is_found_again(own_valkey, also_its_data):
    async with listening_at(own_valkey.address) as ears, listening_at(own_valkey.address) as other:
        await ears.follow("a")
        own_valkey.kill()
        await ears.until_away()
        await other.until_away()
        other.bus.publish_entry(entry("while it was away"))
        other.bus.publish("say", "a", event="typing")
        if also_its_data:
            own_valkey.forget_everything()
        own_valkey.start()

        await ears.until(lambda: ears.healed == 2)
        await other.until(lambda: other.healed == 2)
        other.bus.publish_entry(entry("after"))
        await ears.until(lambda: "after" in ears.words)

    # It may have been said before this node listened again; what is passing is not said late.
    assert [word for word in ears.words if word != "while it was away"] == ["after"]


@pytest.mark.parametrize("wrong", [ValueError, KeyError, RuntimeError, TimeoutError, redis.ResponseError])
async def test_whatever_is_raised_over_a_message_the_next_ones_are_heard(pair, wrong):
    one, other = pair
    await other.follow("a")

    def choke(message: bus.Message) -> None:
        other.choke = lambda message: None
        raise wrong("choked")

    other.choke = choke
    one.bus.publish_entry(entry("choked on"))
    await other.until(lambda: other.healed == 2)
    one.bus.publish_entry(entry("heard"))
    await other.until(lambda: bool(other.heard))

    assert other.words == ["heard"]


async def test_a_server_that_does_not_speak_as_redis_costs_nothing_but_patience():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        address = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with capture_logs() as said:
            async with listening_at(address, is_there=False) as ears:
                await asyncio.sleep(0.1)

    assert ([line["event"] for line in said], ears.bus.is_connected) == (["redis_away"], False)


async def test_what_waits_for_a_redis_that_is_away_is_bounded_and_what_is_dropped_is_counted(tmp_path):
    dropped = UNSAID._value.get()
    async with AsyncExitStack() as stack:
        ears = await stack.enter_async_context(listening_at(f"unix://{tmp_path}/nobody", is_there=False))
        for number in range(10_007):
            ears.bus.publish_entry(entry(str(number)))
        ears.bus.publish("say", "a", event="typing")

        waiting = len(ears.bus._outbox)

    assert (waiting, UNSAID._value.get() - dropped) == (10_000, 8)


async def test_stopping_waits_for_no_redis(own_valkey):
    async with listening_at(own_valkey.address) as ears:
        with frozen(own_valkey):
            ears.bus.publish_entry(entry("unheard"))
            await asyncio.sleep(0.02)
            began = asyncio.get_running_loop().time()
            await ears.bus.stop()

            assert asyncio.get_running_loop().time() - began < 0.5
