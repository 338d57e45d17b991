"""Bodies that come slowly: whoever is shut out before the last byte has changed nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable

import pytest

from hub.domain import privileges, sign_outs
from hub.perform import run
from tests.http.techfesia.cast import Student, staff
from tests.people import PASSWORD
from tests.running import RunningHub

BROWSER = {"endpoint": "https://push.example/1", "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}


async def trickling(
    hub: RunningHub, who: Student, body: object, meanwhile: Callable[[], object]
) -> AsyncIterator[bytes]:
    text = json.dumps(body).encode()
    yield text[:1]
    # Their slow call began before this one, so that its credential was looked at before this one is answered.
    assert (await hub.get(f"/techfesia/users/{who.username}", who))[0] == 200
    meanwhile()
    yield text[1:]


async def slowly(hub: RunningHub, method: str, path: str, who: Student, body: object, meanwhile) -> int:
    said = trickling(hub, who, body, meanwhile)
    headers = {"Content-Type": "application/json"}
    return (await hub.call(method, f"/techfesia/{path}", who, data=said, headers=headers))[0]


CALLS = [
    ("PUT", "users/ada", {"firstName": "Eve"}),
    ("PUT", "users/ada/privileges", {"state": "superuser"}),
    ("POST", "users/rita/password", {"password": "another"}),
    ("PUT", "users/rita/password", {"oldPassword": PASSWORD, "newPassword": "another"}),
    ("PUT", "users/rita/push", BROWSER),
    ("PUT", "auth/token", {"token": "the other one"}),
    ("POST", "events/category", {"name": "Arts", "description": "All of them"}),
]


@pytest.mark.settings(rate_limits=False)
@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=[" ".join(call[:2]) for call in CALLS])
async def test_who_is_signed_out_before_the_last_byte_changes_nothing(hub, ada, rows, method, path, body):
    rita, before = staff("rita", superuser=True), {}

    def signed_out() -> None:
        run(sign_outs.everywhere, rita.id)
        before.update(rows())

    status = await slowly(hub, method, path, rita, body, signed_out)

    assert (status, rows()) == (401, before)


async def test_who_is_demoted_before_the_last_byte_makes_nobody_a_superuser(hub, ada, root):
    rita = staff("rita", superuser=True)

    def demoted() -> None:
        run(privileges.change, "rita", state="staff", privileges=None, by=root.actor)

    status = await slowly(hub, "PUT", "users/ada/privileges", rita, {"state": "superuser"}, demoted)

    assert status == 403
    assert (await hub.get("/techfesia/users/ada/privileges", root))[1]["state"] == "normal"
