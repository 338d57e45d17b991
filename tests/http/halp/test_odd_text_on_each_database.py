"""Text that a database may choke on: Postgres takes less of it than SQLite, and the hub no more than both."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Account, Pin
from tests.http.halp import acting
from tests.http.halp.acting import STUDENT_PIN
from tests.http.halp.saying import is_error, said

JSON = {"Content-Type": "application/json"}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
FILLED = TEXTS.filter(str.strip)
ODD_TEXTS = TEXTS | st.text("\0\ud800\udfff\ufffe\uffff\u202e\u0130\U0010ffff\x1c a", max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXTS, inner, max_size=3),
    max_leaves=8,
)
SUBJECTS = st.fixed_dictionaries({"subject": FILLED, "number": st.integers(0, 2**31 - 1)})
GOOD = {
    "latitude": st.floats(-90, 90),
    "longitude": st.floats(-180, 180),
    "duration": st.integers(1, 604800),
    "description": TEXTS,
    "skills": st.lists(FILLED, max_size=3),
    "courses": st.dictionaries(FILLED, st.lists(SUBJECTS, min_size=1, max_size=2), max_size=2),
}
PINS = st.fixed_dictionaries(GOOD) | st.fixed_dictionaries(
    {name: one | ODD_TEXTS | VALUES for name, one in GOOD.items()}
)
NAMES = st.dictionaries(st.sampled_from(["firstname", "lastname"]), ODD_TEXTS | VALUES, min_size=1)
IN_ONE_HUB = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


def each_once(courses: list[dict]) -> list[dict]:
    return [course for place, course in enumerate(courses) if course not in courses[:place]]


def is_no(reply) -> bool:
    return reply[0] in (200, 400) and is_error(reply[1])


@IN_ONE_HUB
@given(fields=PINS)
async def test_of_any_json_a_pin_is_dropped_as_it_was_sent_or_not_at_all(hub, ann, rows, fields):
    before = rows()[Pin.__name__]
    body = json.dumps({**STUDENT_PIN, **fields}).encode()

    reply = await hub.call("POST", "/halp/pin", data=body, headers=JSON, by=ann)

    if said(reply) == (200, "success"):
        lying = await acting.mine(hub, "student", by=ann)
        await acting.take_up(hub, "student", by=ann)
        assert lying["description"] == fields["description"]
        assert (lying["latitude"], lying["longitude"]) == (float(fields["latitude"]), float(fields["longitude"]))
        assert lying["skills"] == list(dict.fromkeys(fields["skills"]))
        named = {name: each_once(courses) for name, courses in dict(fields["courses"] or {}).items()}
        assert lying["courses"] == {name: courses for name, courses in named.items() if courses}
    else:
        assert said(reply) == (200, "max_duration_exceeded") or is_no(reply)
        assert rows()[Pin.__name__] == before


@IN_ONE_HUB
@given(fields=NAMES)
async def test_of_any_json_a_name_is_changed_as_it_was_sent_or_not_at_all(hub, ann, rows, fields):
    before = rows()[Account.__name__]
    body = json.dumps(fields).encode()

    reply = await hub.call("PUT", "/halp/profile", data=body, headers=JSON, by=ann)

    if said(reply) == (200, "success"):
        given = {name: value for name, value in fields.items() if value is not None}
        assert {name: reply[1]["profile"][name] for name in given} == given
    else:
        assert is_no(reply)
        assert rows()[Account.__name__] == before


async def test_any_text_can_be_looked_for(hub, ann):
    for text in ("\0", "\u0130", "\uffff", "\U0010ffff", "' OR 1=1; --", "%", "_" * 5000):
        replies = [
            await hub.post("/halp/login", {"type": "halp", "email": text, "passwordHash": "0" * 32}),
            await hub.get("/halp/enum/courses", params={"university": text}, by=ann),
            await hub.get("/halp/pins", params={"pinMode": text}, by=ann),
        ]

        assert [status for status, _ in replies] == [400 if text == "\0" else 200, 200, 200]
