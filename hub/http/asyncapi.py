"""The AsyncAPI 3.0 document of all namespaces, made of what each declares: what its clients may say and what they hear.

A namespace is a channel. The document speaks for the server, as AsyncAPI has it: it *sends* what clients hear and
*receives* what they say. Of Socket.IO's packets it shows what goes into them; the packets are the protocol's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, Literal, NotRequired
from weakref import WeakKeyDictionary

from aiohttp import web
from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict
from yarl import URL

from hub.http.openapi import JSON, REFERENCE, Mode, WithoutTitlesOfFields
from hub.node import NODE, Node
from hub.realtime.events import Declared, Namespace, Shape
from hub.threads import compute
from hub.wire import strict_json
from hub.wire.addresses import absolute

PATH = "/asyncapi.json"
ENGINE = "/socket.io/"
ABOUT = """\
What is live, over Socket.IO of protocol 5 (JavaScript clients 3 and 4, Python clients 5, and others). Each channel is a
namespace.

A payload is the first argument of its event. For a client that connects with `recover: true`, each kept event has its
offset, a text, as the last argument. Every event that a client says is one object and may ask for an acknowledgement;
`ok` says whether what was asked for is stored, or nothing has changed.

When its credential is taken back or runs out, a socket is told DISCONNECT. Trouble that passes only closes the
transport, and clients come back by themselves."""
ABOUT_SERVER = (
    f"Engine.IO 4 at `{ENGINE}`, with Socket.IO on it. Clients are to use the WebSocket transport; polling works too."
)
PUBLIC = "Anybody may listen, and hears everything as they may see it."
PRIVATE = "A person's own: what concerns them is heard on all their devices, and by nobody else."
NOT_KEPT = "Told and not kept: it carries no offset, and may be left out for a client that is slow."

Part = dict[str, Any]


class Connect(TypedDict, total=False):
    """The `auth` of a handshake. No key is needed, but where only one's own is heard `token` is."""

    token: Annotated[str, Field(description="A credential of any contract. Public namespaces pass over a dead one.")]
    recover: Annotated[bool, Field(description="Whether to be told offsets and, coming back, what was missed.")]
    pid: Annotated[str, Field(description="Under which name one comes back, as `ready` said it.")]
    offset: Annotated[str, Field(description="Of the last event that was heard.", examples=["a51c0e3f92d4-17"])]
    ticket: Annotated[str | None, Field(description="What `drain` said; beside the same `token`.")]


class Connected(TypedDict):
    sid: str
    pid: NotRequired[Annotated[str, Field(description="With `recover` only.")]]


class Code(TypedDict):
    code: Literal["invalid_namespace", "bad_handshake", "dead_credential", "account_gone", "account_disabled"]


class Refused(TypedDict):
    """CONNECT_ERROR. It is final: to try again with the same `auth` is of no use."""

    message: str
    data: Code


Ready = TypedDict(
    "Ready",
    {
        "recovered": Annotated[bool, Field(description="Whether all that was missed follows. If not, load anew.")],
        "from": Annotated[int, Field(ge=0, description="The number after which events follow.")],
        "head": Annotated[int, Field(ge=0, description="The newest number just now.")],
        "epoch": str,
        "pid": str,
    },
)
"""The first event of whoever connects with `recover: true`."""


class Drain(TypedDict):
    """The node stops, and the transport closes next. For those who connected with `recover: true`; it has no offset."""

    ticket: Annotated[str | None, Field(description="To bring back as `auth.ticket`. None for strangers.")]
    after_ms: Annotated[int, Field(ge=0, description="How long to wait before coming back.")]
    seconds: Annotated[int, Field(description="For how long the ticket is good.")]


class No(TypedDict):
    """Nothing was changed."""

    ok: Literal[False]
    code: Annotated[str, Field(description="The contract's, or the hub's.")]
    field: NotRequired[Annotated[str, Field(description="What was missing or wrong.")]]
    detail: NotRequired[str]
    retryAfter: NotRequired[Annotated[int, Field(ge=0, description="Seconds.")]]


class Yes(TypedDict):
    """What was asked for is stored."""

    ok: Literal[True]


@dataclass(frozen=True)
class Message:
    """`name` is the channel's own for it, because what is said and what is heard may be events of one name."""

    name: str
    packet: str
    event: str
    shapes: tuple[Shape, ...]
    """All of which its payload is."""
    mode: Mode = "serialization"
    description: str = ""


async def show(request: web.Request) -> web.Response:
    node = request.config_dict[NODE]
    if node not in _TEXTS:
        _TEXTS[node] = await compute(_text, node.namespaces)
    return web.Response(text=_TEXTS[node], content_type=JSON)


