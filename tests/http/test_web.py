"""What browsers are sent, and what they are told about it: addresses of a release, types, policies, packing."""

from __future__ import annotations

import gzip

import pytest

from hub.http import web


async def fetched(hub, path: str, **headers: str):
    async with hub.http.get(path, headers=headers, auto_decompress=False) as reply:
        return reply.status, reply.headers, await reply.read()


async def test_a_file_of_this_release_may_be_kept_for_ever(hub):
    status, headers, body = await fetched(hub, web.address("shared/ui.js"), **{"Accept-Encoding": "identity"})

    assert (status, body) == (200, (web.FOLDER / "shared/ui.js").read_bytes())
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_is_packed_for_whoever_takes_it_packed(hub):
    status, headers, body = await fetched(hub, web.address("shared/ui.js"), **{"Accept-Encoding": "gzip, br"})

    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")
    assert gzip.decompress(body) == (web.FOLDER / "shared/ui.js").read_bytes()


@pytest.mark.parametrize("taken", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"])
async def test_who_does_not_take_gzip_gets_none(hub, taken):
    for path in (web.address("shared/ui.js"), "/"):
        _, headers, _ = await fetched(hub, path, **{"Accept-Encoding": taken})

        assert "Content-Encoding" not in headers


@pytest.mark.parametrize("taken", ["gzip", "br, GZIP;q=0.5", "deflate,gzip;q=1.0,*"])
async def test_who_takes_it_gets_it(hub, taken):
    for path in (web.address("shared/ui.js"), "/"):
        _, headers, _ = await fetched(hub, path, **{"Accept-Encoding": taken})

        assert headers["Content-Encoding"] == "gzip"


async def test_the_file_of_another_release_is_not_there(hub):
    assert (await fetched(hub, "/web/000000000000/shared/ui.js"))[0] == 404


async def test_the_current_file_is_asked_for_again_each_time(hub):
    status, headers, _ = await fetched(hub, "/web/current/shared/ui.js")

    assert (status, headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["", "nothing.js", "vendor/htm.LICENSE", "vendor/vendor.lock.json", "../app.py", "%2e%2e/app.py", "..%2fapp.py"],
)
async def test_nothing_else_is_sent(hub, path):
    assert (await fetched(hub, f"/web/{web.release()}/{path}"))[0] == 404


async def test_a_page_may_do_nothing_inline_and_ask_nobody_else(hub):
    _, headers, body = await fetched(hub, "/console/sign-in")
    policy = dict(line.strip().partition(" ")[::2] for line in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert [policy[name] for name in ("script-src", "style-src", "connect-src", "form-action")] == ["'self'"] * 4
    assert [policy[name] for name in ("base-uri", "frame-ancestors", "trusted-types")] == ["'none'"] * 3
    assert policy["require-trusted-types-for"] == "'script'"
    assert not any(word in body for word in (b"<style", b" style=", b" onclick", b"javascript:"))
