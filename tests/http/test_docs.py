"""The pages under `/docs`: complete without JavaScript, and asking nobody but the hub."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from hub.app import SPOKEN
from hub.http import openapi
from tools import swagger_ui


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
async def test_every_call_that_is_described_is_listed(hub, path):
    status, page = await hub.get(path)

    listed = re.findall(r"<tr><td>(\w+)</td><td><code>(.*?)</code></td><td>(.*?)</td></tr>", page)
    assert status == 200
    assert [(method, path, unescape(summary)) for method, path, summary in listed] == [
        (route.method, f"/{name}{openapi.path_of(route)}", operation.summary)
        for name, dialect in SPOKEN.items()
        for route, operation in openapi.described(dialect)
    ]


async def test_every_document_is_linked(hub):
    _, page = await hub.get("/docs")

    links = set(re.findall(r'href="(/[^"]*)"', page))
    documents = {address for name in SPOKEN for address in (f"/docs/{name}", f"/{name}/openapi.json")}
    assert links == {*documents, "/asyncapi.json", "/docs/files/docs.css"}


@pytest.mark.parametrize("path", ["/docs", "/docs/vivere", "/docs/vivere/"])
async def test_a_page_has_nothing_inline_and_loads_only_what_is_served_here(hub, path):
    _, page = await hub.get(path)

    assert re.findall(r"<style|<script(?! src=)| style=| on\w+=|https?://", page) == []
    for address in re.findall(r'(?:src|stylesheet" href)="([^"]*)"', page):
        assert (await hub.get(address))[0] == 200


@pytest.mark.settings(public_url="https://hub.example/live")
async def test_a_page_may_ask_the_hub_only(hub):
    async with hub.http.get("/docs") as listing, hub.http.get("/docs/vivere") as trying:
        policies = [reply.headers["Content-Security-Policy"].split("; ") for reply in (listing, trying)]

    everywhere = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    assert sorted(policies[0]) == sorted([*everywhere, "style-src 'self'"])
    assert sorted(policies[1]) == sorted(
        [
            *everywhere,
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self' https://hub.example",
        ]
    )


@pytest.mark.parametrize("path", ["/docs/nothing", "/docs/files/nothing.js", "/docs/files/skills.txt"])
async def test_nothing_else_lies_under_docs(hub, path):
    status, _ = await hub.get(path)

    assert status == 404


@pytest.mark.settings(hosts={"menlo.example": "vivere"})
async def test_the_pages_are_there_at_a_host_that_is_bound_to_a_dialect(hub):
    status, page = await hub.get("/docs", headers={"Host": "menlo.example"})

    assert (status, "<h1>The hub speaks</h1>" in page) == (200, True)


def test_swagger_ui_is_what_was_fetched():
    check = subprocess.run([sys.executable, "-m", "tools.swagger_ui", "--check"], capture_output=True, text=True)

    assert (check.returncode, check.stderr) == (0, "")


def test_a_changed_byte_is_noticed(tmp_path: Path, monkeypatch):
    for file in swagger_ui.IN_PACKAGE:
        (tmp_path / file).write_bytes((swagger_ui.DATA / file).read_bytes() + b" ")
    monkeypatch.setattr(swagger_ui, "DATA", tmp_path)

    assert swagger_ui.changed() == list(swagger_ui.IN_PACKAGE)
