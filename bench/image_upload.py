"""How long others wait while pictures are read: the worst lag of the server's loop, for honest and for hostile bodies.

    .venv/bin/python -m bench.image_upload [--runs 5] [--at-once 2]

A whole hub runs in this process, on SQLite and without Redis. Threads send it the same `POST /halp/pin` at once, up to
36 MiB each, while a task on its loop notes how late it is woken. The lag is the median and the worst over the runs.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import io
import json
import logging
import os
import socket
import statistics
import struct
import tempfile
import time
import zlib
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from PIL import Image

from hub import app, database, migrations
from hub.settings import Settings

TICK_SECONDS = 0.002
MOST_BYTES = 36 * 1024 * 1024
PIN = {
    "pinMode": "student",
    "latitude": 35.3,
    "longitude": -120.66,
    "duration": 3600,
    "description": "Integrals",
    "skills": [],
    "courses": {"Cal Poly": [{"subject": "MATH", "number": 141}]},
}
SECRET = "only for this benchmark, and longer than thirty-two bytes"
PERSON = {"passwordHash": "5f4dcc3b5aa765d61d8327deb882cf99", "firstname": "Jo", "lastname": "Doe"}


@dataclass(frozen=True)
class Reply:
    code: str
    seconds: float


@dataclass(frozen=True)
class Client:
    """Calls from a thread, so that the loop has nothing to do but to serve."""

    port: int
    session: str = ""

    def call(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Content-Type": "application/json", "sessionId": self.session}
        try:
            connection.request(method, path, body, headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def registered(self, number: int) -> Client:
        person = json.dumps({**PERSON, "email": f"jo{number}@example.org"}).encode()
        return Client(self.port, self.call("POST", "/halp/register", person)["sessionId"])

    def drop_pin(self, body: bytes) -> Reply:
        began = time.perf_counter()
        code = self.call("POST", "/halp/pin", body)["code"]
        seconds = time.perf_counter() - began
        self.call("DELETE", "/halp/pin?pinMode=student")
        return Reply(code, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=1)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), said.runs, said.at_once))


async def measure(folder: Path, runs: int, at_once: int) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    runner = await serving(folder, listener)
    clients = [
        await asyncio.to_thread(Client(listener.getsockname()[1]).registered, number) for number in range(at_once)
    ]
    print(f"{'body':<38}{'MiB':>6}{'seconds':>9}{'lag ms':>8}{'worst ms':>10}  answer")
    for name, body in bodies():
        report(name, body, [await once(clients, body) for _ in range(runs)])
    await runner.cleanup()


async def serving(folder: Path, listener: socket.socket) -> web.AppRunner:
    given: dict[str, Any] = {"data_dir": folder, "rate_limits": False, "secret_key": SECRET}
    settings = Settings(**given)
    database.connect_to(settings.database_address)
    migrations.migrate()
    runner = app.runner_of(app.build(settings), shutdown_seconds=0.2)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return runner


async def once(clients: list[Client], body: bytes) -> tuple[Reply, float]:
    """The last reply, and the worst lag until it came, in milliseconds."""
    lags = [0.0]
    noting = asyncio.create_task(note_lags(lags))
    replies = await asyncio.gather(*(asyncio.to_thread(client.drop_pin, body) for client in clients))
    noting.cancel()
    return max(replies, key=lambda reply: reply.seconds), max(lags) * 1000


async def note_lags(lags: list[float]) -> None:
    while True:
        due = time.perf_counter() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        lags.append(time.perf_counter() - due)


def report(name: str, body: bytes, measured: list[tuple[Reply, float]]) -> None:
    replies, lags = zip(*measured, strict=True)
    seconds = statistics.median(reply.seconds for reply in replies)
    lag, worst, size = statistics.median(lags), max(lags), len(body) / 1024**2
    print(f"{name:<38}{size:>6.1f}{seconds:>9.2f}{lag:>8.1f}{worst:>10.1f}  {replies[0].code}", flush=True)


def bodies() -> Iterator[tuple[str, bytes]]:
    """Each is made when its turn has come: together they would not fit into a small machine."""
    yield "nothing large, to compare", with_pictures([])
    photograph = saved(noise(1_000).resize((5_000, 4_900), Image.Resampling.BICUBIC), "JPEG", quality=40)
    yield "five photographs of 24 megapixels", with_pictures([photograph] * 5)
    lines = with_pictures([photograph] * 5, spell=lambda content: encodebytes(content).decode())
    yield "the same in lines, slashes escaped", lines.replace(b"/", b"\\/")
    yield "five PNGs of noise", with_pictures([saved(noise(2_200).convert("L"), "PNG")] * 5)
    yield "five PNGs of nothing, 25 megapixels", with_pictures([saved(Image.new("1", (5_000, 5_000)), "PNG")] * 5)
    yield "five JPEGs of 30 scans", with_pictures([of_many_scans(30)] * 5)
    yield "five PNGs of 50,000 x 50,000", with_pictures([png(50_000)] * 5)
    yield "five PNGs of endless chunks", with_pictures([png(10, chunk(b"prVt") * 430_000)] * 5)
    yield "a picture of 26 MiB", with_pictures([os.urandom(26 * 1024**2)])
    yield from bodies_of_no_pictures()


def bodies_of_no_pictures() -> Iterator[tuple[str, bytes]]:
    room = MOST_BYTES - len(with_texts("")) - 2
    yield "one text of escapes", with_texts("\\n" * (room // 2))
    yield "one text of escaped letters", with_texts("\\u00e9" * (room // 6))
    yield "one text of faces", with_texts("\N{GRINNING FACE}" * (room // 4))
    yield "one text and a face", with_texts("a" * (room - 4) + "\N{GRINNING FACE}")
    yield "one text that does not end", with_texts("a" * room)[: -len('"]}')]
    yield "empty texts", with_texts('","' * (room // 3))
    yield "numbers", b"[" + b"1," * (room // 2) + b"1]"
    yield "blanks", b" " * room


def with_pictures(contents: list[bytes], spell: Any = lambda content: b64encode(content).decode()) -> bytes:
    return json.dumps({**PIN, "images": [spell(content) for content in contents]}).encode()


def with_texts(spelt: str) -> bytes:
    """The body with one text that is spelt as it is to be sent."""
    return json.dumps({**PIN, "images": ["?"]}).encode().replace(b"?", spelt.encode())


def noise(side: int) -> Image.Image:
    return Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def of_many_scans(count: int) -> bytes:
    """A progressive JPEG, in which each scan goes over all of its 25 megapixels again."""
    content = saved(Image.new("L", (5_000, 5_000)), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + scan * (count - content.count(b"\xff\xda")) + content[-2:]


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(side: int, notes: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + notes + chunk(b"IDAT", zlib.compress(bytes(310))) + chunk(b"IEND")


if __name__ == "__main__":
    main()
