"""Whatever is sent anywhere, on each database: a refusal in the contract's shape, and nothing has changed."""

import json

import pytest

from hub.http.halp import HALP
from tests.http.halp.bad_input import CALLS, QUERIES, furnish, not_json, send, with_bad_field
from tests.http.halp.saying import SERVER_ERROR, is_error, said


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


@pytest.fixture
async def furnished(hub, tom, ann, eve) -> None:
    assert (tom.id, ann.id) == (1, 2)
    await furnish(hub, tom=tom, ann=ann, eve=eve)


async def test_what_all_bad_input_is_made_of_is_good(hub, tom, furnished):
    asked = [said(await hub.get(f"/halp/{call.path}", params=call.good, by=tom)) for call in QUERIES]
    # What ends a session comes last.
    calls = sorted(CALLS, key=lambda call: call.path == "session/end")
    done = [said(await send(hub, call, tom, json.dumps(call.good).encode())) for call in calls]

    assert asked == [(200, "success")] * len(QUERIES)
    assert done == [(200, "success")] * len(CALLS)


async def test_a_body_that_is_not_json_as_the_hub_takes_it_is_refused(hub, tom, furnished, rows):
    before = rows()

    answers = {
        f"{call}: {what}": await send(hub, call, tom, body, headers)
        for call in CALLS
        for what, body, headers in not_json(call)
    }

    odd = {what: it for what, it in answers.items() if not (400 <= it[0] < 500 and is_error(it[1]))}
    assert odd == {}
    assert rows() == before


async def test_a_field_that_is_missing_or_bad_is_refused(hub, tom, furnished, rows):
    before = rows()

    answers = {
        what: await send(hub, call, tom, json.dumps(body).encode())
        for call in CALLS
        for what, body in with_bad_field(call)
    }

    assert {what: it for what, it in answers.items() if said(it) != SERVER_ERROR or not is_error(it[1])} == {}
    assert rows() == before


async def test_a_query_that_is_no_use_is_refused(hub, tom, furnished, rows):
    before = rows()

    answers = {
        what: await hub.get(f"/halp/{call.path}", params=query, by=tom)
        for call in QUERIES
        for what, query in with_bad_field(call)
    }

    assert {what: it for what, it in answers.items() if said(it) != SERVER_ERROR or not is_error(it[1])} == {}
    assert rows() == before


def test_every_call_that_takes_a_body_is_in_the_table():
    taking = {f"{route.method} {route.path}" for route in HALP.routes if route.method in ("POST", "PUT")}

    assert taking - {"POST /logout"} == {f"{call.method} /{call.path}" for call in CALLS}
