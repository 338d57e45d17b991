"""Parts of a hub as processes of their own, which a test can kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.build import SECRET
from tests.listening import Listener
from tests.people import PASSWORD, Person

START_SECONDS = 20.0


class Nursery:
    """Makes processes by forking one that has imported everything."""

    def __init__(self) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._next_line()

    def _next_line(self) -> str:
        assert self._mother.stdout is not None
        return self._mother.stdout.readline().strip()

    def start(self, **order: Any) -> int:
        assert self._mother.stdin is not None
        self._mother.stdin.write(json.dumps(order) + "\n")
        self._mother.stdin.flush()
        return int(self._next_line())

    def close(self) -> None:
        self._mother.terminate()
        self._mother.wait()
        for pipe in (self._mother.stdin, self._mother.stdout):
            assert pipe is not None
            pipe.close()


class Part:
    """One process of a hub; `kill` is kill -9 of it and of all that it started."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def is_alive(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").exists()

    async def until_dead(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            while self.is_alive():
                await asyncio.sleep(0.02)


class Server(Part):
    """A server node; REST and sockets are spoken to it from here."""

    def __init__(self, pid: int, log: Path, port: int) -> None:
        super().__init__(pid, log)
        self.address = f"http://127.0.0.1:{port}"

    async def until_ready(self) -> None:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while True:
                with suppress(aiohttp.ClientError):
                    async with http.get(f"{self.address}/healthz") as reply:
                        if reply.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def call(self, method: str, path: str, by: Person | None = None, body: Any = None) -> tuple[int, Any]:
        headers = by.headers if by else {}
        session = aiohttp.ClientSession(self.address)
        async with session as http, http.request(method, path, headers=headers, json=body) as reply:
            return reply.status, await reply.json() if reply.content_type == "application/json" else None

    async def headers_of(self, method: str, path: str, by: Person | None = None) -> Any:
        """The reply's headers."""
        session = aiohttp.ClientSession(self.address)
        async with session as http, http.request(method, path, headers=by.headers if by else {}) as reply:
            return reply.headers

    async def post(self, path: str, body: Any, by: Person | None = None) -> tuple[int, Any]:
        return await self.call("POST", path, by, body)

    async def ask(self, words: str, by: Person) -> tuple[int, Any]:
        """Put a ticket into the mentor queue."""
        return await self.post("/vivere/mentorship/create", {"description": words, "location": "T4", "contact": ""}, by)

    async def waiting(self) -> list[str]:
        """What the tickets in the queue are about."""
        _, reply = await self.call("GET", "/vivere/mentorship/queue")
        return [ticket["description"] for ticket in reply["data"]]

    async def listen(self, namespace: str, by: Person | None = None, **auth: Any) -> Listener:
        return await Listener.at(self.address, namespace, by, **auth)


class Site:
    """Everything one hub consists of: a database, a broker, and as many parts as a test starts."""

    def __init__(self, nursery: Nursery, folder: Path, database_url: str, redis_url: str) -> None:
        self._nursery = nursery
        self._folder = folder
        self._parts: list[Part] = []
        self.environment = {
            "HUB_DATA_DIR": str(folder),
            "HUB_DATABASE_URL": database_url,
            "HUB_REDIS_URL": redis_url,
            "HUB_SECRET_KEY": SECRET,
            "HUB_WORKERS": "1",
            "HUB_RATE_LIMITS": "off",
        }

    def doom(self, point: str | None = None, **instead: Any) -> dict[str, Any]:
        """A doom for the next part; armed from the moment its file is there."""
        doom: dict[str, Any] = {"instead": {name.replace("__", "."): value for name, value in instead.items()}}
        return doom | ({"point": point, "file": str(self._folder / "doom")} if point else {})

    def slow_jobs(self, seconds: float) -> dict[str, Any]:
        """No doom, but jobs that take their time before they do anything."""
        return {"slow": seconds}

    def strike(self) -> None:
        """Let the next process that reaches its point die there."""
        (self._folder / "doom").touch()

    def was_struck(self) -> bool:
        return not (self._folder / "doom").exists()

    async def serve(self, doom: dict[str, Any] | None = None, port: int | None = None, **settings: str) -> Server:
        port = port or _free_port()
        server = Server(*self._start("serve", doom, HUB_PORT=str(port), **settings), port)
        self._parts.append(server)
        await server.until_ready()
        return server

    def work(self, doom: dict[str, Any] | None = None, **settings: str) -> Part:
        return self._part("work", doom, **settings)

    def beat(self, **settings: str) -> Part:
        return self._part("beat", None, **settings)

    def _part(self, command: str, doom: dict[str, Any] | None, **settings: str) -> Part:
        part = Part(*self._start(command, doom, **settings))
        self._parts.append(part)
        return part

    async def command(self, *words: str) -> str:
        """What a command of the operator's says."""
        (self._folder / f"{words[0]}.log").unlink(missing_ok=True)
        part = Part(*self._start(words[0], None, more=words[1:]))
        await part.until_dead()
        return part.log.read_text()

    def _start(
        self, command: str, doom: dict[str, Any] | None, more: Sequence[str] = (), **settings: str
    ) -> tuple[int, Path]:
        log = self._folder / f"{command}.log"
        environment = {**self.environment, **settings}
        arguments = [command, *more]
        pid = self._nursery.start(arguments=arguments, environment=environment, log=str(log), doom=doom)
        return pid, log

    def log(self, command: str) -> str:
        path = self._folder / f"{command}.log"
        return path.read_text() if path.exists() else ""

    async def person(self, server: Server, name: str) -> Person:
        from hub.domain.actors import Actor

        username = f"{name.lower()}@example.org"
        sign_up = {"name": name, "username": username, "password": PASSWORD}
        _, reply = await server.post("/vivere/user/create", sign_up)
        return Person(Actor(0, "", username, name), reply["data"]["token"])

    def close(self) -> None:
        for part in self._parts:
            part.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
