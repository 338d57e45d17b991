"""The document of all namespaces: whole, and true of everything that is told."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest

from hub import reactions
from hub.domain import accounts, mentor_tickets, roles, tutoring_sessions
from hub.http.asyncapi import NOT_KEPT
from hub.perform import run, run_reading
from hub.reactions import streams
from models import JournalRow, Offer
from tests.domain import entering
from tests.http.flux import acting as flux
from tests.http.flux import waiting
from tests.http.halp import acting as tutoring
from tests.http.techfesia import cast
from tests.http.vivere import acting as vivere
from tests.namespaces import talking
from tests.realtime.raw import raw

Document = dict[str, Any]
FOR_NODES_ONLY = {streams.CANARY, streams.CREDENTIALS, streams.ECHOES}
PHONE, VERIFY = "+61412345678", "/api/v1/app_rego/phone_verify"


@pytest.fixture
async def document(hub) -> Document:
    status, found = await hub.get("/asyncapi.json")
    assert status == 200
    return found


def references_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from references_in(value)


def found_at(document: Document, reference: str) -> Any:
    part: Any = document
    for key in reference.removeprefix("#/").split("/"):
        part = part.get(key) if isinstance(part, dict) else None
    return part


def faults(document: Document, message: str, payload: Any) -> list[str]:
    """What the document says against a payload; where it names properties it is taken to name them all."""
    closed = deepcopy(document)
    for schema in closed["components"]["schemas"].values():
        # An answer is what several schemas say together.
        if "properties" in schema and "answers_" not in message:
            schema["additionalProperties"] = False
    schema = {**found_at(closed, f"#/components/messages/{message}")["payload"], "components": closed["components"]}
    return [f"{message}: {fault}" for fault in jsonschema_rs.Draft202012Validator(schema).iter_errors(payload)]


async def test_no_reference_dangles_and_every_message_takes_part_in_an_operation(document):
    dangling = [reference for reference in references_in(document) if found_at(document, reference) is None]
    messages = {
        f"#/channels/{key}/messages/{name}" for key, one in document["channels"].items() for name in one["messages"]
    }

    assert dangling == []
    assert (
        set(references_in(document["operations"])) - {f"#/channels/{key}" for key in document["channels"]} == messages
    )


@pytest.mark.settings(public_url="https://hub.example/live")
async def test_the_server_is_the_public_address_and_every_namespace_a_channel(hub, document):
    server = document["servers"]["hub"]

    assert (document["asyncapi"], server["protocol"], server["host"]) == ("3.0.0", "wss", "hub.example")
    assert server["pathname"] == "/live/socket.io/"
    assert [one["address"] for one in document["channels"].values()] == [one.name for one in hub.node.namespaces]


def emitted() -> Iterator[tuple[str, str]]:
    """Stream and event of everything that reactions emit, as their source says it."""
    for source in Path(reactions.__file__).parent.glob("*.py"):
        module = ast.parse(source.read_text())
        for function in (part for part in ast.walk(module) if isinstance(part, ast.FunctionDef)):
            for call in calls_of("Emit", function):
                for event in texts_of(call.args[1], function, module):
                    yield stream_named(call.args[0]), event


def calls_of(name: str, part: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def texts_of(event: ast.expr, function: ast.FunctionDef, module: ast.Module) -> list[str]:
    """The event itself, or each that the function is called with."""
    if isinstance(event, ast.Constant):
        return [event.value]
    assert isinstance(event, ast.Name)
    place = [argument.arg for argument in function.args.args].index(event.id)
    return [ast.literal_eval(call.args[place]) for call in calls_of(function.name, module)]


def stream_named(said: ast.expr) -> str:
    """A stream by its name in `hub/reactions/streams`; of those that each person has, the first one's."""
    if isinstance(said, ast.Call):
        return getattr(streams, ast.unparse(said.func))(1)
    return getattr(streams, ast.unparse(said))


