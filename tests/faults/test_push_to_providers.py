"""Ten messages through every real gateway, to a person who has an iPhone, an Android phone and a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.people import PASSWORD, Member, Person
from tests.processes import Server, Site
from tests.pushing import QUICK, join, sign_in, stopped, unread, until_settled, write
from tests.standins.apns import ApnsStandIn
from tests.standins.certificate import Certificate
from tests.standins.fcm import FcmStandIn
from tests.standins.web_push import WebPushStandIn

IPHONE, ANDROID = "0badc0de", "registration:of-an-android"


@pytest.fixture
def apple(certificate: Certificate) -> Iterator[ApnsStandIn]:
    with ApnsStandIn(certificate) as standing_in:
        yield standing_in


@pytest.fixture
def google(certificate: Certificate) -> Iterator[FcmStandIn]:
    with FcmStandIn(certificate) as standing_in:
        yield standing_in


@pytest.fixture
def browser(certificate: Certificate) -> Iterator[WebPushStandIn]:
    with WebPushStandIn(certificate) as standing_in:
        yield standing_in


async def subscribe(server: Server, first_name: str, subscription: dict) -> None:
    """The same person as Vivere knows them has their browser pushed to."""
    sign_in = {"username": f"{first_name.lower()}@example.org", "password": PASSWORD}
    _, reply = await server.post("/vivere/user/login", sign_in)
    by = Person(None, reply["data"]["token"])
    assert (await server.call("PUT", "/vivere/user/push", by=by, body=subscription))[0] == 200


async def test_ten_messages_are_one_push_for_every_kind_of_device(site: Site, apple, google, browser):
    site.environment |= {**QUICK, **apple.environment, **google.environment, **browser.environment}
    server, worker = await site.serve(), site.work()
    ann: Member = join(site, "Ann")
    tom: Member = join(site, "Tom", teaches=True, phone=IPHONE)
    await sign_in(server, "Tom", pushType="gcm", pushToken=ANDROID)
    await subscribe(server, "Tom", browser.subscription("tom"))

    with stopped(worker):
        await write(server, tom, by=ann, count=10)
    await until_settled(site, tom)

    news = unread(10)
    aps = {"alert": news["message"], "sound": "default", "badge": 10, "content-available": 1}
    as_text = {name: value if name == "message" else json.dumps(value) for name, value in news.items()}
    assert [(pushed.token, pushed.body) for pushed in apple.pushes] == [(IPHONE, {**news, "aps": aps})]
    assert [(message["token"], message["data"]) for message in google.messages] == [(ANDROID, as_text)]
    assert [(shown.endpoint, shown.body) for shown in browser.pushes] == [(f"{browser.address}/push/tom", news)]
