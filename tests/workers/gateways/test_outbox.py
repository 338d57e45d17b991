"""The outbox: one whole file for each thing that would have been sent, for its owner's eyes only."""

from __future__ import annotations

import json
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from hub import outbox
from tests.workers.gateways.conftest import NEWS, TOKEN, a_push
from workers.gateways.console import ConsolePush


def test_what_would_be_pushed_lies_in_one_file(tmp_path, clock):
    ConsolePush(tmp_path).send(a_push())

    (path,) = (tmp_path / "outbox").iterdir()
    assert json.loads(path.read_text()) == {
        "channel": "push",
        "to": TOKEN,
        "subject": None,
        "text": "4 unread messages",
        "payload": NEWS,
        "at": "2026-11-21T12:00:00Z",
    }
    assert path.name.startswith("20261121T120000.000000Z-")
    assert path.suffix == ".json"


def put(folder: Path, text: str = "") -> Path:
    return outbox.put(folder, channel="sms", to="+16505550100", subject=None, text=text, payload=None)


def test_only_its_owner_may_look_into_the_outbox(tmp_path, clock):
    path = put(tmp_path / "var")

    assert [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)] == [0o600, 0o700]


def test_letters_lie_in_the_order_of_their_time_and_two_of_one_moment_are_two(tmp_path, clock):
    first = {put(tmp_path), put(tmp_path)}
    clock.forward(seconds=0.5)
    last = put(tmp_path)

    assert sorted((tmp_path / "outbox").iterdir()) == [*sorted(first), last]
    assert len(first) == 2


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file of this process can grow beyond a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_letter_that_could_not_be_finished_is_none(tmp_path, clock, full_disk):
    with pytest.raises(OSError, match="File too large"):
        put(tmp_path)

    assert list((tmp_path / "outbox").glob("*.json")) == []


def test_the_log_says_which_file_and_not_to_whom(tmp_path, clock):
    with structlog.testing.capture_logs() as said:
        ConsolePush(tmp_path).send(a_push())

    (path,) = (tmp_path / "outbox").iterdir()
    assert said == [{"event": "push_in_outbox", "kind": "apn", "file": path.name, "log_level": "info"}]
