"""APNs: what Apple's server gets, and what the hub makes of its answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from tests.standins.apns import TOPIC, Pushed
from tests.standins.certificate import new_key, pem_of
from tests.standins.saying import Reply
from tests.workers.gateways.conftest import NEWS, NOTHING_NEW, TOKEN, a_push, a_silent_push
from workers.gateways.apns import Apns
from workers.gateways.errors import DeviceGone, GatewayError

AN_HOUR_AFTER_NOON = "1795266000"


@pytest.fixture
def apns(clock, apple, given) -> Iterator[Apns]:
    with closing(Apns(given(**apple.settings), seconds=5)) as gateway:
        yield gateway


def refusal_of(apns: Apns, **changes) -> GatewayError:
    with pytest.raises(GatewayError) as refused:
        apns.send(a_push(**changes))
    return refused.value


def test_a_push_with_words_arrives_as_the_document_spells_it(apns, apple):
    apns.send(a_push())

    assert apple.pushes == [
        Pushed(
            TOKEN,
            {
                "apns-topic": TOPIC,
                "apns-push-type": "alert",
                "apns-priority": "10",
                "apns-collapse-id": "person 7",
                "apns-expiration": AN_HOUR_AFTER_NOON,
            },
            {
                **NEWS,
                "aps": {"alert": "4 unread messages", "sound": "default", "badge": 4, "content-available": 1},
            },
        )
    ]


def test_a_push_without_words_only_sets_the_badge_and_wakes_nobody(apns, apple):
    apns.send(a_silent_push())

    (pushed,) = apple.pushes
    assert pushed.body == {**NOTHING_NEW, "aps": {"badge": 0, "content-available": 1}}
    assert pushed.headers["apns-priority"] == "5"


def test_many_pushes_share_one_connection_and_one_provider_token(apns, apple, clock):
    for _ in range(3):
        apns.send(a_push())
        clock.forward(minutes=13)

    assert (apple.connections, len(apple.pushes)) == (1, 3)
    assert len({request.headers["authorization"] for request in apple.heard}) == 1


@pytest.mark.parametrize("minutes", [40, -1], ids=["too old", "of the future"])
def test_the_provider_token_is_made_anew_before_apple_would_refuse_it(apns, apple, clock, minutes):
    apns.send(a_push())
    clock.forward(minutes=minutes)
    apns.send(a_push())

    assert len({request.headers["authorization"] for request in apple.heard}) == 2
    assert len(apple.pushes) == 2


def test_a_provider_token_that_apple_finds_too_old_is_made_anew_at_once(apns, apple):
    apple.script.append(Reply(403, {"reason": "ExpiredProviderToken"}))

    apns.send(a_push())

    first, second = (request.headers["authorization"] for request in apple.heard)
    assert first != second
    assert len(apple.pushes) == 1


def test_a_provider_token_that_is_always_too_old_is_made_anew_once_only(apns, apple):
    apple.script.extend([Reply(403, {"reason": "ExpiredProviderToken"})] * 3)

    refused = refusal_of(apns)

    assert (refused.permanent, len(apple.heard)) == (True, 2)
    assert "ExpiredProviderToken; check HUB_APNS_KEY" in str(refused)


def test_a_device_that_is_gone_is_gone_since_the_moment_that_apple_names(apns, apple):
    apple.gone[TOKEN] = 1795262400123

    refused = refusal_of(apns)

    assert isinstance(refused, DeviceGone)
    assert refused.since == datetime(2026, 11, 21, 12, 0, 0, 123000)


@pytest.mark.parametrize(
    "body", [None, b"gone", {"timestamp": "soon"}, {"timestamp": 10**30}, {"reason": "Unregistered"}, []]
)
def test_a_device_that_is_gone_since_no_readable_moment_is_gone_all_the_same(apns, apple, body):
    apple.script.append(Reply(410, body))

    refused = refusal_of(apns)

    assert isinstance(refused, DeviceGone)
    assert refused.since is None


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_token_that_apple_does_not_know_means_a_device_that_is_gone(apns, apple, reason):
    apple.script.append(Reply(400, {"reason": reason}))

    assert isinstance(refusal_of(apns), DeviceGone)


@pytest.mark.parametrize("address", ["", "../../token", "0badc0de\n", "0bad c0de", "٣" * 64, "a" * 201])
def test_what_is_no_token_never_becomes_part_of_a_path(apns, apple, address):
    assert isinstance(refusal_of(apns, address=address), DeviceGone)
    assert apple.heard == []


@pytest.mark.parametrize(
    ("status", "reason"), [(400, "BadTopic"), (403, "InvalidProviderToken"), (404, "BadPath"), (413, "PayloadTooLarge")]
)
def test_a_refusal_that_no_retry_heals_is_permanent(apns, apple, status, reason):
    apple.script.append(Reply(status, {"reason": reason}, headers={"retry-after": "7"}))

    refused = refusal_of(apns)

    assert not isinstance(refused, DeviceGone)
    assert (refused.permanent, refused.retry_after, reason in str(refused)) == (True, None, True)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "TooManyRequests"), (500, "InternalServerError"), (503, "Shutdown")],
)
def test_trouble_that_passes_is_not_permanent_and_waits_as_long_as_apple_asks(apns, apple, status, reason):
    apple.script.append(Reply(status, {"reason": reason}, headers={"retry-after": "7"}))

    refused = refusal_of(apns)

    assert (refused.permanent, refused.retry_after) == (False, 7.0)
    assert str(refused) == f"APNs answered {status} {reason}"


def test_a_push_that_is_too_large_is_refused_before_it_is_sent(apns, apple):
    refused = refusal_of(apns, payload={**NEWS, "events": ["é" * 2000]})

    assert (refused.permanent, apple.heard) == (True, [])


def test_a_key_that_is_not_the_app_s_is_refused_for_good(apple, given):
    with closing(Apns(given(**{**apple.settings, "apns_key": pem_of(new_key())}))) as gateway:
        refused = refusal_of(gateway)

    assert (refused.permanent, "InvalidProviderToken" in str(refused), apple.pushes) == (True, True, [])
