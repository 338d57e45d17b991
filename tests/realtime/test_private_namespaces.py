"""Private namespaces: nobody without a good token, each person on a stream of their own, and the official clients."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.delivery import Emit
from hub.domain import journal
from hub.domain.credentials import Keys
from hub.perform import run
from hub.reactions.streams import user_stream
from tests.js_client import JsClient
from tests.people import Person
from tests.realtime.notes import NAME, Notebook, event, join, notebook_in, write
from tests.realtime.raw import raw

QUICKLY_BACK = {"reconnectionDelay": 50, "reconnectionDelayMax": 50, "randomizationFactor": 0}


@pytest.fixture
def notebook(hub) -> Notebook:
    return notebook_in(hub)


def tell(hub, person: Person, word: str) -> None:
    """Something happens on the person's own stream."""
    emit = Emit(user_stream(person.id, "notes"), "noted", {"word": word})
    for entry in run(journal.append, [emit]):
        hub.node.server.streams.offer(entry)


DEAD = {
    "no auth": None,
    "no token": {},
    "an empty token": {"token": ""},
    "a token that nobody signed": {"token": "made up"},
    "a token of another hub": {"token": Keys("another secret of thirty-two bytes").mint("x", "vivere", timedelta(1))},
}


@pytest.mark.parametrize("auth", DEAD.values(), ids=DEAD.keys())
async def test_nobody_is_let_in_without_a_good_token(hub, notebook, auth):
    async with raw(hub) as client:
        answer = await client.connect(NAME, auth)

    assert answer == f'44{NAME},{{"message":"Sign in again","data":{{"code":"dead_credential"}}}}'


async def test_nobody_is_let_in_with_a_token_that_was_taken_back(hub, notebook, ada):
    await hub.post("/vivere/user/logout", by=ada)

    async with raw(hub) as client:
        answer = await client.connect(NAME, {"token": ada.token})

    assert answer == f'44{NAME},{{"message":"Sign in again","data":{{"code":"dead_credential"}}}}'


async def test_an_event_of_somebody_who_was_refused_closes_the_socket(hub, notebook):
    async with raw(hub) as client:
        await client.connect(NAME)
        await client.say(write("let me in"))

        assert await client.was_closed()
    assert notebook.written == []


async def test_everybody_hears_their_own_stream_on_all_their_devices_and_nobody_else_s(hub, notebook, ada, grace):
    phone, laptop, graces = [await hub.listen(NAME, by=person) for person in (ada, ada, grace)]

    tell(hub, ada, "for ada")
    tell(hub, grace, "for grace")

    assert await phone.until(1, "noted") == [{"word": "for ada"}]
    assert await laptop.until(1, "noted") == [{"word": "for ada"}]
    assert await graces.until(1, "noted") == [{"word": "for grace"}]


async def test_a_private_stream_recovers_like_a_public_one(hub, notebook, ada):
    first = await hub.listen(NAME, by=ada, recover=True)
    await first.until(1, "ready")
    await first.leave()
    tell(hub, ada, "meanwhile")

    second = await hub.listen(NAME, by=ada, recover=True, offset=first.offset)

    assert await second.until(1, "noted") == [{"word": "meanwhile"}]


async def test_the_official_python_client_is_answered(hub, notebook, ada):
    listener = await hub.listen(NAME, by=ada)

    answer = await listener.client.call("write", {"body": "from Python"}, namespace=NAME)

    assert (answer, notebook.written) == ({"ok": True, "count": 1}, ["from Python"])


async def test_the_official_javascript_client_is_answered(hub, notebook, ada):
    async with await JsClient.start(hub.address, NAME, auth={"token": ada.token}) as client:
        await client.next("connect")
        await client.do("emit", name="write", args=[{"body": "from JavaScript"}], ack=True)
        written = await client.next("ack")
        await client.do("emit", name="write", args=["a text"], ack=True)
        refused = await client.next("ack")

    assert written == {"on": "ack", "name": "write", "args": [{"ok": True, "count": 1}]}
    assert refused["args"] == [
        {"ok": False, "code": "invalid", "field": "argument", "detail": "is not exactly one object"}
    ]
    assert notebook.written == ["from JavaScript"]


async def test_the_official_javascript_client_is_refused_with_the_code(hub, notebook):
    async with await JsClient.start(hub.address, NAME) as client:
        refused = await client.next("connect_error")

    assert refused == {"on": "connect_error", "message": "Sign in again", "data": {"code": "dead_credential"}}


async def test_the_official_javascript_client_comes_back_by_itself_when_an_event_met_a_database_that_was_away(
    hub, notebook, ada
):
    async with await JsClient.start(hub.address, NAME, auth={"token": ada.token}, **QUICKLY_BACK) as client:
        await client.next("connect")
        await client.do("emit", name="ask_the_database", args=[{}], ack=True)
        await client.next("disconnect")

        await client.next("connect")
        await client.do("emit", name="write", args=[{"body": "again"}], ack=True)

        assert (await client.next("ack"))["name"] == "write"


async def test_what_the_official_javascript_client_sent_right_before_it_left_is_carried_out(hub, notebook, ada):
    async with await JsClient.start(hub.address, NAME, auth={"token": ada.token}) as client:
        await client.next("connect")

        await client.do("emit", name="write", args=[{"body": "last words"}])
        await client.do("disconnect")

        assert await notebook.until_written(1) == ["last words"]


async def test_parts_of_the_node_are_told_who_comes_acts_and_leaves(hub, notebook, ada):
    told: list[tuple[str, str]] = []
    server = hub.node.server
    server.joined = lambda connection: told.append(("joined", connection.person.name))
    server.acted = lambda connection: told.append(("acted", connection.person.name))
    server.left = lambda connection: told.append(("left", connection.person.name))
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(event("look", {}))
        await client.say(event("write", "no object"))
        await client.say(event("tear", {}))
        assert await client.was_closed()

    assert told == [("joined", "Ada"), ("acted", "Ada"), ("acted", "Ada"), ("left", "Ada")]
