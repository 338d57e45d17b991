"""The OpenAPI 3.1 document of a dialect, made of what its handlers are described as and of pydantic's own schemas.

Texts, numbers and what else a body must hold are told by the models that read it, replies by their shapes in
`hub/wire`. What is not among a call's replies is a refusal in the dialect's words, the `default` response.

Accepted: a query parameter is never null, whatever its model says, because no query can say null; and what makes a
reply conditional on another field is left to the sentences of the contract's page.
"""

from __future__ import annotations

import json
import re
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from hub.http.described import Operation, Shape, operation_of
from hub.threads import compute
from hub.wire import strict_json
from hub.wire.addresses import absolute

if TYPE_CHECKING:
    from hub.http.dialect import Dialect

PATH = "/openapi.json"
REFERENCE = "#/components/schemas/"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
BINARY = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
VARIABLE = re.compile(r"{(\w+)(?::((?:[^{}]|{[^{}]*})*))?}")
"""A part of a route's path that differs from call to call, and the form it must have."""

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
Described = tuple[web.RouteDef, Operation]


def serving(dialect: Dialect) -> web.RouteDef:
    """The route of a dialect's document. It names the address under which it was fetched as the one to call."""

    async def show(request: web.Request) -> web.Response:
        prefix = request.path.rstrip("/").removesuffix(PATH)
        # A host name that is bound to the dialect is known to whoever calls there, and to no setting.
        text = await compute(document_text, dialect, absolute(prefix) if prefix else "/")
        return web.Response(text=text, content_type=JSON)

    return web.get(PATH, show)


@cache
def document_text(dialect: Dialect, server: str) -> str:
    return strict_json.dumps({**document(dialect), "servers": [{"url": server}]})


@cache
def document(dialect: Dialect) -> dict[str, Any]:
    """Of the whole dialect, but for where it is served. It is made once in a process: do not change it."""
    schemas = _Schemas(dialect)
    paths: dict[str, dict[str, Any]] = {}
    for (route, operation), name in zip(described(dialect), _names(dialect), strict=True):
        call = _call(dialect, schemas, route, operation)
        paths.setdefault(path_of(route), {})[route.method.lower()] = {"operationId": name, **call}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title_of(dialect),
            "version": version("hub"),
            "description": dialect.description,
        },
        "paths": paths,
        "components": {
            "schemas": schemas.referred_to_by(paths),
            "securitySchemes": dict(dialect.security),
        },
    }


def described(dialect: Dialect) -> list[Described]:
    """The dialect's routes whose handlers say what they are, in order."""
    found = ((route, operation_of(route.handler)) for route in dialect.routes)
    return [(route, operation) for route, operation in found if operation is not None]


def title_of(dialect: Dialect) -> str:
    return dialect.title or dialect.name.capitalize()


def path_of(route: web.RouteDef) -> str:
    return VARIABLE.sub(r"{\1}", route.path)


def _names(dialect: Dialect) -> Iterator[str]:
    """Of each described call; a handler that answers at several paths is numbered from the second on."""
    seen: Counter[str] = Counter()
    for route, _ in described(dialect):
        name = f"{_subject(route)}_{route.handler.__name__}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}"


def _subject(route: web.RouteDef) -> str:
    return route.handler.__module__.rpartition(".")[2]


