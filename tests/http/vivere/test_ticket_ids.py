"""What `mentorship/claim`, `reopen` and `close` make of an id that cannot be one: 400, whoever asks."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.saying import NOT_AN_ID, UNKNOWN_ID, cannot_use

pytestmark = pytest.mark.parametrize("step", ["claim", "reopen", "close"])

ODD_IDS = [
    "x",
    "1",
    UNKNOWN_ID[:-1],
    UNKNOWN_ID + "0",
    UNKNOWN_ID + "\n",
    " " + UNKNOWN_ID,
    "0123456789abcdef0123456g",
    "\uff10" * 24,  # full-width digits
    "\u0660" * 24,  # Arabic digits
    "../../../../../../../../",
    "%00%00%00%00%00%00%00%00",
    "🦊" * 24,
    "a" * 100_000,
]


async def test_a_missing_id_is_refused_before_anybody_asks_who_calls(hub, ada, rows, step):
    await acting.open_ticket(hub, by=ada)
    before = rows()

    replies = [await hub.post(f"/vivere/mentorship/{step}", {}, by=caller) for caller in (ada, None)]

    assert replies == [cannot_use("id", "is missing")] * 2
    assert rows() == before


async def test_an_id_of_another_type_is_refused(hub, ada, step):
    types = [None, 7, True, 1.5, [], {}, ["id"]]

    replies = [await hub.post(f"/vivere/mentorship/{step}", {"id": wrong}, by=ada) for wrong in types]

    assert replies == [cannot_use("id", "is not a text")] * len(types)


async def test_a_text_that_is_no_id_is_refused(hub, ada, step):
    path = f"/vivere/mentorship/{step}"

    replies = {odd: await hub.post(path, {"id": odd}, by=ada) for odd in ODD_IDS}

    assert replies == dict.fromkeys(ODD_IDS, NOT_AN_ID)
    assert await hub.post(path, {"id": " "}, by=ada) == cannot_use("id", "is blank")
