"""The promise, whole: parts of a running hub are killed again and again; nothing acknowledged is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.hub_up import HubUp
from tests.js_client import JsClient

VICTIMS = ["server", "valkey", "worker", "beat", "server", "valkey", "worker", "server"]
BETWEEN_KILLS_SECONDS = 1.5
WRITERS = 3


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubUp]:
    running = HubUp(tmp_path)
    yield running
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(timeout=15)
    running.close()


class Writer:
    """Asks for help again and again. A call that fails is sent again, with its key, until it is acknowledged."""

    def __init__(self, http: aiohttp.ClientSession, name: str) -> None:
        self._http = http
        self._name = name
        self._token = ""
        self.acknowledged: list[str] = []
        self.is_done = False

    async def sign_up(self) -> None:
        wanted = {"name": self._name, "username": self._name, "password": "pw"}
        self._token = (await self._send("/vivere/user/create", wanted))["token"]

    async def write_until_done(self) -> None:
        while not self.is_done:
            words = f"{self._name} {len(self.acknowledged)}"
            ticket = {"description": words, "location": "T4", "contact": ""}
            self.acknowledged.append((await self._send("/vivere/mentorship/create", ticket, key=words))["id"])
            await asyncio.sleep(0.02)

    async def _send(self, path: str, body: dict[str, str], key: str | None = None) -> Any:
        headers = {"X-MenloHacks-Authorization": self._token, **({"Idempotency-Key": key} if key else {})}
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self._http.post(path, json=body, headers=headers) as reply:
                    if reply.status < 500:
                        return (await reply.json())["data"]
            await asyncio.sleep(0.1)


async def kill_one_after_another(hub: HubUp) -> None:
    for victim in VICTIMS:
        await asyncio.sleep(BETWEEN_KILLS_SECONDS)
        with suppress(ProcessLookupError):
            os.kill(hub.pids[victim], signal.SIGKILL)


def saves_of(client: JsClient) -> list[dict[str, Any]]:
    return [line for line in client.lines if line["on"] == "event" and line["name"] == "save"]


async def test_every_acknowledged_ticket_is_there_and_was_heard_once_and_in_order_whatever_was_killed(hub):
    address = hub.until_up()
    hub.keep_listening()
    options = {"auth": {"recover": True}, "reconnectionDelay": 50, "reconnectionDelayMax": 200}
    async with await JsClient.start(address, "/mentor", **options) as client, aiohttp.ClientSession(address) as http:
        await client.next("connect")
        writers = [Writer(http, f"writer{number}") for number in range(WRITERS)]
        for writer in writers:
            await writer.sign_up()
        writing = asyncio.gather(*(writer.write_until_done() for writer in writers))
        await kill_one_after_another(hub)
        for writer in writers:
            writer.is_done = True
        await writing
        acknowledged = sorted(ticket for writer in writers for ticket in writer.acknowledged)

        async with asyncio.timeout(20):
            while len(saves_of(client)) < len(acknowledged):
                await asyncio.sleep(0.1)
        async with http.get("/vivere/mentorship/queue") as reply:
            waiting = sorted(ticket["id"] for ticket in (await reply.json())["data"])

    saves = saves_of(client)
    assert waiting == acknowledged
    assert sorted(save["args"][0]["id"] for save in saves) == acknowledged
    assert [int(save["args"][1].rpartition("-")[2]) for save in saves] == list(range(1, len(acknowledged) + 1))
    assert {line["recovered"] for line in client.lines if line["on"] == "connect"} == {False, True}