def _call(dialect: Dialect, schemas: _Schemas, route: web.RouteDef, operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {"tags": [_subject(route)], "summary": operation.summary}
    if operation.description:
        said["description"] = operation.description
    if parameters := [*_in_path(dialect, schemas, route), *_in_query(schemas, operation)]:
        said["parameters"] = parameters
    if content := _taken(schemas, operation):
        said["requestBody"] = {"required": not operation.body_may_be_missing, "content": content}
    said["responses"] = _responses(dialect, schemas, operation)
    if operation.security is not None:
        said["security"] = _security(operation.security)
    return said


def _security(said: str | Sequence[str | None]) -> list[dict[str, list[str]]]:
    schemes = [said] if isinstance(said, str) else said
    return [{} if scheme is None else {scheme: []} for scheme in schemes]


def _in_path(dialect: Dialect, schemas: _Schemas, route: web.RouteDef) -> Iterator[dict[str, Any]]:
    for name, form in VARIABLE.findall(route.path):
        schema: Schema = {"type": "string", "minLength": 1}
        if name in dialect.path:
            schema = schemas.of(dialect.path[name], "validation")
        elif form:
            schema = {"type": "string", "pattern": f"^{form}$"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(schemas: _Schemas, operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    whole = schemas.inline(operation.query)
    for name, schema in whole.get("properties", {}).items():
        schema = _never_null(schema)
        about = {"description": schema.pop("description")} if "description" in schema else {}
        required = name in whole.get("required", ())
        yield {"name": name, "in": "query", **about, "required": required, "schema": schema}


def _never_null(schema: Schema) -> Schema:
    """A schema without null among what it allows."""
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    several = [one for one in kept.pop("anyOf", ()) if one != {"type": "null"}]
    if len(several) == 1:
        return {**several[0], **kept}
    return {**kept, "anyOf": several} if several else kept


def _taken(schemas: _Schemas, operation: Operation) -> dict[str, Any]:
    """What a call takes as its body, by media type."""
    content: dict[str, Any] = {media: {"schema": BINARY} for media in operation.upload if "/" in media}
    files = [name for name in operation.upload if "/" not in name]
    if operation.body is not None:
        content[JSON] = {"schema": schemas.of(operation.body, "validation")}
    if files:
        content[FILES] = {"schema": _files(schemas, files, operation)}
    elif operation.form is not None:
        content[FORM] = {"schema": schemas.of(operation.form, "validation")}
    return content


def _files(schemas: _Schemas, files: list[str], operation: Operation) -> Schema:
    schema: Schema = {"type": "object", "properties": dict.fromkeys(files, BINARY)}
    if operation.form is None:
        return {**schema, "required": files} if len(files) == 1 else {**schema, "minProperties": 1}
    return {"allOf": [schemas.of(operation.form, "validation"), schema]}


def _responses(dialect: Dialect, schemas: _Schemas, operation: Operation) -> dict[str, Any]:
    said = {**operation.replies, **operation.responds}
    responses = {str(status): _response(schemas, _or_refused(dialect, status, shape)) for status, shape in said.items()}
    refusal = _response(schemas, dialect.refusal)
    return {**responses, "default": {**refusal, "description": "Refused, in the dialect's words."}}


def _or_refused(dialect: Dialect, status: int, shape: Shape) -> Shape:
    if status != 200 or not dialect.refuses_with_200 or not _is_a_schema(shape):
        return shape
    return shape | dialect.refusal


def _response(schemas: _Schemas, shape: Shape) -> dict[str, Any]:
    if shape is None:
        return {"description": "Nothing but the status."}
    if isinstance(shape, tuple):
        several = [_response(schemas, one)["content"] for one in shape]
        return {"description": "Done.", "content": dict(ChainMap(*several))}
    if isinstance(shape, str):
        is_text = shape.startswith("text/") or shape.endswith("xml")
        return {"description": "Done.", "content": {shape: {"schema": {"type": "string"}} if is_text else {}}}
    return {"description": "Done.", "content": {JSON: {"schema": schemas.of(shape, "serialization")}}}


class WithoutTitlesOfFields(GenerateJsonSchema):
    """A field's name said again with capitals tells nobody anything."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Schemas:
    """All schemas of a dialect, made in one go so that they share what they have in common."""

    def __init__(self, dialect: Dialect) -> None:
        inputs = [(repr(shape), mode, TypeAdapter(shape)) for shape, mode in _wanted(dialect)]
        self._made, shared = TypeAdapter.json_schemas(
            inputs, ref_template=REFERENCE + "{model}", schema_generator=WithoutTitlesOfFields
        )
        self._shared: dict[str, Schema] = shared.get("$defs", {})

    def of(self, shape: Shape, mode: Mode) -> Schema:
        return dict(self._made[repr(shape), mode])

    def inline(self, model: Shape) -> Schema:
        schema = self.of(model, "validation")
        reference = schema.get("$ref")
        return schema if reference is None else self._shared[reference.removeprefix(REFERENCE)]

    def referred_to_by(self, paths: Mapping[str, Any]) -> dict[str, Schema]:
        """The shared ones without those that only a query was made of."""
        text = json.dumps([paths, self._shared])
        return {name: schema for name, schema in self._shared.items() if f'"{REFERENCE}{name}"' in text}


def _wanted(dialect: Dialect) -> Iterator[tuple[Shape, Mode]]:
    """Every shape that the document needs, and whether clients send it or receive it."""
    received: list[Shape] = [dialect.refusal]
    sent: list[Shape] = list(dialect.path.values())
    for _, operation in described(dialect):
        sent += [operation.body, operation.query, operation.form]
        said = {**operation.replies, **operation.responds}
        received += [_or_refused(dialect, status, shape) for status, shape in said.items()]
    yield from ((shape, "validation") for shape in sent if _is_a_schema(shape))
    single = (one for shape in received for one in (shape if isinstance(shape, tuple) else (shape,)))
    yield from ((shape, "serialization") for shape in single if _is_a_schema(shape))


def _is_a_schema(shape: Shape) -> bool:
    return shape is not None and not isinstance(shape, str | tuple)
