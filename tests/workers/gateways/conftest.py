"""Stand-ins for the providers, and pushes to send."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.settings import Settings
from tests.build import settings as settings_of_a_test
from tests.standins.apns import ApnsStandIn
from tests.standins.certificate import Certificate
from tests.standins.fcm import FcmStandIn
from tests.standins.web_push import WebPushStandIn
from workers.gateways.push import Push

NOTHING_NEW = {
    "studentUnreadMessages": 0,
    "tutorUnreadMessages": 0,
    "studentNewMatches": 0,
    "tutorNewMatches": 0,
    "session": None,
    "message": "",
    "count": 0,
    "events": [],
}
NEWS = {
    **NOTHING_NEW,
    "studentUnreadMessages": 1,
    "tutorUnreadMessages": 3,
    "session": {"otherUserId": 7, "mode": "student", "startTimestamp": 1425841225, "rate": 20},
    "message": "4 unread messages",
    "count": 4,
    "events": ["message"],
}
TOKEN = "0badc0de" * 8


def a_push(**changes: Any) -> Push:
    given = {
        "kind": "apn",
        "address": TOKEN,
        "keys": None,
        "payload": NEWS,
        "text": "4 unread messages",
        "collapse_id": "person 7",
        "lasts_seconds": 3600,
    }
    return Push(**{**given, **changes})


def a_silent_push(**changes: Any) -> Push:
    return a_push(**{"payload": NOTHING_NEW, "text": "", **changes})


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    return certificate


@pytest.fixture
def given(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a hub, with these changes."""
    return lambda **changes: settings_of_a_test(tmp_path, "", "", **changes)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names and the addresses that each has, for one look-up; what is none of these is looked up as ever."""
    known: dict[str, list[str]] = {}
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *how: Any, **more: Any) -> Any:
        if host not in known:
            return look_up(host, port, *how, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known.pop(host)]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def apple(trusted: Certificate) -> Iterator[ApnsStandIn]:
    with ApnsStandIn(trusted) as standing_in:
        yield standing_in


@pytest.fixture
def google(trusted: Certificate) -> Iterator[FcmStandIn]:
    with FcmStandIn(trusted) as standing_in:
        yield standing_in


@pytest.fixture
def browser(trusted: Certificate) -> Iterator[WebPushStandIn]:
    """A push service with a browser behind it."""
    with WebPushStandIn(trusted) as standing_in:
        yield standing_in
