"""`POST /login` with an access token of Facebook's, against a stand-in that answers as its Graph API does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from hub import database
from hub.http import outbound
from hub.perform import NoCourier, use_courier
from models import Account, Device, Identity
from tests.build import settings
from tests.http.halp.saying import SERVER_ERROR, no, profile, said, yes
from tests.http.halp.test_samples import sample
from tests.people import PASSWORD
from tests.running import RunningHub

APP, SECRET = "1001", "app secret"
INVALID = no("invalid_facebook_access_token")
AWAY = (503, "server_error")
ZOE = {"id": "10001", "first_name": "Zoe", "last_name": "Fay"}


class Facebook:
    """Knows whom each token is of and for which app it was made; `script` holds what it does instead of answering."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[dict[str, Any], str]] = {"zoes": (ZOE, APP), "elsewhere": (ZOE, "2002")}
        self.script: list[web.Response | str] = []
        self.asked: list[str] = []
        self.address = ""

    async def me(self, request: web.Request) -> web.Response:
        person, _ = self.people.get(request.query["access_token"], (None, None))
        known = web.json_response(person) if person else web.json_response({"error": {"code": 190}}, status=400)
        return await self._answer(request, known)

    async def debug_token(self, request: web.Request) -> web.Response:
        assert request.query["access_token"] == f"{APP}|{SECRET}"
        person, app = self.people.get(request.query["input_token"], (None, None))
        said = {"data": {"app_id": app, "is_valid": True} if person else {"is_valid": False}}
        return await self._answer(request, web.json_response(said))

    async def _answer(self, request: web.Request, answer: web.Response) -> web.Response:
        self.asked.append(request.path)
        instead = self.script.pop(0) if self.script else answer
        if instead == "hang":
            await asyncio.sleep(60)
        if instead == "reset":
            assert request.transport is not None
            request.transport.abort()
        return answer if isinstance(instead, str) else instead


@pytest.fixture
async def facebook() -> AsyncIterator[Facebook]:
    stand_in, app = Facebook(), web.Application()
    app.add_routes([web.get("/me", stand_in.me), web.get("/debug_token", stand_in.debug_token)])
    listener = socket.create_server(("127.0.0.1", 0))
    stand_in.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    yield stand_in
    await runner.cleanup()


@pytest.fixture
async def hub(request, facebook, valkey, tmp_path, monkeypatch) -> AsyncIterator[RunningHub]:
    """A hub as in every test, that asks the stand-in and has no patience; `settings` may change it."""
    monkeypatch.setattr(outbound, "PATIENCE_SECONDS", 0.2)
    marker = request.node.get_closest_marker("settings")
    theirs = {"facebook_url": facebook.address, "facebook_client_id": APP, "facebook_client_secret": SECRET}
    address = request.getfixturevalue("sqlite").new_database()
    given = settings(tmp_path, address, valkey.address, **{**theirs, **(marker.kwargs if marker else {})})
    async with RunningHub(given) as running:
        yield running
    use_courier(NoCourier())


async def sign_in(hub, token: Any = "zoes", **more: Any):
    return await hub.post("/halp/login", {"type": "facebook", "accessToken": token, **more})


async def test_the_first_sign_in_makes_an_account_and_the_next_ones_find_it(hub, facebook, rows):
    status, first = await sign_in(hub)
    facebook.people["later"] = ({**ZOE, "first_name": "Renamed"}, APP)
    _, second = await sign_in(hub, "later")

    zoe = profile(first["profile"]["userId"], "Zoe", lastname="Fay")
    assert (status, first) == yes(sessionId=first["sessionId"], profile=zoe)
    assert second["profile"] == zoe
    assert await hub.get("/halp/profile", headers={"sessionId": second["sessionId"]}) == yes(**zoe)
    assert [row[2:4] for row in rows()[Identity.__name__]] == [("facebook", "10001")]


async def test_the_documents_sample_signs_in(hub, facebook, rows):
    printed = sample("login_request_facebook")
    facebook.people[printed["accessToken"]] = (ZOE, APP)

    assert said(await hub.post("/halp/login", printed)) == (200, "success")
    assert [device[3:5] for device in rows()[Device.__name__]] == [("apn", "<apn deviceToken>")]


