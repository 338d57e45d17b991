"""The bus between nodes: Redis pub/sub as a hint that something is new. The journal stays the truth.

What is published while Redis is away is dropped; nodes find it in the journal. After every (re)subscription the node
reads what it may have missed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from redis import asyncio as redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

CHANNEL = "hub:bus"
LONGEST_BACKOFF_SECONDS = 2.0
MOST_WAITING = 10_000

Message = dict[str, Any]


class Bus:
    """This node's ear and mouth. `heard` gets every message of other nodes, `healed` is called after a silence."""

    def __init__(self, address: str, heard: Callable[[Message], None], healed: Callable[[], None]) -> None:
        self._redis = redis.from_url(address, socket_timeout=5, socket_connect_timeout=2, health_check_interval=10)
        self._node = secrets.token_hex(8)
        self._heard = heard
        self._healed = healed
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self._was_away = False
        self.is_connected = False

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen_always()), asyncio.create_task(self._publish_always())]

    async def stop(self) -> None:
        # redis-py sometimes swallows a cancellation; the flag ends the loops all the same.
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    def publish(self, kind: str, **content: Any) -> None:
        """Tell the other nodes, soon and perhaps; never waits."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(message(self._node, kind, **content))

    async def _publish_always(self) -> None:
        while not self._is_stopping:
            first = await self._waiting.get()
            texts = [first] + [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for text in texts:
                        pipeline.publish(CHANNEL, text)
                    await pipeline.execute()
            except (RedisError, OSError):
                self._silent("publish")
                await asyncio.sleep(0.1)

    async def _listen_always(self) -> None:
        wait = 0.1
        while not self._is_stopping:
            try:
                async with self._redis.pubsub() as ear:
                    await ear.subscribe(CHANNEL)
                    self._heard_again()
                    wait = 0.1
                    self._healed()
                    await self._listen(ear)
            except (RedisError, OSError):
                self._silent("listen")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_BACKOFF_SECONDS)

    async def _listen(self, ear: redis.client.PubSub) -> None:
        while not self._is_stopping:
            received = await ear.get_message(ignore_subscribe_messages=True, timeout=3)
            if received is None:
                await ear.ping()
                continue
            content = _parsed(received["data"])
            if content is not None and content.get("from") != self._node:
                self._heard(content)

    def _heard_again(self) -> None:
        if self._was_away:
            log.info("redis_back")
        self.is_connected, self._was_away = True, False

    def _silent(self, what: str) -> None:
        if self.is_connected:
            log.warning("redis_away", while_trying_to=what, consequence="events reach other nodes within two seconds")
            self._was_away = True
        self.is_connected = False


def message(sender: str, kind: str, **content: Any) -> str:
    """What is published: who says it, of which kind it is, and the rest."""
    return json.dumps({"from": sender, "kind": kind, **content})


def _parsed(data: bytes) -> Message | None:
    """A message of the bus; anything else that somebody published there is ignored."""
    try:
        content = json.loads(data)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
