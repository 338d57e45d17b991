"""Web Push: what a browser decrypts, and where the hub will not go for anybody's endpoint."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.build import SECRET
from tests.standins.saying import Fault, Reply
from tests.standins.web_push import Shown
from tests.workers.gateways.conftest import NEWS, NOTHING_NEW, a_push, a_silent_push
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.push import Push
from workers.gateways.reach import anywhere
from workers.gateways.web_push import WebPush, endpoint_of

KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "c2l4dGVlbiBieXRlcyBvaw",
}


@pytest.fixture
def web_push(clock, browser, given) -> Iterator[WebPush]:
    with closing(WebPush(given(**browser.settings), seconds=5)) as gateway:
        yield gateway


@pytest.fixture
def in_production(clock, browser, given) -> Iterator[WebPush]:
    settings = given(**browser.settings, env="production", secret_key=SECRET)
    with closing(WebPush(settings, seconds=1)) as gateway:
        yield gateway


def to(subscription: dict[str, Any], make: Callable[..., Push] = a_push, **changes: Any) -> Push:
    return make(**{"kind": "web", "address": subscription["endpoint"], "keys": subscription["keys"], **changes})


def refusal_of(gateway: WebPush, push: Push) -> GatewayError:
    with pytest.raises(GatewayError) as refused:
        gateway.send(push)
    assert "/push/" not in str(refused.value)
    return refused.value


def test_a_push_arrives_encrypted_signed_and_readable_for_the_browser_alone(web_push, browser):
    subscription = browser.subscription("ada")

    web_push.send(to(subscription))

    (shown,) = browser.pushes
    assert shown == Shown(
        subscription["endpoint"],
        {"ttl": "3600", "topic": shown.headers["topic"], "urgency": "high"},
        {**NEWS, "message": "4 unread messages"},
    )
    assert b"unread" not in browser.heard[0].body


def test_a_push_without_words_is_in_no_hurry(web_push, browser):
    web_push.send(to(browser.subscription("ada"), a_silent_push))

    (shown,) = browser.pushes
    assert (shown.headers["urgency"], shown.body) == ("low", NOTHING_NEW)


def test_pushes_with_the_same_collapse_id_have_the_same_topic(web_push, browser):
    for collapse_id in ("person 7", "person 7", "person 8"):
        web_push.send(to(browser.subscription("ada"), collapse_id=collapse_id))

    first, second, third = (shown.headers["topic"] for shown in browser.pushes)
    assert first == second != third


def test_keys_with_padding_are_taken_too(web_push, browser):
    subscription = browser.subscription("ada")
    padded = {name: key + "=" * (-len(key) % 4) for name, key in subscription["keys"].items()}

    web_push.send(to(subscription, keys=padded))

    assert len(browser.pushes) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_means_a_device_that_is_gone(web_push, browser, status):
    browser.script.append(Reply(status))

    assert isinstance(refusal_of(web_push, to(browser.subscription("ada"))), DeviceGone)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 413])
def test_a_refusal_that_no_retry_heals_is_permanent(web_push, browser, status):
    location = {"location": f"{browser.address}/push/elsewhere"}
    browser.script.append(Reply(status, b"/push/secret", headers=location))

    refused = refusal_of(web_push, to(browser.subscription("ada")))

    assert (refused.permanent, isinstance(refused, DeviceGone), len(browser.heard)) == (True, False, 1)
    assert str(refused) == f"localhost answered {status}"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_waits_as_long_as_the_push_service_asks(web_push, browser, status):
    browser.script.append(Reply(status, headers={"retry-after": "60"}))

    refused = refusal_of(web_push, to(browser.subscription("ada")))

    assert (refused.permanent, refused.retry_after) == (False, 60.0)


def as_long_as(size: int) -> dict[str, Any]:
    """What makes the text of a push so many bytes long."""
    rest = size - len('{"message":"","events":[""]}')
    return {"text": "", "payload": {"message": "", "events": ["x" * rest]}}


def test_the_largest_push_arrives_and_a_larger_one_is_refused(web_push, browser):
    web_push.send(to(browser.subscription("ada"), **as_long_as(3993)))
    refused = refusal_of(web_push, to(browser.subscription("ada"), **as_long_as(3994)))

    assert [len(request.body) for request in browser.heard] == [4096]
    assert (len(browser.pushes), refused.permanent) == (1, True)
    assert str(refused) == "the push has 3994 bytes; a browser's takes 3993"


def test_an_endpoint_that_never_answers_is_left_in_time(browser, given, clock):
    browser.script.append(Fault.TRICKLE)
    with closing(WebPush(given(**browser.settings), seconds=1)) as gateway:
        refused = refusal_of(gateway, to(browser.subscription("ada")))

    assert refused.permanent is False


@pytest.mark.parametrize(
    "keys",
    [
        None,
        {},
        {"p256dh": KEYS["p256dh"]},
        {**KEYS, "p256dh": ""},
        {**KEYS, "p256dh": "A" * 87},
        {**KEYS, "p256dh": 7},
        {**KEYS, "p256dh": "é" * 87},
        {**KEYS, "auth": "c2hvcnQ"},
        {**KEYS, "auth": "A"},
        {**KEYS, "auth": None},
    ],
)
def test_keys_that_nobody_can_encrypt_for_mean_a_device_that_is_gone(web_push, browser, keys):
    push = to(browser.subscription("ada"), keys=keys)

    assert isinstance(refusal_of(web_push, push), DeviceGone)
    assert browser.heard == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push.example",
        "http://push.example/1",
        "file:///etc/passwd",
        "https:///1",
        "https://user:password@push.example/1",
        "https://[",
        "https://push.example:99999/",
        "https://pu sh.example/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[2606:4700::1111]/",
    ],
)
def test_an_endpoint_that_no_push_service_has_means_a_device_that_is_gone(web_push, endpoint):
    with pytest.raises(DeviceGone):
        web_push.send(to({"endpoint": endpoint, "keys": KEYS}))


@for_all(st.text())
def test_no_endpoint_breaks_anything(text):
    try:
        url = endpoint_of("https://" + text, anywhere)
    except DeviceGone:
        return
    assert url.host


def test_in_production_the_loopback_is_not_spoken_to(in_production, browser):
    by_name = refusal_of(in_production, to(browser.subscription("ada")))
    by_number = browser.subscription("ada")["endpoint"].replace("localhost", "127.0.0.1")

    assert (by_name.permanent, isinstance(by_name, DeviceGone)) == (True, False)
    assert str(by_name) == "localhost is no public address; a push service would be one"
    assert isinstance(refusal_of(in_production, to({**browser.subscription("ada"), "endpoint": by_number})), DeviceGone)
    assert (browser.connections, browser.heard) == (0, [])


def test_a_name_that_means_a_machine_of_this_house_is_not_spoken_to(web_push, browser, names):
    names["push.example"] = ["192.168.1.1", "::ffff:10.0.0.1"]
    endpoint = browser.subscription("ada")["endpoint"].replace("localhost", "push.example")

    refused = refusal_of(web_push, to({**browser.subscription("ada"), "endpoint": endpoint}))

    assert refused.permanent is True
    assert str(refused) == "push.example is no public address; a push service would be one"


def test_a_raw_key_serves_as_well_as_a_pem_text(browser, given, clock):
    number = browser._vapid.private_numbers().private_value
    raw = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
    with closing(WebPush(given(**{**browser.settings, "vapid_private_key": raw}))) as gateway:
        gateway.send(to(browser.subscription("ada")))

    assert len(browser.pushes) == 1


def test_a_key_that_the_browser_did_not_subscribe_with_is_refused_for_good(browser, given, trusted, clock):
    raw = base64.urlsafe_b64encode(b"7" * 32).decode()
    with closing(WebPush(given(**{**browser.settings, "vapid_private_key": raw}))) as gateway:
        refused = refusal_of(gateway, to(browser.subscription("ada")))

    assert (refused.permanent, browser.pushes) == (True, [])
