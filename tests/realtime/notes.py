"""`/notes`: a private namespace of the tests' own, whose events do what a test needs to see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from hub.domain.refusals import Conflict, Invalid, Refusal, TooMany
from hub.namespaces.private import PrivateNamespace
from hub.perform import look_up
from hub.realtime.connection import Connection
from hub.realtime.events import Argument, Declared
from models import db
from tests.realtime.raw import Raw
from tests.running import RunningHub

NAME = "/notes"


class NotebookFull(Conflict):
    code = "notebook_full"


REFUSALS = {
    "full": NotebookFull(),
    "invalid": Invalid("body", "is a rhyme"),
    "often": TooMany(7),
}


class Note(Argument):
    body: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    page: int = 1


class Empty(Argument):
    pass


class Why(Argument):
    why: str


class Notebook:
    """What was written, in the order in which it was carried out. While it is shut, handlers wait."""

    def __init__(self, refusal_of: Callable[[Refusal], dict[str, Any]] | None = None) -> None:
        self.written: list[str] = []
        self.begun = 0
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._news = asyncio.Event()
        events: dict[str, Declared[Any]] = {
            "write": Declared(Note, self._write),
            "look": Declared(Empty, self._look),
            "refuse": Declared(Why, self._refuse),
            "crash": Declared(Empty, self._crash),
            "ask_the_database": Declared(Empty, self._ask_the_database),
        }
        more = {} if refusal_of is None else {"refusal_of": refusal_of}
        self.namespace = PrivateNamespace(NAME, "notes", events, **more)

    def shut(self) -> None:
        self._is_open.clear()

    def open(self) -> None:
        self._is_open.set()

    async def until_begun(self, count: int) -> None:
        await self._until(lambda: self.begun >= count)

    async def until_written(self, count: int) -> list[str]:
        """The notes, once there are so many."""
        await self._until(lambda: len(self.written) >= count)
        return self.written

    async def _until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def _write(self, connection: Connection, note: Note) -> dict[str, Any]:
        self.begun += 1
        self._news.set()
        await self._is_open.wait()
        self.written.append(note.body)
        self._news.set()
        return {"count": len(self.written)}

    async def _look(self, connection: Connection, _: Empty) -> None:
        return None

    async def _refuse(self, connection: Connection, asked: Why) -> None:
        raise REFUSALS[asked.why]

    async def _crash(self, connection: Connection, _: Empty) -> None:
        raise RuntimeError("a bug")

    async def _ask_the_database(self, connection: Connection, _: Empty) -> None:
        await look_up(lambda: db.execute_sql("SELECT 1 FROM a_table_that_is_not_there"))


def notebook_in(hub: RunningHub, **how: Any) -> Notebook:
    """A notebook whose namespace that hub has from now on."""
    notebook = Notebook(**how)
    hub.node.server.mount(notebook.namespace)
    return notebook


def event(name: str, *arguments: Any, ack: int | None = None) -> str:
    """An EVENT packet as a client says it."""
    return f"42{NAME},{'' if ack is None else ack}{json.dumps([name, *arguments])}"


def write(body: str, ack: int | None = None) -> str:
    return event("write", {"body": body}, ack=ack)


async def join(client: Raw, token: str) -> None:
    answer = await client.connect(NAME, {"token": token})
    assert answer is not None
    assert answer.startswith(f'40{NAME},{{"sid":')


async def next_answer(client: Raw) -> tuple[int, Any]:
    """The next packet, which is to be an acknowledgement: its number, and what it says."""
    text = await client.next()
    assert text is not None
    number, bracket, rest = text.removeprefix(f"43{NAME},").partition("[")
    return int(number), json.loads(bracket + rest)[0]


async def hub_has_read(client: Raw) -> None:
    """Wait until the hub has read whatever this client said before."""
    assert (await client.connect("/nowhere")) is not None