ROUTES = [web.get(PATH, show)]
_TEXTS: WeakKeyDictionary[Node, str] = WeakKeyDictionary()


def _text(namespaces: Sequence[Namespace]) -> str:
    return strict_json.dumps(document(namespaces, absolute("/")))


def document(namespaces: Sequence[Namespace], address: str) -> Part:
    """Of these namespaces, served at `address`."""
    messages = {_key(namespace): list(_messages(namespace)) for namespace in namespaces}
    schemas = _Schemas([message for several in messages.values() for message in several])
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "The hub, live", "version": version("hub"), "description": ABOUT},
        "defaultContentType": JSON,
        "servers": {"hub": _server(URL(address))},
        "channels": {_key(namespace): _channel(namespace, messages[_key(namespace)]) for namespace in namespaces},
        "operations": {name: said for namespace in namespaces for name, said in _operations(namespace)},
        "components": {
            "messages": {
                f"{key}.{message.name}": _message(message, schemas)
                for key, several in messages.items()
                for message in several
            },
            "schemas": schemas.shared,
        },
    }


def _server(address: URL) -> Part:
    return {
        "host": address.host_port_subcomponent,
        "pathname": address.path.rstrip("/") + ENGINE,
        "protocol": "wss" if address.scheme == "https" else "ws",
        "description": ABOUT_SERVER,
    }


def _key(namespace: Namespace) -> str:
    return namespace.name.removeprefix("/")


def _messages(namespace: Namespace) -> Iterator[Message]:
    """Everything that goes over a namespace."""
    yield Message("connect", "CONNECT", "", (Connect,), "validation")
    yield Message("connected", "CONNECT", "", (Connected,))
    yield Message("connect_refused", "CONNECT_ERROR", "", (Refused,))
    yield Message("ready", "EVENT", "ready", (Ready,))
    yield Message("drain", "EVENT", "drain", (Drain,))
    for event, shape in namespace.hears.items():
        yield Message(f"hears_{event}", "EVENT", event, (shape,), description=_about(namespace, event))
    for event, declared in namespace.events.items():
        assert isinstance(declared, Declared)
        yield Message(f"says_{event}", "EVENT", event, (declared.model,), "validation")
        yield Message(f"answers_{event}", "ACK", event, (Yes, *filter(None, [declared.answer])))
    if namespace.events:
        yield Message("refuses", "ACK", "", (No,))


def _about(namespace: Namespace, event: str) -> str:
    return NOT_KEPT if event in namespace.not_kept else ""


def _message(message: Message, schemas: _Schemas) -> Part:
    payloads = [schemas.of(shape, message.mode) for shape in message.shapes]
    return {
        "name": message.event or message.packet,
        "title": f"{message.packet} {message.event}".strip(),
        **({"description": message.description} if message.description else {}),
        "payload": payloads[0] if len(payloads) == 1 else {"allOf": payloads},
    }


def _channel(namespace: Namespace, messages: list[Message]) -> Part:
    key = _key(namespace)
    return {
        "address": namespace.name,
        "description": PUBLIC if namespace.is_public else PRIVATE,
        "servers": [{"$ref": "#/servers/hub"}],
        "messages": {message.name: {"$ref": f"#/components/messages/{key}.{message.name}"} for message in messages},
    }


def _operations(namespace: Namespace) -> Iterator[tuple[str, Part]]:
    key = _key(namespace)
    yield f"{key}.connect", _receive(namespace, "connect", "connected", "connect_refused")
    for name in ("ready", "drain", *(f"hears_{event}" for event in namespace.hears)):
        yield f"{key}.{name}", {"action": "send", **_through(namespace, name)}
    for event in namespace.events:
        yield f"{key}.says_{event}", _receive(namespace, f"says_{event}", f"answers_{event}", "refuses")


def _receive(namespace: Namespace, name: str, *answers: str) -> Part:
    return {"action": "receive", **_through(namespace, name), "reply": _through(namespace, *answers)}


def _through(namespace: Namespace, *names: str) -> Part:
    channel = f"#/channels/{_key(namespace)}"
    return {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names]}


class _Schemas:
    """All schemas of the document, made in one go so that they share what they have in common."""

    def __init__(self, messages: list[Message]) -> None:
        inputs = {(repr(shape), one.mode): TypeAdapter(shape) for one in messages for shape in one.shapes}
        self._made, shared = TypeAdapter.json_schemas(
            [(name, mode, adapter) for (name, mode), adapter in inputs.items()],
            ref_template=REFERENCE + "{model}",
            schema_generator=WithoutTitlesOfFields,
        )
        self.shared: Part = shared.get("$defs", {})

    def of(self, shape: Shape, mode: Mode) -> Part:
        return dict(self._made[repr(shape), mode])
