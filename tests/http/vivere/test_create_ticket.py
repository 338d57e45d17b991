"""`POST mentorship/create`."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.acting import TICKET
from tests.http.vivere.saying import cannot_use, ticket, yes

NO_TOKEN = cannot_use("token", "is missing or no longer good; sign in again")


async def test_a_new_ticket_waits_in_the_queue_and_is_mine(hub, ada):
    status, reply = await hub.post("/vivere/mentorship/create", TICKET, by=ada)

    ticket_id = reply["data"]["id"]
    assert (status, reply) == (201, yes(ticket(ticket_id, is_mine=True)))
    assert await hub.get("/vivere/mentorship/queue") == (200, yes([ticket(ticket_id)]))


async def test_a_new_ticket_is_the_last_in_the_queue(hub, ada, grace):
    await acting.open_ticket(hub, by=ada)

    second = await acting.open_ticket(hub, by=grace)

    assert second == ticket(second["id"], is_mine=True, position=2)


async def test_the_contact_may_be_empty_because_the_phones_send_it_so(hub, ada):
    opened = await acting.open_ticket(hub, contact="", by=ada)

    assert opened == ticket(opened["id"], is_mine=True, contact="")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a\nb\tc",
        "  blanks  ",
        "Größe",
        "🧑‍🚀 مساعدة 助けて",
        "'; drop table mentor_ticket; --",
        "\u2028\ufeff\u200d",
        "a" * 10_000,
    ],
    ids=lambda text: text[:20],
)
async def test_every_text_comes_back_as_it_was_sent(hub, ada, text):
    opened = await acting.open_ticket(hub, description=text, location=text, contact=text, by=ada)

    _, queue = await hub.get("/vivere/mentorship/queue", by=ada)
    assert opened == ticket(opened["id"], is_mine=True, description=text, location=text, contact=text)
    assert queue == yes([opened])


@pytest.mark.parametrize("headers", [{}, {"X-MenloHacks-Authorization": "dead"}], ids=["no token", "a dead token"])
async def test_without_a_good_token_the_answer_is_400_here_and_only_here(hub, rows, headers):
    before = rows()

    refused = await hub.post("/vivere/mentorship/create", TICKET, headers=headers)

    assert refused == NO_TOKEN
    assert rows() == before


@pytest.mark.parametrize("field", ["description", "location", "contact"])
async def test_a_missing_field_is_refused(hub, ada, rows, field):
    before = rows()
    body = {name: text for name, text in TICKET.items() if name != field}

    refused = await hub.post("/vivere/mentorship/create", body, by=ada)

    assert refused == cannot_use(field, "is missing")
    assert rows() == before


@pytest.mark.parametrize("field", ["description", "location"])
@pytest.mark.parametrize("blank", ["", " \n\t\u3000"])
async def test_a_blank_field_is_refused(hub, ada, rows, field, blank):
    before = rows()

    refused = await hub.post("/vivere/mentorship/create", {**TICKET, field: blank}, by=ada)

    assert refused == cannot_use(field, "is blank")
    assert rows() == before


@pytest.mark.parametrize("field", ["description", "location", "contact"])
async def test_a_text_that_is_too_long_is_refused(hub, ada, rows, field):
    before = rows()

    refused = await hub.post("/vivere/mentorship/create", {**TICKET, field: "a" * 10_001}, by=ada)

    assert refused == cannot_use(field, "is too long")
    assert rows() == before


async def test_keys_that_the_contract_does_not_know_change_nothing(hub, ada):
    opened = await acting.open_ticket(hub, id="mine", claimed=True, position=99, extra=[1], by=ada)

    assert opened == ticket(opened["id"], is_mine=True)