async def test_a_token_that_proves_nothing_is_refused(hub, facebook, rows):
    before = rows()

    for token in ("dead", "elsewhere", "a" * 5000):
        assert said(await sign_in(hub, token)) == INVALID
    assert rows() == before
    assert "/me" not in facebook.asked


@pytest.mark.settings(facebook_client_id="", facebook_client_secret="")
async def test_an_answer_that_names_nobody_is_a_no(hub, facebook, rows):
    before = rows()

    for answer in (
        web.Response(status=400),
        web.Response(text="hello"),
        web.json_response([]),
        web.json_response({"id": "../1"}),
    ):
        facebook.script.append(answer)
        assert said(await sign_in(hub)) == INVALID
    assert rows() == before


@pytest.mark.parametrize("which", [0, 1], ids=["at the check of the token", "at the person"])
async def test_while_the_provider_is_in_trouble_people_are_told_to_come_again(hub, facebook, rows, which):
    before = rows()
    troubles = [web.Response(status=500), web.Response(status=503), web.Response(status=429), "reset", "hang"]

    answers = []
    for trouble in troubles:
        facebook.script = [*[web.json_response({"data": {"app_id": APP, "is_valid": True}})] * which, trouble]
        answers.append(said(await sign_in(hub)))

    assert answers == [AWAY] * len(troubles)
    assert rows() == before
    assert said(await sign_in(hub)) == (200, "success")


@pytest.mark.settings(facebook_url="http://127.0.0.1:9")
async def test_a_provider_that_is_away_is_no_fault_of_the_token(hub):
    assert said(await sign_in(hub)) == AWAY


@pytest.mark.settings(env="production", facebook_client_id="", facebook_client_secret="")
async def test_in_production_nobody_signs_in_by_a_token_whose_app_cannot_be_checked(hub, facebook, rows):
    before = rows()

    assert said(await sign_in(hub)) == INVALID
    assert (rows(), facebook.asked) == (before, [])


async def test_nobody_is_joined_to_an_account_that_has_the_same_address(hub, facebook, ann):
    facebook.people["anns"] = ({**ZOE, "email": "ann@example.org"}, APP)

    _, reply = await sign_in(hub, "anns")

    assert reply["profile"]["userId"] != ann.id


async def test_nobody_can_take_the_place_of_somebody_who_has_not_come_yet(hub, rows):
    squatter = {"username": "facebook:10001", "password": PASSWORD, "name": "Eve"}
    await hub.post("/vivere/user/create", squatter)

    status, reply = await sign_in(hub)

    assert (status, reply["profile"]["firstname"]) == (200, "Zoe")
    assert len(rows()[Account.__name__]) == 2


NAMES = [
    ({"first_name": "Zoe"}, ("Zoe", "-")),
    ({"first_name": " ", "last_name": None}, ("-", "-")),
    ({"first_name": "a" * 150, "last_name": "b" * 150}, ("a" * 100, "b" * 100)),
]


async def test_neither_part_of_a_name_is_ever_empty_or_too_long(hub, facebook):
    for number, (names, parts) in enumerate(NAMES):
        facebook.people["odd"] = ({"id": f"2000{number}", **names}, APP)

        _, reply = await sign_in(hub, "odd")

        assert (reply["profile"]["firstname"], reply["profile"]["lastname"]) == parts


async def test_a_missing_or_bad_token_is_refused_as_any_field_is(hub, facebook, rows):
    before = rows()

    answers = [await sign_in(hub, token) for token in (None, "", 7, ["zoes"])]
    answers.append(await hub.post("/halp/login", {"type": "facebook"}))

    assert [said(answer) for answer in answers] == [SERVER_ERROR] * 5
    assert (rows(), facebook.asked) == (before, [])


class TestOnEachDatabase:
    @pytest.fixture
    async def hub(self, request, facebook, database_url, valkey, tmp_path):
        given = settings(tmp_path, database_url, valkey.address, facebook_url=facebook.address)
        async with RunningHub(given) as running:
            yield running
            database.disconnect()
        use_courier(NoCourier())

    async def test_first_sign_ins_at_the_same_moment_make_one_account(self, hub, rows):
        replies = await asyncio.gather(*(sign_in(hub) for _ in range(12)))

        assert {said(reply) for reply in replies} == {(200, "success")}
        assert len({reply["profile"]["userId"] for _, reply in replies}) == 1
        assert len(rows()[Account.__name__]) == len(rows()[Identity.__name__]) == 1
