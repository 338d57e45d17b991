"""Whole documents tried on a running hub: whatever is sent, nothing breaks, and every answer is one that is described.

`EXAMPLES=200` sends each call so many that fit its description and as many that do not, others in each run;
without it they are few, and the same ones in each run.
"""

from __future__ import annotations

import asyncio
import os
import random
from copy import deepcopy
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.app import SPOKEN
from hub.http import openapi
from hub.http.dialect import Dialect
from tests.http.callers import CALLERS, Caller
from tests.http.vivere import acting

BY_HAND = int(os.environ.get("EXAMPLES", "0"))
EXAMPLES = {GenerationMode.POSITIVE: BY_HAND or 2, GenerationMode.NEGATIVE: BY_HAND or 1}
MOST_SEEDS = 5
"""How often a call is tried anew that never said yes: what fits its description may still be refused."""
LONGEST_TEXT = 100
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PICTURES = st.one_of(st.just(acting.picture()), st.binary(max_size=200))


# The hub runs in this process, and draws lots of its own meanwhile; that says nothing about what was drawn here.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.settings(vivere_checkin_password=acting.DOOR["X-MenloHacks-Admin"], rate_limits=False)
@pytest.mark.parametrize("name", CALLERS)
async def test_nothing_breaks_and_every_answer_is_as_described(hub, name):
    caller = await CALLERS[name](hub)

    trial = await asyncio.to_thread(try_out, SPOKEN[name], hub.address, caller)

    assert trial.never_said_yes == set()


class Trial:
    """Of a whole document; what goes wrong is raised. `never_said_yes` are calls of which too little was seen."""

    def __init__(self, address: str, caller: Caller) -> None:
        self.address = address
        self.caller = caller
        self.never_said_yes: set[str] = set()

    def call(self, case: schemathesis.Case, headers: dict[str, str]) -> None:
        reply = case.call_and_validate(self.address, headers=headers, checks=CHECKS, timeout=10)
        if is_yes(reply):
            self.never_said_yes.discard(case.operation.label)


def is_yes(reply: Any) -> bool:
    """Also where the contract says no with a good status."""
    said = reply.json() if reply.headers.get("Content-Type", "").startswith(openapi.JSON) else {}
    is_no = isinstance(said, dict) and (said.get("code", "success") != "success" or said.get("status") == "error")
    return reply.status_code < 400 and not is_no


def try_out(dialect: Dialect, address: str, caller: Caller) -> Trial:
    schemathesis.openapi.media_type("image/png", PICTURES)
    document = with_closed_replies(of_every_handler_once(openapi.document(dialect)))
    if not BY_HAND:
        shorten_texts(document["components"])
    trial = Trial(f"{address}/{dialect.name}", caller)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if operation.label not in caller.leaves_out:
            try_operation(trial, operation)
    return trial


def try_operation(trial: Trial, operation: Any) -> None:
    if can_be_wrong(operation):
        try_call(trial, operation, GenerationMode.NEGATIVE, 0)
    trial.never_said_yes.add(operation.label)
    for seed in range(MOST_SEEDS):
        if operation.label in trial.never_said_yes:
            try_call(trial, operation, GenerationMode.POSITIVE, seed)


def can_be_wrong(operation: Any) -> bool:
    """Of texts in a form or an address nothing can be wrong, and to find that out takes seconds."""
    takes_json = any(body.media_type == openapi.JSON for body in operation.body)
    schemas = [parameter.definition["schema"] for parameter in (*operation.path_parameters, *operation.query)]
    return takes_json or any(schema.keys() - {"minLength"} != {"type"} for schema in schemas)


def try_call(trial: Trial, operation: Any, mode: GenerationMode, seed: int) -> None:
    @hypothesis.seed(random.random() if BY_HAND else seed)
    @hypothesis.settings(max_examples=EXAMPLES[mode], derandomize=False, suppress_health_check=HealthCheck)
    @hypothesis.given(st.data())
    def one(drawn: st.DataObject) -> None:
        case = drawn.draw(operation.as_strategy(generation_mode=mode))
        headers = trial.caller.headers()
        if mode is GenerationMode.POSITIVE:
            name_what_there_is(case, trial.caller, drawn)
        else:
            headers = drawn.draw(st.sampled_from([headers, {}]))
        hypothesis.assume(not trial.caller.spares(case))
        trial.call(case, headers)

    try:
        one()
    except Unsatisfiable:
        # Whatever could be wrong with it would not get through HTTP.
        assert mode is GenerationMode.NEGATIVE


def name_what_there_is(case: Any, caller: Caller, drawn: st.DataObject) -> None:
    for (part, name), values in caller.known.items():
        for given in (case.path_parameters, case.query, case.body):
            if part in case.path and isinstance(given, dict) and name in given:
                found = drawn.draw(st.sampled_from([*values, given[name]]))
                given[name] = found() if callable(found) else found


def of_every_handler_once(document: dict[str, Any]) -> dict[str, Any]:
    """The document with each handler at the first of its paths only: the others are numbered. And without who may call,
    or most of what is wrong on purpose would be a missing token."""
    paths = {
        path: {
            method: {name: part for name, part in call.items() if name != "security"}
            for method, call in calls.items()
            if not call["operationId"].rpartition("_")[2].isdigit()
        }
        for path, calls in document["paths"].items()
    }
    return {**document, "paths": paths}


def with_closed_replies(document: dict[str, Any]) -> dict[str, Any]:
    """The document when replies hold nothing that it does not name. To clients it leaves that open."""
    closed = deepcopy(document)
    bodies = set(_names_in([call.get("requestBody") for path in closed["paths"].values() for call in path.values()]))
    for name, schema in closed["components"]["schemas"].items():
        if name not in bodies and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return closed


def shorten_texts(part: Any) -> None:
    """Making up texts of ten thousand characters takes most of the time."""
    if isinstance(part, dict):
        if isinstance(part.get("maxLength"), int):
            part["maxLength"] = min(part["maxLength"], LONGEST_TEXT)
        for value in part.values():
            shorten_texts(value)
    elif isinstance(part, list):
        for value in part:
            shorten_texts(value)


def _names_in(part: Any) -> list[str]:
    if isinstance(part, dict):
        named = [part["$ref"].rpartition("/")[2]] if isinstance(part.get("$ref"), str) else []
        return named + [name for value in part.values() for name in _names_in(value)]
    return [name for value in part for name in _names_in(value)] if isinstance(part, list) else []
