"""What is said everywhere and not kept: heard by the listeners of every node, and nonsense on the bus by nobody."""

from __future__ import annotations

from contextlib import closing

import pytest
import redis
from structlog.testing import capture_logs

from hub.realtime import bus
from tests.listening import Listener
from tests.realtime.notes import NAME, Notebook, join, notebook_in
from tests.realtime.raw import raw
from tests.realtime.serving import second_node


@pytest.fixture
def notebook(hub) -> Notebook:
    return notebook_in(hub)


async def test_the_listeners_of_two_nodes_hear_it_once_and_nobody_else_does(hub, notebook, ada, grace):
    async with second_node(hub) as (node, served):
        node.server.mount(notebook.namespace)
        here, elsewhere = await hub.listen(NAME, by=ada), await Listener.at(served.address, NAME, ada, recover=True)
        graces = await Listener.at(served.address, NAME, grace)

        hub.node.server.say_everywhere(NAME, f"user:{ada.id}:notes", "typing", {"to": 7})
        node.server.say_everywhere(NAME, f"user:{ada.id}:notes", "typing", {"to": 8})

        await here.until(2, "typing")
        await elsewhere.until(2, "typing")
        # What comes after it on the same ways shows that nothing came twice.
        for listener in (ada, grace):
            hub.node.server.say_everywhere(NAME, f"user:{listener.id}:notes", "typing", {"to": 9})
        assert sorted(said["to"] for said in await here.until(3, "typing")) == [7, 8, 9]
        assert sorted(said["to"] for said in await elsewhere.until(3, "typing")) == [7, 8, 9]
        assert await graces.until(1, "typing") == [{"to": 9}]
        assert {len(arguments) for event, arguments in elsewhere.heard if event == "typing"} == {1}
        await elsewhere.leave()
        await graces.leave()


GOOD = {"namespace": NAME, "event": "typing", "payload": {"to": "nobody else"}}
NONSENSE = {
    "a payload that clients would take for an offset": {"payload": "nobody else"},
    "no payload": {"payload": None},
    "an event that ends too early": {"event": 'typing",{}] '},
    "an event that is a number": {"event": 7},
    "an empty event": {"event": ""},
    "a namespace that is a list": {"namespace": [NAME]},
    "a stream that is a number": {"stream": 7},
    "a number that no client can read": {"payload": {"to": ["nobody else", float("nan")]}},
}


def publish(hub, **saying: object) -> None:
    with closing(redis.from_url(hub.settings.redis_address)) as client:
        client.publish(bus.CHANNEL, bus.message("another node", "say", **saying))


@pytest.mark.parametrize("instead", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_on_the_bus_is_passed_over_and_its_contents_are_not_logged(hub, notebook, ada, instead):
    listener = await hub.listen(NAME, by=ada)
    good = {**GOOD, "stream": f"user:{ada.id}:notes"}
    with capture_logs() as said:
        publish(hub, **{**good, **instead})
        publish(hub, **good)
        await listener.until(1, "typing")

    assert listener.heard == [("typing", (GOOD["payload"],))]
    assert [line["event"] for line in said] == ["odd_bus_message"]
    assert "nobody else" not in said[0]["reason"]


async def test_a_namespace_that_this_node_does_not_have_is_passed_over(hub, notebook, ada):
    async with raw(hub) as client:
        await join(client, ada.token)
        good = {**GOOD, "stream": f"user:{ada.id}:notes"}

        with capture_logs() as said:
            publish(hub, **{**good, "namespace": "/of-a-newer-hub"})
            publish(hub, **good)
            heard = await client.next()

    assert (heard, said) == (f'42{NAME},["typing",{{"to":"nobody else"}}]', [])