def test_whatever_reactions_emit_is_declared_and_nothing_else_is(hub):
    somebody: Any = SimpleNamespace(id=1)
    declared = {
        (one.stream_of(somebody), event) for one in hub.node.namespaces for event in set(one.hears) - set(one.not_kept)
    }

    assert {(stream, event) for stream, event in emitted() if stream not in FOR_NODES_ONLY} == declared


async def a_day(hub, clock, *, olga, ada, grace) -> None:
    """Everything of the hackathon's day that listeners hear."""
    gym, hall = [await vivere.add_location(hub, by=olga, name=name, rank=1) for name in ("Gym", "Hall")]
    event = await vivere.add_event(hub, by=olga, location=gym)
    said = await vivere.announce(hub, by=olga)
    for gone in (f"events/{event['id']}", f"locations/{hall['id']}", f"announcements/{said['id']}"):
        await vivere.done(hub.call("DELETE", f"/vivere/organiser/{gone}", by=olga))
    await vivere.done(hub.call("PUT", "/vivere/organiser/times", by=olga, json={"event_start_time": "2026-11-21"}))
    for step in (vivere.claim, vivere.close, vivere.reopen):
        ticket = await vivere.open_ticket(hub, by=ada)
        await vivere.claim(hub, ticket, by=grace)
        if step is not vivere.claim:
            await step(hub, ticket, by=grace)
    clock.forward(hours=1)
    run(mentor_tickets.expire_overdue, clock())


async def an_hour_of_tutoring(hub, clock, *, ann, tom) -> None:
    await tutoring.drop(hub, "student", by=ann)
    await tutoring.done(hub.post("/halp/message", {"recipient": tom.id, "body": "Hi", "senderMode": "student"}, by=ann))
    await tutoring.done(hub.get(f"/halp/messages?mode=tutor&otherUserId={ann.id}", by=tom))
    await tutoring.done(hub.post("/halp/session/start", {"mode": "student", "otherUserId": tom.id}, by=ann))
    clock.forward(hours=1)
    run(tutoring_sessions.expire_offer, run_reading(Offer.get).id)
    await tutoring.shake_hands(hub, ann, tom)
    await tutoring.end_session(hub, by=ann)


async def a_membership(hub) -> None:
    mary, vera = await flux.join(hub, "Mary"), await flux.join(hub, "Vera")
    run(accounts.grant_role, vera.email, roles.ADMIN)
    await flux.say(hub, "/iiccot/cast_vote", by=mary, poll_id=1, option_id="100")
    await flux.say(hub, "/api/v1/app_rego/phone_commit", phone_number=PHONE)
    await flux.say(hub, VERIFY, phone_number=PHONE, verify_code=waiting.code(), verify_nonce="mine")
    await flux.say(hub, "/user_details", by=mary, contact_number=PHONE, phone_verify_nonce="mine")
    _, to_check = await flux.say(hub, "/validate_user_details", by=vera)
    said = {"user_s": to_check["user_s"], "valid": False, "reason": "No such street"}
    assert await flux.say(hub, "/report_validation", by=vera, **said) == (200, {"status": "okay"})


async def a_festival(hub) -> None:
    mia, noa, root = cast.student("mia"), cast.student("noa"), cast.staff("root")
    seats = entering.event(seats=1)
    when = {"date": "2026-12-24", "time": "09:30"}
    calls: list[tuple[str, str, Any, cast.Student]] = [
        ("POST", "/events", {"name": "Elektra", "description": "Code", "venue": "Computer Lab", **when}, root),
        ("POST", "/teams", {"name": "Rockets"}, mia),
        ("POST", "/teams/{teamid}/invitations", {"username": "noa"}, mia),
        ("PUT", "/users/noa/invitation/{teamid}/accept", None, noa),
        ("POST", f"/events/{seats}/register", {}, mia),
        ("POST", f"/events/{seats}/register", {}, noa),
        ("DELETE", f"/events/{seats}/registrations/{{registrationId}}", None, noa),
        ("POST", "/ticket", {"title": "No power", "description": "Help", "view": "private"}, mia),
        ("PUT", "/ticket/{ticketid}/close", {"content": "It is on again"}, root),
    ]
    known: Document = {}
    for method, path, body, by in calls:
        status, said = await hub.call(method, f"/techfesia{path.format_map(known)}", by, json=body)
        assert status < 300, said
        known |= said if isinstance(said, dict) else {}


