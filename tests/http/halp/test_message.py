"""`POST /message`: writing to somebody, as a student or as a tutor."""

import pytest
from structlog.testing import capture_logs

from models import Message
from tests.http.halp.saying import NOON, SERVER_ERROR, no, said, yes
from tests.http.halp.talking import inbox, post, read, write

REUSED = (409, "server_error")


def stored(rows) -> int:
    return len(rows()[Message.__name__])


async def test_a_message_is_kept_and_answered_with_its_number_and_its_second(hub, ann, tom):
    reply = await post(hub, tom, "Do you make good pancakes?", by=ann)

    assert reply == yes(id=1, timestamp=NOON)
    assert await read(hub, ann, by=tom, mode="tutor") == ["Do you make good pancakes?"]


async def test_phones_name_the_recipient_in_digits(hub, ann, tom):
    message = {"recipient": str(tom.id), "body": "Hi", "senderMode": "student"}

    assert said(await hub.post("/halp/message", message, by=ann)) == no("success")


@pytest.mark.parametrize("body", ["", "x" * 10_001], ids=["empty", "too long"])
async def test_a_body_has_at_least_one_character_and_at_most_ten_thousand(hub, ann, tom, rows, body):
    before = rows()

    status, reply = await post(hub, tom, body, by=ann)

    assert (status, reply["code"], reply["field"]) == (200, "body_length", "body")
    assert rows() == before


@pytest.mark.parametrize("body", [" ", "\U0001f9b9" * 10_000], ids=["a blank", "the longest"])
async def test_one_blank_is_a_character_and_ten_thousand_are_not_too_many(hub, ann, tom, body):
    await write(hub, tom, body, by=ann)

    assert await read(hub, ann, by=tom, mode="tutor") == [body]


async def test_whoever_does_not_teach_writes_nothing_as_a_tutor(hub, ann, tom, rows):
    before = rows()

    assert said(await post(hub, tom, by=ann, mode="tutor")) == no("tutor_profile_missing")
    assert rows() == before


async def test_a_student_may_write_to_somebody_who_does_not_teach_yet(hub, ann, tom):
    await write(hub, ann, by=tom)

    assert await inbox(hub, by=ann, mode="tutor") == [(tom.id, 1, "Hi")]


async def test_nobody_writes_to_themselves_or_to_somebody_who_is_not_there(hub, ann, rows):
    before = rows()

    for recipient in (ann.id, 999):
        message = {"recipient": recipient, "body": "Hi", "senderMode": "student"}
        reply = await hub.post("/halp/message", message, by=ann)
        assert reply == (200, {"code": "server_error", "detail": "recipient not found"})
    assert rows() == before


async def test_what_is_written_is_in_no_log(hub, ann, tom):
    with capture_logs() as lines:
        await write(hub, tom, "my secret", by=ann, client_id="my name for it")
        await post(hub, tom, "another secret", by=ann, client_id="my name for it")
        await read(hub, ann, by=tom, mode="tutor")

    assert [line for line in lines if "secret" in str(line) or "my name" in str(line)] == []


async def test_a_message_that_is_sent_again_is_there_once_and_answered_as_before(hub, ann, tom, rows, clock):
    first = await post(hub, tom, by=ann, client_id="m1")
    before = rows()
    clock.forward(minutes=59)

    assert [await post(hub, tom, by=ann, client_id="m1") for _ in range(2)] == [first, first]
    assert rows() == before


async def test_an_idempotency_key_is_a_client_id_too(hub, ann, tom, rows):
    keyed = {"Idempotency-Key": "m1"}

    first = await post(hub, tom, by=ann, client_id="m1")
    again = await hub.post(
        "/halp/message", {"recipient": tom.id, "body": "Hi", "senderMode": "student"}, by=ann, headers=keyed
    )

    assert (first, stored(rows)) == (again, 1)


@pytest.mark.parametrize("changed", [{"body": "Ho"}, {"senderMode": "tutor"}, {"recipient": 3}], ids=str)
async def test_another_message_under_the_same_client_id_is_refused(hub, tom, eve, ann, rows, changed):
    assert (eve.id, ann.id) == (2, 3)
    message = {"recipient": eve.id, "body": "Hi", "senderMode": "student", "client_id": "m1"}
    await hub.post("/halp/message", message, by=tom)
    before = rows()

    assert said(await hub.post("/halp/message", {**message, **changed}, by=tom)) == REUSED
    assert rows() == before


async def test_after_a_day_a_client_id_is_new_again(hub, ann, tom, rows, clock):
    await write(hub, tom, by=ann, client_id="m1")

    clock.forward(hours=24, microseconds=-1)
    await write(hub, tom, by=ann, client_id="m1")
    assert stored(rows) == 1
    clock.forward(microseconds=1)
    await write(hub, tom, by=ann, client_id="m1")
    assert stored(rows) == 2


async def test_a_refused_message_leaves_its_client_id_free(hub, ann, tom, rows):
    assert said(await post(hub, tom, "", by=ann, client_id="m1")) == no("body_length")

    await write(hub, tom, "better", by=ann, client_id="m1")

    assert stored(rows) == 1


async def test_a_client_id_that_is_none_is_refused(hub, ann, tom, rows):
    before = rows()

    for odd in ("", "a" * 201, "tab\tbed", 7):
        assert said(await post(hub, tom, by=ann, client_id=odd)) == SERVER_ERROR
    assert rows() == before
