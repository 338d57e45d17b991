"""A node is killed and another takes its address: clients come back by themselves and have everything, once."""

import asyncio

from tests.js_client import JsClient

OPTIONS = {"reconnectionDelay": 100, "reconnectionDelayMax": 200}


async def test_the_javascript_client_recovers_when_its_node_was_killed_and_started_again(any_site):
    server = await any_site.serve()
    ada = await any_site.person(server, "Ada")
    port = int(server.address.rpartition(":")[2])
    async with await JsClient.start(server.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        await client.next("connect")
        await server.ask("before", by=ada)
        server.kill()
        await client.next("disconnect")

        other = await any_site.serve()
        await other.ask("meanwhile", by=ada)
        server = await any_site.serve(port=port)

        assert (await client.next("connect"))["recovered"] is True
        await server.ask("after", by=ada)
        await asyncio.sleep(1.5)
    saves = [line["args"][0] for line in client.lines if line["on"] == "event" and line["name"] == "save"]
    assert [ticket["description"] for ticket in saves] == ["before", "meanwhile", "after"]


async def test_a_node_that_is_told_to_stop_lets_its_clients_go_within_five_seconds_and_they_come_back(site):
    server = await site.serve()
    ada = await site.person(server, "Ada")
    port = int(server.address.rpartition(":")[2])
    async with await JsClient.start(server.address, "/mentor", auth={"recover": True}, **OPTIONS) as client:
        await client.next("connect")
        server.stop()
        async with asyncio.timeout(5):
            await server.until_dead()
        server = await site.serve(port=port)

        assert (await client.next("connect"))["recovered"] is True
        await server.ask("after", by=ada)
        while (event := await client.next("event"))["name"] != "save":
            pass
    assert event["args"][0]["description"] == "after"
