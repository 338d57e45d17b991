"""A bus of a test's own, and all that it told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hub.domain.journal import Entry
from hub.realtime.bus import Bus, Message


class Ears:
    def __init__(self, address: str) -> None:
        self.heard: list[Message] = []
        self.subscribed: list[str] = []
        self.healed = 0
        self.choke: Callable[[Message], None] = lambda message: None
        self._news = asyncio.Event()
        self.bus = Bus(address, self._hear, self._heal, self._subscribe)

    def _hear(self, message: Message) -> None:
        self.choke(message)
        self.heard.append(message)
        self._news.set()

    def _heal(self) -> None:
        self.healed += 1
        self._news.set()

    def _subscribe(self, streams: list[str]) -> None:
        self.subscribed += streams
        self._news.set()

    @property
    def words(self) -> list[str]:
        return [message["entry"]["payload"] for message in self.heard]

    async def follow(self, *streams: str) -> None:
        before = len(self.subscribed)
        for stream in streams:
            self.bus.follow(stream)
        await self.until(lambda: len(self.subscribed) == before + len(streams))

    async def until(self, is_so: Callable[[], bool], within: float = 5) -> None:
        async with asyncio.timeout(within):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def until_away(self) -> None:
        async with asyncio.timeout(5):
            while self.bus.is_connected:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def listening_at(address: str, *, is_there: bool = True) -> AsyncIterator[Ears]:
    ears = Ears(address)
    ears.bus.start()
    try:
        if is_there:
            await ears.until(lambda: ears.bus.is_connected)
        yield ears
    finally:
        await ears.bus.stop()


def entry(word: str, stream: str = "a", seq: int = 1) -> Entry:
    return Entry(stream, "epoch", seq, "said", word, {})
