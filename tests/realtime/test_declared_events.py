"""Events that a namespace declares: one argument, in order, bounded, and answered when they are carried out."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.realtime.notes import NAME, event, hub_has_read, join, next_answer, notebook_in, write
from tests.realtime.raw import raw


def reasons_in(said: list[dict[str, Any]]) -> list[str]:
    """Why the hub closed transports, as the operator reads it."""
    return [line["reason"] for line in said if line["event"] == "transport_closed"]


async def answer_to(hub, person, packet: str) -> object:
    async with raw(hub) as client:
        await join(client, person.token)
        await client.say(packet)
        return await next_answer(client)


async def test_a_declared_event_is_answered_when_it_is_carried_out(hub, ada):
    notebook = notebook_in(hub)

    answer = await answer_to(hub, ada, write("first", ack=0))

    assert (answer, notebook.written) == ((0, {"ok": True, "count": 1}), ["first"])


async def test_an_event_that_answers_nothing_in_particular_is_answered_ok(hub, ada):
    notebook_in(hub)

    assert await answer_to(hub, ada, event("look", {}, ack=999_999_999_999_999)) == (999_999_999_999_999, {"ok": True})


async def test_an_event_without_an_acknowledgement_id_is_carried_out_and_not_answered(hub, ada):
    notebook = notebook_in(hub)
    async with raw(hub) as client:
        await join(client, ada.token)

        await client.say(write("quiet"))
        await client.say(write("loud", ack=1))

        assert await next_answer(client) == (1, {"ok": True, "count": 2})
    assert notebook.written == ["quiet", "loud"]


async def test_keys_that_the_event_does_not_know_are_ignored(hub, ada):
    notebook = notebook_in(hub)

    await answer_to(hub, ada, event("write", {"body": "known", "colour": "red"}, ack=1))

    assert notebook.written == ["known"]


REFUSED = {
    "full": {"ok": False, "code": "notebook_full"},
    "invalid": {"ok": False, "code": "invalid", "field": "body", "detail": "is a rhyme"},
    "often": {"ok": False, "code": "too_many", "retryAfter": 7},
}


@pytest.mark.parametrize(("why", "answer"), REFUSED.items(), ids=REFUSED.keys())
async def test_a_refusal_is_an_answer(hub, ada, why, answer):
    notebook_in(hub)

    assert await answer_to(hub, ada, event("refuse", {"why": why}, ack=1)) == (1, answer)


async def test_a_namespace_may_say_refusals_in_the_words_of_its_contract(hub, ada):
    notebook_in(hub, refusal_of=lambda no: {"code": "server_error", "detail": no.code})

    answer = await answer_to(hub, ada, event("refuse", {"why": "often"}, ack=1))

    assert answer == (1, {"ok": False, "code": "server_error", "detail": "too_many", "retryAfter": 7})


NOT_ONE_OBJECT = ("argument", "is not exactly one object")
WRONG = {
    "no argument": ([], *NOT_ONE_OBJECT),
    "two arguments": ([{"body": "a"}, {"body": "b"}], *NOT_ONE_OBJECT),
    "a text": (["a"], *NOT_ONE_OBJECT),
    "a list": ([[{"body": "a"}]], *NOT_ONE_OBJECT),
    "null": ([None], *NOT_ONE_OBJECT),
    "a field that is missing": ([{}], "body", "is missing"),
    "a field that is null": ([{"body": None}], "body", "is not a text"),
    "a field of another type": ([{"body": "a", "page": "1"}], "page", "is not a whole number"),
    "a field that is too short": ([{"body": ""}], "body", "is blank"),
}


@pytest.mark.parametrize(("arguments", "field", "detail"), WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_argument_is_refused_by_name_and_changes_nothing(hub, ada, arguments, field, detail):
    notebook = notebook_in(hub)
    async with raw(hub) as client:
        await join(client, ada.token)

        await client.say(event("write", *arguments, ack=1))
        await client.say(write("right", ack=2))

        assert await next_answer(client) == (1, {"ok": False, "code": "invalid", "field": field, "detail": detail})
        assert await next_answer(client) == (2, {"ok": True, "count": 1})
    assert notebook.written == ["right"]


MALFORMED = {
    "an event that nobody declared": event("tear", {}),
    "a forged connect": event("connect", {}, {"token": "F"}),
    "a forged disconnect": event("disconnect", "bye"),
    "an event on a namespace that was not joined": '42/mentor,["write",{"body":"a"}]',
    "an event on a namespace that is not there": '42/nowhere,["write",{"body":"a"}]',
    "an event on no namespace": '42["write",{"body":"a"}]',
    "an acknowledgement id that is too long": '42/notes,1234567890123456["write",{"body":"a"}]',
    "binary attachments": '451-/notes,["write",{"_placeholder":true,"num":0}]',
    "an attachment in words": '451-/notes,["write",{"body":{"_placeholder":true,"num":0}}]',
    "an answer to nothing": '43/notes,0[{"ok":true}]',
    "an odd text": '42/notes,["write",{"body":"\\ud800"}]',
    "the same key twice": '42/notes,["write",{"body":"a","body":"b"}]',
}


@pytest.mark.parametrize("packet", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_not_declared_closes_the_socket_and_changes_nothing(hub, ada, packet):
    notebook = notebook_in(hub)
    async with raw(hub) as client:
        await join(client, ada.token)

        await client.say(packet)

        assert await client.was_closed()
    assert notebook.written == []


async def test_what_comes_right_behind_a_mistake_is_not_carried_out_any_more(hub, ada):
    """In one polling body, so that the second is read before the session has ended."""
    notebook = notebook_in(hub)
    polling = "/socket.io/?EIO=4&transport=polling"
    async with hub.http.get(polling) as reply:
        session = f"{polling}&sid={json.loads((await reply.text())[1:])['sid']}"
    async with hub.http.post(session, data=f"40{NAME},{json.dumps({'token': ada.token})}") as reply:
        assert reply.status == 200

    async with hub.http.post(session, data=f"{event('tear', {})}\x1e{write('too late')}") as reply:
        await reply.read()

    assert await answer_to(hub, ada, write("another day", ack=1)) == (1, {"ok": True, "count": 1})
    assert notebook.written == ["another day"]


async def test_an_event_before_the_namespace_is_joined_closes_the_socket(hub, ada):
    notebook = notebook_in(hub)
    async with raw(hub) as client:
        await client.say(write("too early"))

        assert await client.was_closed()
    assert notebook.written == []


@pytest.mark.parametrize("namespace", ["/mentor", "/announcements", "/schedule"])
async def test_public_namespaces_take_no_events_from_anybody(hub, ada, namespace):
    async with raw(hub) as client:
        await client.connect(namespace, {"token": ada.token})

        await client.say(f'42{namespace},1["save",{{}}]')

        assert await client.was_closed()


async def test_events_of_one_client_are_carried_out_in_the_order_they_came_however_slow_they_are(hub, ada):
    notebook = notebook_in(hub)
    notebook.shut()
    words = [str(number) for number in range(20)]
    async with raw(hub) as client:
        await join(client, ada.token)
        for number, word in enumerate(words):
            await client.say(write(word, ack=number))
        await hub_has_read(client)
        begun_while_shut = notebook.begun

        notebook.open()

        answers = [await next_answer(client) for _ in words]
    assert begun_while_shut == 1
    assert notebook.written == words
    assert answers == [(number, {"ok": True, "count": number + 1}) for number in range(20)]


async def test_a_slow_event_of_one_client_holds_up_nobody_else(hub, ada, grace):
    notebook = notebook_in(hub)
    notebook.shut()
    async with raw(hub) as adas, raw(hub) as graces:
        await join(adas, ada.token)
        await join(graces, grace.token)
        await adas.say(write("slow", ack=1))
        await notebook.until_begun(1)

        await graces.say(event("look", {}, ack=1))

        assert await next_answer(graces) == (1, {"ok": True})
        assert notebook.written == []
        notebook.open()
        assert await next_answer(adas) == (1, {"ok": True, "count": 1})


@pytest.mark.settings(ping_interval_seconds=1, ping_timeout_seconds=1)
async def test_pongs_are_read_while_an_event_waits_for_a_slow_database(hub, ada):
    """The hub sends its next ping only after it has read the answer to the one before."""
    notebook = notebook_in(hub)
    notebook.shut()
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(write("slow", ack=1))

        for _ in range(3):
            assert (await client.socket.receive(timeout=2)).data == "2"
            await client.say("3")

        notebook.open()
        assert await next_answer(client) == (1, {"ok": True, "count": 1})


async def test_64_events_may_wait_and_one_more_closes_the_socket(hub, ada):
    notebook = notebook_in(hub)
    notebook.shut()
    words = [str(number) for number in range(65)]
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(write(words[0]))
        await notebook.until_begun(1)
        for word in words[1:]:
            await client.say(write(word))
        await hub_has_read(client)

        with capture_logs() as said:
            await client.say(write("one too many"))
            assert await client.was_closed()

    assert reasons_in(said) == ["flood"]
    notebook.open()
    assert await notebook.until_written(65) == words


async def test_a_megabyte_may_wait_and_more_closes_the_socket(hub, ada):
    notebook = notebook_in(hub)
    notebook.shut()
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(write("first"))
        await notebook.until_begun(1)
        await client.say(write("a" * 600_000))
        await hub_has_read(client)

        with capture_logs() as said:
            await client.say(write("b" * 600_000))
            assert await client.was_closed()

    assert reasons_in(said) == ["flood"]
    notebook.open()
    assert [len(body) for body in await notebook.until_written(2)] == [5, 600_000]


FAILURES = {"crash": "internal_error", "ask_the_database": "database_away"}


@pytest.mark.parametrize(("failure", "reason"), FAILURES.items(), ids=FAILURES.keys())
async def test_an_event_that_fails_is_not_answered_and_nothing_overtakes_it(hub, ada, failure, reason):
    notebook = notebook_in(hub)
    notebook.shut()
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(write("before"))
        await client.say(event(failure, {}, ack=1))
        await client.say(write("after", ack=2))
        await hub_has_read(client)

        with capture_logs() as said:
            notebook.open()
            heard = await client.next()

        assert (heard, client.socket.closed) == (None, True)
    assert notebook.written == ["before"]
    assert reasons_in(said) == [reason]
    assert [line["count"] for line in said if line["event"] == "client_events_dropped"] == [1]


async def test_a_client_that_comes_back_after_a_failure_is_served_as_ever(hub, ada):
    notebook_in(hub)
    async with raw(hub) as client:
        await join(client, ada.token)
        await client.say(event("crash", {}))
        assert await client.was_closed()

    assert await answer_to(hub, ada, write("again", ack=1)) == (1, {"ok": True, "count": 1})
