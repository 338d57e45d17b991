"""Whatever is posted anywhere: the answer is a 4xx in the contract's shape, and nothing has changed."""

import json
import re

import pytest
from yarl import URL

from hub.http.vivere import VIVERE
from tests.http.vivere.bad_input import (
    JSON,
    TAKE_NO_JSON,
    WRITES,
    bad_bodies,
    bad_fields,
    filled,
    furnish,
    is_refusal,
    send,
)


@pytest.fixture
async def ids(hub, ada, grace, linus, olga) -> dict[str, str]:
    return await furnish(hub, by=olga)


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_the_body_that_all_others_are_made_of_is_good(hub, olga, ids, write):
    write = filled(write, ids)

    status, reply = await send(hub, write, olga, json.dumps(write.good).encode(), JSON)

    assert (status, reply["success"]) in {(200, True), (201, True)}


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_a_body_that_is_not_json_as_the_hub_takes_it_is_refused(hub, olga, ids, rows, write):
    write = filled(write, ids)
    before = rows()

    answers = {name: await send(hub, write, olga, body, headers) for name, body, headers in bad_bodies(write.good)}

    assert {name: answer for name, answer in answers.items() if not is_refusal(answer)} == {}
    assert rows() == before


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_a_field_of_another_type_is_refused(hub, olga, ids, rows, write):
    write = filled(write, ids)
    before = rows()

    answers = {name: await send(hub, write, olga, body, headers) for name, body, headers in bad_fields(write)}

    assert {name: answer for name, answer in answers.items() if answer[0] != 400 or not is_refusal(answer)} == {}
    assert rows() == before


ODD_IDS = ["x", "0" * 23, "0" * 25, "g" * 24, "%00" * 24, "%2F", "..%2F..", "%C3%BC", "%FF", "%25", "a" * 7000, "0%0A"]
BY_ID = [route for route in VIVERE.routes if "{id}" in route.path]


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: f"{route.method} {route.path}")
async def test_an_odd_id_in_a_path_is_refused(hub, olga, ids, rows, route):
    before = rows()
    paths = {odd: URL("/vivere" + route.path.replace("{id}", odd), encoded=True) for odd in ODD_IDS}

    answers = {odd: await hub.call(route.method, path, by=olga, json={}) for odd, path in paths.items()}

    assert {odd: answer for odd, answer in answers.items() if not is_refusal(answer)} == {}
    assert rows() == before


def test_every_write_of_the_contract_is_in_the_table():
    written = {f"{route.method} {route.path}" for route in VIVERE.routes if route.method in ("POST", "PUT")}

    writes = [write for write in WRITES if write.method in ("POST", "PUT")]
    in_table = {re.sub(r"\{\w+\}", "{id}", f"{write.method} /{write.path}") for write in writes}

    assert written == in_table | TAKE_NO_JSON
