"""Where requests went, as the log says it: without whom they are about."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from tests.running import RunningHub


async def logged(hub: RunningHub, method: str, path: str) -> tuple[str, int]:
    with capture_logs() as said:
        await hub.call(method, path)
    (line,) = [line for line in said if line["event"] == "request"]
    assert list(line) == ["method", "path", "status", "ms", "event", "log_level"]
    assert "root" not in str(said)
    return line["path"], line["status"]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/techfesia/users/root@x.org", ("/techfesia/users/{username}", 401)),
        ("GET", "/techfesia/users/root%40x.org/", ("/techfesia/users/{username}/", 401)),
        ("GET", "/techfesia/events", ("/techfesia/events", 200)),
        # Where nothing answers, an operator needs to see what was asked for.
        ("GET", "/techfesia/nothing/here", ("/techfesia/nothing/here", 404)),
        ("GET", "/techfesia/nothing/root@x.org/here", ("/techfesia/nothing/{address}/here", 404)),
        ("PROPFIND", f"/console/link/{32 * 'a'}", ("/console/link/{secret}", 405)),
        ("GET", f"/Console/link/{32 * 'a'}", ("/Console/link/{secret}", 404)),
        ("PATCH", "/techfesia/users/root%40x.org", ("/techfesia/users/{address}", 405)),
    ],
)
async def test_a_path_names_no_person_in_the_log(hub, method, path, said):
    assert await logged(hub, method, path) == said


@pytest.mark.settings(hosts={"techfesia.example": "techfesia"})
async def test_neither_does_it_at_a_host_of_its_own(hub):
    with capture_logs() as said:
        await hub.call("GET", "/users/root@x.org", headers={"Host": "techfesia.example"})

    (line,) = [line for line in said if line["event"] == "request"]
    assert (line["path"], line["status"]) == ("/users/{username}", 401)


async def test_nor_does_a_crash(hub, monkeypatch):
    monkeypatch.setattr("hub.http.techfesia.pictures.images.show_named", None)

    with capture_logs() as said:
        await hub.call("GET", "/techfesia/image/root@x.org")

    paths = {line["event"]: line["path"] for line in said}
    assert paths == dict.fromkeys(("request_failed", "request"), "/techfesia/image/{name}")


async def test_a_request_that_is_none_is_told_without_its_bytes(hub, caplog):
    caplog.set_level(logging.INFO, "aiohttp.server")
    reader, writer = await asyncio.open_connection(*urlsplit(hub.address).netloc.split(":"))

    writer.write(b"GET /console HTTP/1.1\r\nHost: x\r\nCookie: hub_console=secret\0\r\n\r\n")
    said = await reader.read(100)
    writer.close()

    assert b" 400 " in said
    assert [(line.getMessage(), line.exc_info) for line in caplog.records if line.name == "aiohttp.server"] == [
        ("malformed_request", None)
    ]
