"""FCM: what Google's servers get, and what the hub makes of their answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.standins.certificate import pem_of
from tests.standins.saying import Fault, Reply
from tests.workers.gateways.conftest import a_push, a_silent_push
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.fcm import Fcm

REGISTRATION = "dQw4w9WgXcQ:APA91b"
GRANTED = Reply(200, {"access_token": "access-of-the-script", "expires_in": 3599})


@pytest.fixture
def fcm(clock, google, given) -> Iterator[Fcm]:
    with closing(Fcm(given(**google.settings), seconds=5)) as gateway:
        yield gateway


def push(**changes: Any):
    return a_push(**{"kind": "gcm", "address": REGISTRATION, **changes})


def refusal_of(fcm: Fcm, **changes: Any) -> GatewayError:
    with pytest.raises(GatewayError) as refused:
        fcm.send(push(**changes))
    assert REGISTRATION not in str(refused.value)
    return refused.value


def error(status: int, word: str, *details: dict[str, Any], message: str = "") -> Reply:
    return Reply(status, {"error": {"code": status, "status": word, "message": message, "details": list(details)}})


def test_a_push_arrives_with_every_value_as_text(fcm, google):
    fcm.send(push())

    assert google.messages == [
        {
            "token": REGISTRATION,
            "data": {
                "studentUnreadMessages": "1",
                "tutorUnreadMessages": "3",
                "studentNewMatches": "0",
                "tutorNewMatches": "0",
                "session": '{"otherUserId":7,"mode":"student","startTimestamp":1425841225,"rate":20}',
                "message": "4 unread messages",
                "count": "4",
                "events": '["message"]',
            },
            "android": {"collapse_key": "person 7", "priority": "HIGH", "ttl": "3600s"},
        }
    ]


def test_a_push_without_words_says_that_there_is_no_session_and_wakes_nobody(fcm, google):
    fcm.send(a_silent_push(kind="gcm", address=REGISTRATION, lasts_seconds=10**9))

    (message,) = google.messages
    assert (message["data"]["session"], message["data"]["message"]) == ("null", "")
    assert message["android"] == {"collapse_key": "person 7", "priority": "NORMAL", "ttl": "2419200s"}


def test_access_is_asked_for_once_until_shortly_before_it_ends(fcm, google, clock):
    for minutes in (0, 50, 5):
        clock.forward(minutes=minutes)
        fcm.send(push())

    assert (google.grants, google.connections, len(google.messages)) == (2, 1, 3)


def test_access_that_was_taken_back_is_asked_for_again_at_once(fcm, google):
    fcm.send(push())
    google.granted.clear()

    fcm.send(push())

    assert (google.grants, len(google.messages)) == (2, 2)


def test_access_that_is_never_good_is_asked_for_once_more_only(fcm, google):
    google.script.extend([GRANTED, error(401, "UNAUTHENTICATED"), GRANTED, error(401, "UNAUTHENTICATED")])

    refused = refusal_of(fcm)

    assert (refused.permanent, len(google.heard)) == (True, 4)
    assert str(refused) == "FCM answered 401 UNAUTHENTICATED; check HUB_FCM_SERVICE_ACCOUNT and its rights"


@pytest.mark.parametrize(
    "of_another",
    [{"private_key": pem_of(rsa.generate_private_key(65537, 2048))}, {"client_email": "mallory@example.org"}],
    ids=["key", "name"],
)
def test_a_service_account_that_google_does_not_know_is_refused_for_good(google, given, of_another):
    account = json.dumps({**google.account, **of_another})
    with closing(Fcm(given(**{**google.settings, "fcm_service_account": account}))) as gateway:
        refused = refusal_of(gateway)

    assert (refused.permanent, google.messages) == (True, [])
    assert str(refused).startswith("Google's grant of access answered 400")


@pytest.mark.parametrize(
    "body", [b"<html>", {}, [], {"access_token": 7}, {"access_token": ""}, {"access_token": "a\r\nb", "expires_in": 9}]
)
def test_a_grant_that_holds_no_token_is_left_for_later(fcm, google, body):
    google.script.append(Reply(200, body))

    refused = refusal_of(fcm)

    assert (refused.permanent, str(refused)) == (False, "Google's grant of access holds no token")


def test_a_grant_that_lasts_no_time_is_used_once(fcm, google):
    google.script.append(Reply(200, {"access_token": "access-short", "expires_in": -1}))
    google.granted.append("access-short")

    for _ in range(2):
        fcm.send(push())

    assert (len(google.messages), google.grants) == (2, 1)


@pytest.mark.parametrize("known_as", ["unregistered", "malformed", "of_another_sender"])
def test_a_token_that_google_will_never_take_means_a_device_that_is_gone(fcm, google, known_as):
    getattr(google, known_as).add(REGISTRATION)

    assert isinstance(refusal_of(fcm), DeviceGone)


def test_a_token_that_google_calls_bad_in_words_only_means_a_device_that_is_gone(fcm, google):
    words = "The registration token is not a valid FCM registration token"
    google.script.extend([GRANTED, error(400, "INVALID_ARGUMENT", message=words)])

    assert isinstance(refusal_of(fcm), DeviceGone)


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "INVALID_ARGUMENT", {"errorCode": "INVALID_ARGUMENT"}),
        error(400, "INVALID_ARGUMENT", {"fieldViolations": [{"field": "message.data[0].value"}]}),
        error(400, "INVALID_ARGUMENT", {"fieldViolations": [{"field": "message.token"}, {"field": "message.data"}]}),
        error(401, "UNAUTHENTICATED", {"errorCode": "THIRD_PARTY_AUTH_ERROR"}),
        error(403, "PERMISSION_DENIED"),
        error(404, "NOT_FOUND"),
    ],
)
def test_a_refusal_that_is_not_about_the_token_is_permanent_and_keeps_the_device(fcm, google, refusal):
    google.script.extend([GRANTED, refusal])

    refused = refusal_of(fcm)

    assert (refused.permanent, isinstance(refused, DeviceGone)) == (True, False)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_waits_as_long_as_google_asks(fcm, google, status):
    google.script.extend([GRANTED, Reply(status, b"<html>Bad gateway</html>", headers={"retry-after": "60"})])

    refused = refusal_of(fcm)

    assert (refused.permanent, refused.retry_after) == (False, 60.0)


def test_a_kept_connection_that_ended_is_replaced(fcm, google):
    fcm.send(push())
    google.script.append(Fault.GOAWAY)

    fcm.send(push())

    assert (len(google.messages), google.connections, google.grants) == (2, 2, 1)


def test_a_grant_and_a_send_have_the_time_of_one_send(google, given, clock):
    google.script.append(Fault.HANG)
    began = monotonic()
    with closing(Fcm(given(**google.settings), seconds=1)) as gateway:
        refused = refusal_of(gateway)

    assert (refused.permanent, len(google.heard)) == (False, 1)
    assert monotonic() - began < 6