async def test_whatever_is_kept_is_as_described(hub, document, clock, olga, ada, grace, ann, tom):
    await a_festival(hub)
    await a_day(hub, clock, olga=olga, ada=ada, grace=grace)
    await an_hour_of_tutoring(hub, clock, ann=ann, tom=tom)
    await a_membership(hub)

    rows = [row for row in run_reading(lambda: list(JournalRow.select())) if row.stream not in FOR_NODES_ONLY]
    told = [
        (f"{row.stream.rpartition(':')[2]}.hears_{row.event}", json.loads(payload))
        for row in rows
        for payload in (row.payload, *json.loads(row.views).values())
    ]
    kept = {
        f"{one.name[1:]}.hears_{event}" for one in hub.node.namespaces for event in set(one.hears) - set(one.not_kept)
    }
    assert [fault for message, payload in told for fault in faults(document, message, payload)] == []
    assert {message for message, _ in told} == kept


async def test_what_is_not_kept_is_as_described_and_says_so(hub, document, ada, ann, tom):
    await vivere.open_ticket(hub, by=ada)
    toms, anns = await hub.listen("/messages", tom), await hub.listen("/messages", ann)
    await talking.say(anns, "typing", to=tom.id, senderMode="student")
    (typing,) = await toms.until(1, "typing")

    positions = run_reading(mentor_tickets.positions)

    assert faults(document, "messages.hears_typing", typing) == []
    assert len(positions) == 1
    assert faults(document, "mentor.hears_positions", positions) == []
    marked = [name for name, one in document["components"]["messages"].items() if one.get("description") == NOT_KEPT]
    assert marked == ["mentor.hears_positions", "messages.hears_typing"]


async def test_acknowledgements_are_as_described(hub, document, ann, tom):
    messages, sessions = await hub.listen("/messages", ann), await hub.listen("/sessions", ann)
    yes = {
        "messages.answers_send": await talking.say(messages, "send", to=tom.id, body="Hi", senderMode="student"),
        "messages.answers_read": await talking.say(messages, "read", otherUserId=tom.id, mode="student"),
        "messages.answers_typing": await talking.say(messages, "typing", to=tom.id, senderMode="student"),
        "messages.answers_activity": await talking.say(messages, "activity", active=True),
        "sessions.answers_start": await talking.say(sessions, "start", otherUserId=tom.id, mode="student"),
    }
    no = [await talking.say(messages, "send", to=tom.id), await talking.say(sessions, "end", duration=1)]

    assert [fault for message, payload in yes.items() for fault in faults(document, message, payload)] == []
    assert set(yes["messages.answers_send"]) == {"ok", "id", "timestamp"}
    assert [fault for said in no for fault in faults(document, "messages.refuses", said)] == []


async def test_connecting_is_as_described(hub, document, ann):
    async with raw(hub) as client:
        connected = await client.connect("/messages", {"token": ann.token, "recover": True})
        ready = await client.next()
    async with raw(hub) as client:
        refused = await client.connect("/messages", {"token": "dead"})

    said = {
        "messages.connected": json.loads(connected.removeprefix("40/messages,")),
        "messages.ready": json.loads(ready.removeprefix("42/messages,"))[1],
        "messages.connect_refused": json.loads(refused.removeprefix("44/messages,")),
    }
    assert [fault for message, payload in said.items() for fault in faults(document, message, payload)] == []
