"""The official JavaScript client, with nothing but `auth: {recover: true}`: it recovers by its own means."""

from hub.domain import journal
from hub.perform import run
from tests.js_client import JsClient

OPTIONS = {"reconnectionDelay": 300, "reconnectionDelayMax": 300, "randomizationFactor": 0}


async def ask(hub, by, *words: str) -> None:
    for description in words:
        await hub.post(
            "/vivere/mentorship/create", {"description": description, "location": "T4", "contact": ""}, by=by
        )


async def next_tickets(client: JsClient, count: int) -> list[str]:
    tickets = []
    while len(tickets) < count:
        event = await client.next("event")
        if event["name"] == "save":
            tickets.append(event["args"][0]["description"])
    return tickets


async def test_after_a_cut_it_is_recovered_and_hears_what_it_missed_once(hub, ada):
    async with await JsClient.start(hub.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        assert (await client.next("connect"))["recovered"] is False
        await ask(hub, ada, "heard")
        assert await next_tickets(client, 1) == ["heard"]

        await client.do("cut")
        await client.next("disconnect")
        await ask(hub, ada, "missed", "missed too")

        assert (await client.next("connect"))["recovered"] is True
        await ask(hub, ada, "live")
        assert await next_tickets(client, 3) == ["missed", "missed too", "live"]


async def test_a_connection_that_heard_no_event_is_recovered_too(hub, ada):
    async with await JsClient.start(hub.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        await client.next("connect")
        assert (await client.next("event"))["name"] == "ready"

        await client.do("cut")
        await client.next("disconnect")
        await ask(hub, ada, "missed")

        assert (await client.next("connect"))["recovered"] is True
        assert await next_tickets(client, 1) == ["missed"]


async def test_it_is_told_when_what_it_missed_is_gone(hub, ada):
    async with await JsClient.start(hub.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        await client.next("connect")
        await client.next("event")

        run(journal.renew_epochs)

        await client.next("disconnect")
        assert (await client.next("connect"))["recovered"] is False
        assert (await client.next("event"))["args"][0]["recovered"] is False


async def test_without_the_opt_in_events_have_their_payload_alone(hub, ada):
    async with await JsClient.start(hub.address, "/mentor", **OPTIONS) as client:
        await client.next("connect")
        await ask(hub, ada, "plain")

        event = await client.next("event")

    assert (event["name"], len(event["args"])) == ("save", 1)


async def test_it_reads_every_letter_as_it_was_sent(hub, ada):
    odd = 'quote " backslash \\ \u2028 \u2029 emoji 🦜 html <b>&amp;</b>'
    async with await JsClient.start(hub.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        await client.next("connect")
        await ask(hub, ada, odd)

        assert await next_tickets(client, 1) == [odd]


async def test_signing_out_ends_it_for_good(hub, ada):
    async with await JsClient.start(hub.address, "/mentor", auth={"token": ada.token}, **OPTIONS) as client:
        await client.next("connect")

        await hub.post("/vivere/user/logout", by=ada)

        assert (await client.next("disconnect"))["reason"] == "io server disconnect"


async def test_a_namespace_that_is_not_there_is_refused_with_a_code(hub):
    async with await JsClient.start(hub.address, "/nowhere", **OPTIONS) as client:
        refused = await client.next("connect_error")

    assert refused == {"on": "connect_error", "message": "Invalid namespace", "data": {"code": "invalid_namespace"}}
