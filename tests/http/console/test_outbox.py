"""`outbox`: what the console gateways were given, newest first, page by page; mails as they would look, harmless."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub import outbox
from tests.http.console.browser import superuser

NOT_THERE = {"error": {"code": "letter_not_found", "message": "This is not there any more. Load the list again."}}
HTML = "<p style='color: red'>Sign in: <a href='https://hub.example/l'>here</a></p><script>alert(1)</script>"
EMAIL = {
    "channel": "email",
    "to": "ada@example.org",
    "subject": "Your link",
    "text": "Sign in",
    "payload": {"key": "k1", "html": HTML},
}
SMS = {"channel": "sms", "to": "+16505550100", "subject": None, "text": "123 456", "payload": {"report_to": "/there"}}
PUSH = {"channel": "push", "to": "abc", "subject": None, "text": "4 unread", "payload": {"aps": {"badge": 4}}}


def put(folder: Path, letter: dict[str, Any]) -> str:
    return outbox.put(folder, **letter).stem


async def test_everything_is_listed_newest_first(console, tmp_path, clock):
    email = put(tmp_path, EMAIL)
    clock.forward(seconds=1)
    push = put(tmp_path, PUSH)

    reply = await console.get("outbox")

    newest = {"id": push, **PUSH, "has_html": False, "at": "2026-11-21T12:00:01Z"}
    oldest = {"id": email, **EMAIL, "payload": {"key": "k1"}, "has_html": True, "at": "2026-11-21T12:00:00Z"}
    channels = ["email", "sms", "push", "payment"]
    assert reply == (200, {"is_on": True, "channels": channels, "messages": [newest, oldest], "next": None})


async def test_an_outbox_that_nothing_was_put_into_is_empty(console):
    status, said = await console.get("outbox")

    assert (status, said["messages"], said["next"]) == (200, [], None)


@pytest.mark.settings(smtp_url="smtp://mail.example:25", mail_from="hub@example.org")
async def test_what_goes_to_a_provider_is_not_said_to_come_here(console):
    _, said = await console.get("outbox")

    assert said["channels"] == ["sms", "push", "payment"]


async def test_pages_follow_each_other_without_a_gap(console, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("hub.http.console.outbox.PAGE_SIZE", 2)
    ids = [put(tmp_path, SMS) for _ in range(5) if clock.forward(seconds=1)]

    pages, before = [], ""
    while before is not None:
        _, said = await console.get(f"outbox?before={before}")
        pages.append([each["id"] for each in said["messages"]])
        before = said["next"]

    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]


async def test_a_page_of_one_channel_holds_what_is_of_it_and_leads_on(console, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("hub.http.console.outbox.PAGE_SIZE", 2)
    sms, email, push = [put(tmp_path, each) for each in (SMS, EMAIL, PUSH) if clock.forward(seconds=1)]

    _, first = await console.get("outbox?channel=sms")
    _, second = await console.get(f"outbox?channel=sms&before={first['next']}")

    assert (first["messages"], first["next"]) == ([], email)
    assert ([each["id"] for each in second["messages"]], second["next"]) == ([sms], None)
    assert push not in (first["next"], sms)


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"\xff", b'{"channel": "sms"}', json.dumps({**SMS, "text": 5, "at": "x"}).encode()],
)
async def test_what_is_not_whole_is_left_out(console, tmp_path, clock, broken):
    kept = put(tmp_path, SMS)
    folder = tmp_path / outbox.FOLDER
    (folder / "20261121T130000.000000Z-0123abcd.json").write_bytes(broken)
    (folder / "20261121T130000.000000Z-0123abcd.part").write_bytes(b"{")
    (folder / "20261121T130000.000000Z-0123abce.json").mkdir()
    (folder / "notes.json").write_text(json.dumps({**SMS, "at": "2026-11-21T12:00:00Z"}))

    status, said = await console.get("outbox")

    assert (status, [each["id"] for each in said["messages"]]) == (200, [kept])


@pytest.mark.parametrize("query", ["before=20261121", "before=../secret", "channel=letters"])
async def test_a_query_that_makes_no_sense_is_refused(console, query):
    status, said = await console.get(f"outbox?{query}")

    assert (status, said["error"]["field"]) == (400, query.partition("=")[0])


async def test_a_mail_is_shown_as_it_is_where_it_can_do_nothing(console, tmp_path, clock):
    path = f"/console/api/outbox/{put(tmp_path, EMAIL)}/html"

    async with console.hub.http.get(path, headers=console.headers) as reply:
        headers = {name: reply.headers[name] for name in POLICIES}
        assert (reply.status, await reply.text(), headers) == (200, HTML, POLICIES)


POLICIES = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def test_what_is_no_mail_has_no_html(console, tmp_path, clock):
    sms = put(tmp_path, {**SMS, "payload": {"html": HTML}})

    assert await console.get(f"outbox/{sms}/html") == (404, NOT_THERE)


@pytest.mark.parametrize(
    "letter_id", ["..%2F..%2Fsecret", "%2Fetc%2Fpasswd", "20261121T120000.000000Z-0123abcd", "%00"]
)
async def test_what_names_no_letter_is_not_there(console, tmp_path, letter_id):
    (tmp_path / "secret").write_text("{}")

    assert await console.get(f"outbox/{letter_id}/html") == (404, NOT_THERE)


@pytest.mark.parametrize("path", ["outbox", "outbox/20261121T120000.000000Z-0123abcd/html"])
async def test_only_superusers_may_look(as_staff, path):
    status, said = await as_staff().get(path)

    assert (status, said["error"]["code"]) == (403, "superusers_only")


@pytest.mark.settings(env="production", smtp_url="console", mail_from="hub@example.org")
@pytest.mark.parametrize("html", [False, True])
async def test_in_production_there_is_no_such_address(hub, tmp_path, clock, html):
    letter_id = put(tmp_path, EMAIL)

    status, said = await superuser(hub).get(f"outbox/{letter_id}/html" if html else "outbox")

    assert (status, said["error"]["code"]) == (404, "not_found")
