"""What a client may not say closes its socket within a second, and disturbs nobody else."""

import pytest

from tests.realtime.raw import raw

MALFORMED = {
    "an event that is not a list": '42/mentor,{"a":1}',
    "an event without a name": "42/mentor,[]",
    "an event whose name is a number": "42/mentor,[1]",
    "a forged connect": '42/mentor,["connect",{"HTTP_X":"y"},{"token":"F"}]',
    "a forged disconnect": '42/mentor,["disconnect","bye"]',
    "an event that nobody declared": '42/mentor,["save",{}]',
    "half a packet": '42/mentor,["sa',
    "nothing but a type": "4",
    "an unknown type": "49/mentor,",
    "a type that only servers send": '44/mentor,{"message":"no"}',
    "NaN": '42/mentor,["x",NaN]',
    "a lone surrogate": '42/mentor,["x","\\ud800"]',
    "deep nesting": '42/mentor,["x",' + "[" * 900 + "]" * 900 + "]",
    "an endless acknowledgement id": "42/mentor," + "9" * 101 + '["x"]',
    "an answer to nothing": '43/mentor,0["x"]',
    "binary attachments": '451-/mentor,["x",{"_placeholder":true,"num":0}]',
    "no attachments at all": '450-/mentor,["x"]',
    "ten thousand million attachments": '459999999999-/mentor,["x"]',
    "a second CONNECT": "40/mentor,",
    "a CONNECT with an acknowledgement id": "40/schedule,7",
    "no Engine.IO packet at all": "hello",
    "an empty frame": "",
    "an unknown Engine.IO packet": "9hello",
}


@pytest.mark.parametrize("packet", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_client_that_breaks_the_protocol_is_closed_within_a_second(hub, ada, packet):
    bystander = await hub.listen("/mentor")
    async with raw(hub) as client:
        await client.connect()

        await client.say(packet)

        assert await client.was_closed()
    await hub.post("/vivere/mentorship/create", {"description": "on we go", "location": "T4", "contact": ""}, by=ada)
    assert [ticket["description"] for ticket in await bystander.until(1, "save")] == ["on we go"]


async def test_a_binary_frame_closes_the_socket(hub):
    async with raw(hub) as client:
        await client.connect()

        await client.socket.send_bytes(b"\x00\x01")

        assert await client.was_closed()


async def test_a_message_larger_than_a_megabyte_closes_the_socket(hub):
    async with raw(hub) as client:
        await client.connect()

        await client.say('42/mentor,["x","' + "a" * 1_000_100 + '"]')

        assert await client.was_closed()


async def test_an_unknown_namespace_is_refused_with_a_code(hub):
    async with raw(hub) as client:
        answer = await client.connect("/nowhere")

    assert answer == '44/nowhere,{"message":"Invalid namespace","data":{"code":"invalid_namespace"}}'


@pytest.mark.parametrize("auth", ["a text", [1], True])
async def test_an_auth_that_is_not_an_object_is_refused_with_a_code(hub, auth):
    async with raw(hub) as client:
        answer = await client.connect(auth=auth)

    assert answer == '44/mentor,{"message":"auth is not an object","data":{"code":"bad_handshake"}}'


async def test_a_token_that_is_not_a_text_is_refused_with_a_code(hub):
    async with raw(hub) as client:
        answer = await client.connect(auth={"token": 7})

    assert answer == '44/mentor,{"message":"auth.token is not a text","data":{"code":"bad_handshake"}}'


@pytest.mark.parametrize(
    "offset", ["", "-", "x", "x-1", "0-0", 7, None, [], {}, "a" * 5000, "-1", "x-" + "9" * 400, "x-٣"]
)
async def test_an_offset_that_was_never_given_out_recovers_nothing_and_breaks_nothing(hub, offset):
    listener = await hub.listen("/mentor", recover=True, offset=offset, pid=offset)

    (ready,) = await listener.until(1, "ready")

    assert (ready["recovered"], ready["from"]) == (False, ready["head"])


async def test_a_transport_that_joins_no_namespace_is_closed(hub, monkeypatch):
    monkeypatch.setattr("hub.realtime.server.CONNECT_SECONDS", 0.2)
    async with raw(hub) as client:
        assert await client.was_closed()


async def test_no_session_is_left_of_a_client_that_leaves_while_it_is_let_in(hub):
    for _ in range(20):
        async with raw(hub) as client:
            await client.say("40/mentor,")
    listener = await hub.listen("/mentor")

    assert [member.sid for member in hub.node.server.streams.members("mentor")] == [listener.client.get_sid("/mentor")]
