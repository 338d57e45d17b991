"""Text that a database may choke on: Postgres takes less of it than SQLite, and the hub no more than both."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import MentorTicket
from tests.http.vivere.acting import DOOR, TICKET
from tests.http.vivere.bad_input import JSON, WRITES, bad_bodies, bad_fields, filled, furnish, is_refusal, send
from tests.http.vivere.saying import is_error

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ODD_TEXTS = TEXTS | st.text("\0\ud800\udfff\ufffe\uffff\u202e\u0130\U0010ffff a", max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXTS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(TICKET, TEXTS)),
    st.fixed_dictionaries(dict.fromkeys(TICKET, TEXTS), optional={"extra": VALUES}),
    st.fixed_dictionaries(dict.fromkeys(TICKET, ODD_TEXTS | VALUES)),
    VALUES,
)


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
async def test_of_any_json_a_ticket_is_made_as_it_was_sent_or_not_at_all(hub, ada, rows, body):
    """The two always agree: what is answered, and what stands in the database."""
    before = rows()

    status, reply = await hub.call(
        "POST", "/vivere/mentorship/create", data=json.dumps(body).encode(), headers=JSON, by=ada
    )

    if status == 201:
        added = [row for row in rows()[MentorTicket.__name__] if row not in before[MentorTicket.__name__]]
        assert [row[2:5] for row in added] == [tuple(body[name] for name in TICKET)]
        assert {name: reply["data"][name] for name in TICKET} == {name: body[name] for name in TICKET}
    else:
        assert (status, is_error(reply)) == (400, True)
        assert rows() == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(username=ODD_TEXTS)
async def test_any_name_can_be_looked_for(hub, username):
    status, reply = await hub.post("/vivere/user/checkin", {"username": username}, headers=DOOR)

    assert (status in (400, 404), is_error(reply)) == (True, True)


@pytest.mark.parametrize("username", ["\u0130" * 190 + "@x.org", "\u0130" * 100 + "@x.org"], ids=["190", "100"])
async def test_an_address_that_grows_when_it_is_written_small_is_refused(hub, rows, username):
    """A capital dotted I is two letters in lower case, and an e-mail address is unique in lower case."""
    before = rows()

    status, reply = await hub.post("/vivere/user/create", {"username": username, "password": "x", "name": "Jo"})

    assert (status, is_error(reply)) == (400, True)
    assert rows() == before


async def test_no_bad_body_gets_through_anywhere(hub, ada, grace, linus, olga, rows):
    """All of test_bad_input.py once more, on each database."""
    ids = await furnish(hub, by=olga)
    before = rows()

    answers = {
        f"{write}: {what}": await send(hub, write, olga, body, headers)
        for write in (filled(write, ids) for write in WRITES)
        for what, body, headers in (*bad_bodies(write.good), *bad_fields(write))
    }

    assert {what: answer for what, answer in answers.items() if not is_refusal(answer)} == {}
    assert rows() == before
