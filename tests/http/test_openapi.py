"""The documents of the dialects: complete, whole, and at the address that they name."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import jsonschema_rs
import pytest
import schemathesis
from aiohttp import web
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from hub.app import SPOKEN
from hub.http import openapi
from hub.http.described import described, operation_of
from hub.http.dialect import Dialect
from tests.http.vivere.saying import UNKNOWN_ID


@pytest.mark.parametrize("name", SPOKEN)
def test_every_route_is_described(name):
    silent = [f"{route.method} {route.path}" for route in SPOKEN[name].routes if operation_of(route.handler) is None]

    assert silent == []


@pytest.mark.parametrize("name", SPOKEN)
def test_names_are_unique_and_everything_that_is_named_exists(name):
    document = openapi.document(SPOKEN[name])

    names = [call["operationId"] for calls in document["paths"].values() for call in calls.values()]
    assert len(names) == len(set(names))
    assert set(references(document)) <= set(document["components"]["schemas"])
    assert {scheme for call in every_call(document) for one in call.get("security", ()) for scheme in one} <= set(
        document["components"]["securitySchemes"]
    )


@pytest.mark.parametrize("name", SPOKEN)
def test_a_document_is_openapi_3_1(name):
    document = openapi.document(SPOKEN[name])

    schemathesis.openapi.from_dict(document).validate()

    schemas = document["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not jsonschema_rs.meta.is_valid(schema)] == []


def every_call(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [call for calls in document["paths"].values() for call in calls.values()]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        named = [part["$ref"].removeprefix(openapi.REFERENCE)] if isinstance(part.get("$ref"), str) else []
        return named + [name for value in part.values() for name in references(value)]
    return [name for value in part for name in references(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("path", ["/vivere/openapi.json", "/vivere/openapi.json/"])
async def test_a_document_is_served_to_every_page_and_names_the_dialect_s_address(hub, path):
    async with hub.http.get(path, headers={"Origin": "https://elsewhere.example"}) as reply:
        document = await reply.json()

    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert document == {
        **openapi.document(SPOKEN["vivere"]),
        "servers": [{"url": f"{hub.settings.public_address}/vivere"}],
    }


@pytest.mark.settings(hosts={"menlo.example": "vivere"})
async def test_at_a_host_of_its_own_a_dialect_s_calls_lie_at_the_root(hub):
    status, document = await hub.get("/openapi.json", headers={"Host": "menlo.example"})

    assert (status, document["servers"]) == (200, [{"url": "/"}])


async def test_the_hooks_of_providers_have_no_document(hub):
    status, _ = await hub.get("/hooks/openapi.json")

    assert status == 404


class Tea(BaseModel):
    kind: Literal["green", "black"]


class Wanted(BaseModel):
    after: Annotated[str | None, Field(description="Later than this.")] = None
    kind: list[str] = []


class Cup(TypedDict):
    kind: str


class No(TypedDict):
    reason: str


def calls_of(handler: Any, *paths: str, method: str = "POST", **about: Any) -> dict[str, dict[str, Any]]:
    """The calls of a dialect that has one handler, by path."""
    routes = [web.RouteDef(method, path, handler, {}) for path in paths]
    document = openapi.document(Dialect("tea", routes, lambda _: web.Response(), refusal=No, **about))
    return {path: calls[method.lower()] for path, calls in document["paths"].items()}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def in_json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


REFUSED = {"description": "Refused, in the dialect's words.", "content": in_json(reference("No"))}


def test_a_call_is_told_whole():
    @described("Pour", body=Tea, query=Wanted, replies={201: Cup, 204: None}, security=("token", None))
    async def pour(request): ...

    calls = calls_of(pour, "/pots/{id}/cups", path={"id": Annotated[str, Field(pattern="^[0-9a-f]{24}$")]})

    assert calls["/pots/{id}/cups"] == {
        "operationId": "test_openapi_pour",
        "tags": ["test_openapi"],
        "summary": "Pour",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{24}$"}},
            {
                "name": "after",
                "in": "query",
                "description": "Later than this.",
                "required": False,
                "schema": {"type": "string"},
            },
            {
                "name": "kind",
                "in": "query",
                "required": False,
                "schema": {"type": "array", "items": {"type": "string"}, "default": []},
            },
        ],
        "requestBody": {"required": True, "content": in_json(reference("Tea"))},
        "responses": {
            "201": {"description": "Done.", "content": in_json(reference("Cup"))},
            "204": {"description": "Nothing but the status."},
            "default": REFUSED,
        },
        "security": [{"token": []}, {}],
    }


def test_where_no_comes_with_status_200_too_it_stands_beside_yes():
    @described("Pour", replies={200: Cup, 201: Cup})
    async def pour(request): ...

    responses = calls_of(pour, "/", refuses_with_200=True)["/"]["responses"]

    assert responses["200"]["content"] == in_json({"anyOf": [reference("Cup"), reference("No")]})
    assert responses["201"]["content"] == in_json(reference("Cup"))


def test_a_handler_at_several_paths_has_a_name_for_each():
    @described("Pour")
    async def pour(request): ...

    calls = calls_of(pour, "/cups", "/api/v1/cups")

    assert {path: call["operationId"] for path, call in calls.items()} == {
        "/cups": "test_openapi_pour",
        "/api/v1/cups": "test_openapi_pour_2",
    }


def test_a_part_of_a_path_with_a_form_has_that_form():
    @described("Look", replies={200: "image/*"})
    async def look(request): ...

    call = calls_of(look, r"/pots/{name:\w{1,9}}.png", method="GET")["/pots/{name}.png"]

    assert call["parameters"][0]["schema"] == {"type": "string", "pattern": r"^\w{1,9}$"}
    assert call["responses"]["200"]["content"] == {"image/*": {}}


def test_files_come_in_a_form_or_as_the_body():
    @described("Show", upload=("picture", "image/png"))
    async def show(request): ...

    content = calls_of(show, "/")["/"]["requestBody"]["content"]

    assert content == {
        "image/png": {"schema": openapi.BINARY},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"picture": openapi.BINARY}, "required": ["picture"]}
        },
    }


async def test_a_path_that_names_nothing_answers_the_shape_of_the_default(hub):
    _, document = await hub.get("/vivere/openapi.json")
    default = document["paths"]["/location/image/{id}"]["get"]["responses"]["default"]

    status, reply = await hub.get(f"/vivere/location/image/{UNKNOWN_ID}")

    schema = {**default["content"]["application/json"]["schema"], "components": document["components"]}
    assert (status, jsonschema_rs.is_valid(schema, reply)) == (404, True)
