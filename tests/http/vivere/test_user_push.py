"""`PUT` and `DELETE user/push`: browsers that are pushed to."""

import base64
import json

import pytest

from hub.perform import run_reading
from models import Device
from tests.http.vivere.saying import NOT_SIGNED_IN, no, yes

KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
BROWSER = {"endpoint": "https://push.example/send/1", "keys": KEYS}
RAW_KEY = base64.urlsafe_b64encode(b"\1" * 32).decode().rstrip("=")


async def put(hub, body, by=None):
    return await hub.call("PUT", "/vivere/user/push", by=by, json=body)


async def delete(hub, body, by=None):
    return await hub.call("DELETE", "/vivere/user/push", by=by, json=body)


def browsers() -> list[tuple[int, str, dict[str, str]]]:
    found = run_reading(lambda: list(Device.select().where(Device.kind == "web").order_by(Device.id)))
    return [(device.account_id, device.address, json.loads(device.keys)) for device in found]


async def test_a_browser_subscribes_and_asked_again_is_the_same_one(hub, ada):
    assert await put(hub, BROWSER, by=ada) == (200, yes({}))
    assert await put(hub, BROWSER, by=ada) == (200, yes({}))

    assert browsers() == [(ada.id, "https://push.example/send/1", KEYS)]


async def test_a_browser_belongs_to_who_signed_in_last(hub, ada, grace):
    await put(hub, BROWSER, by=ada)

    await put(hub, BROWSER, by=grace)

    assert browsers() == [(grace.id, "https://push.example/send/1", KEYS)]


async def test_a_subscription_is_taken_back_by_whose_it_is_only(hub, ada, grace):
    await put(hub, BROWSER, by=ada)

    assert await delete(hub, {"endpoint": BROWSER["endpoint"]}, by=grace) == (200, yes({}))
    assert browsers() == [(ada.id, "https://push.example/send/1", KEYS)]
    assert await delete(hub, {"endpoint": BROWSER["endpoint"]}, by=ada) == (200, yes({}))
    assert browsers() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"keys": KEYS}, "endpoint"),
        ({**BROWSER, "endpoint": "http://push.example/send/1"}, "endpoint"),
        ({**BROWSER, "endpoint": "https://user@push.example/"}, "endpoint"),
        ({**BROWSER, "endpoint": "https://push.example/" + "x" * 2000}, "endpoint"),
        ({"endpoint": BROWSER["endpoint"]}, "keys"),
        ({**BROWSER, "keys": {"p256dh": KEYS["p256dh"]}}, "keys.auth"),
        ({**BROWSER, "keys": {**KEYS, "auth": "short"}}, "keys.auth"),
        ({**BROWSER, "keys": {**KEYS, "p256dh": "C" + "A" * 86}}, "keys.p256dh"),
    ],
)
async def test_what_no_browser_would_send_is_refused(hub, ada, body, field):
    status, reply = await put(hub, body, by=ada)

    assert (status, reply["error"]["title"], reply["error"]["message"].split()[0]) == (400, "Cannot be used", field)
    assert browsers() == []


async def test_a_stranger_cannot_subscribe(hub):
    assert await put(hub, BROWSER) == NOT_SIGNED_IN
    assert await delete(hub, BROWSER) == NOT_SIGNED_IN


async def test_without_a_key_there_is_none_to_subscribe_with(hub):
    assert await hub.get("/vivere/user/push") == (200, yes({"public_key": None}))


@pytest.mark.settings(vapid_private_key=RAW_KEY, vapid_subject="mailto:olga@example.org")
async def test_browsers_are_told_the_key_to_subscribe_with(hub):
    _, reply = await hub.get("/vivere/user/push")

    point = base64.urlsafe_b64decode(reply["data"]["public_key"] + "=")
    assert (len(point), point[0]) == (65, 4)


async def test_another_method_is_refused(hub, ada):
    status, reply = await hub.post("/vivere/user/push", BROWSER, by=ada)

    assert (status, reply) == (405, no("Wrong method", "This address does not take that method."))
