"""`PUT` and `DELETE users/{username}/push`: a browser that is pushed to for as long as its sign-in lasts."""

from __future__ import annotations

import pytest

from hub.perform import run_reading
from models import Device
from tests.http.techfesia.cast import signed_in

KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
BROWSER = {"endpoint": "https://push.example/send/1", "keys": KEYS}


async def call(hub, method, username, by, body):
    return await hub.call(method, f"/techfesia/users/{username}/push", by, json=body)


def browsers() -> list[tuple[int, str]]:
    return run_reading(lambda: [(row.account_id, row.address) for row in Device.select().where(Device.kind == "web")])


async def test_a_browser_is_registered_once_and_taken_back(hub, ada):
    for _ in range(2):
        assert await call(hub, "PUT", "ada", ada, BROWSER) == (200, {"message": "This browser is pushed to"})
    assert browsers() == [(ada.id, BROWSER["endpoint"])]

    taken_back = await call(hub, "DELETE", "ada", ada, {"endpoint": BROWSER["endpoint"]})

    assert taken_back == (200, {"message": "This browser is pushed to no more"})
    assert browsers() == []


async def test_it_outlives_its_access_token_and_ends_with_its_sign_in(hub, ada):
    other = signed_in(ada.id)
    await call(hub, "PUT", "ada", ada, BROWSER)
    await hub.call("PUT", "/techfesia/auth/token", ada, json={"token": other.pair.refresh})
    assert browsers() == [(ada.id, BROWSER["endpoint"])]

    await hub.call("PUT", "/techfesia/auth/token", ada, json={"token": ada.pair.refresh})

    assert browsers() == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_nobody_does_it_for_another(hub, ada, root, method):
    answers = [(await call(hub, method, "ada", by, BROWSER))[0] for by in (None, root)]

    assert (answers, browsers()) == ([401, 403], [])


async def test_what_no_browser_would_send_is_refused(hub, ada):
    bodies = [{"keys": KEYS}, {**BROWSER, "endpoint": "http://x/"}, {"endpoint": BROWSER["endpoint"]}]

    answers = [(await call(hub, "PUT", "ada", ada, body))[0] for body in bodies]

    assert (answers, browsers()) == ([400] * 3, [])
