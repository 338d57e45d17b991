"""Strict JSON: whatever every client can read back is taken as it is, and the rest is refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.wire import strict_json
from hub.wire.strict_json import DEEPEST, LARGEST_INTEGER, NotStrictJson

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
scalars = st.one_of(st.none(), st.booleans(), integers, st.floats(allow_nan=False, allow_infinity=False), texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@given(values, st.booleans())
def test_whatever_json_can_say_comes_back_as_it_was(value, escaped):
    text = json.dumps(value, ensure_ascii=escaped)

    assert strict_json.loads(text) == value
    assert strict_json.loads(text.encode()) == value


@given(values)
def test_what_the_hub_says_is_strict_itself_and_compact(value):
    text = strict_json.dumps(value)

    assert strict_json.loads(text) == value
    assert text == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(
    st.one_of(st.text(max_size=40), st.binary(max_size=40), st.text('[]{}",:0123456789eE+-.\\untrfals', max_size=40))
)
def test_any_input_is_read_or_refused_and_nothing_worse(garbage):
    try:
        value = strict_json.loads(garbage)
    except NotStrictJson:
        return
    assert strict_json.loads(strict_json.dumps(value)) == value


def nested(depth: int, inside: str = "", opening: str = "[", closing: str = "]") -> str:
    return opening * depth + inside + closing * depth


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not JSON"),
        ("nul", "is not JSON"),
        ("{'a': 1}", "is not JSON"),
        ("[1,]", "is not JSON"),
        ("1 2", "is not JSON"),
        ("\ufeff1", "is not JSON"),
        ('"a\nb"', "is not JSON"),
        ('"a\0b"', "is not JSON"),
        (b'"\xff"', "is not JSON"),
        (b'"\xed\xa0\x80"', "is not JSON"),
        ('"\ud800"', "is not JSON"),
        ("NaN", "contains NaN"),
        ("[-Infinity]", "contains -Infinity"),
        ("1e400", "contains a number that is too large"),
        ("-1e400", "contains a number that is too large"),
        ("9007199254740993", "contains an integer beyond"),
        ("-9007199254740993", "contains an integer beyond"),
        ("9" * 5000, "contains an integer beyond"),
        (r'"\ud800"', "contains a lone surrogate"),
        (r'"\udc00\ud800"', "contains a lone surrogate"),
        (r'{"\udfff": 1}', "contains a lone surrogate"),
        (r'[[{"a": ["\u0000"]}]]', "contains a NUL character"),
        ('{"a": 1, "a": 2}', "contains the same key twice"),
        (r'{"a": 1, "\u0061": 1}', "contains the same key twice"),
        (nested(DEEPEST + 1), "is nested too deeply"),
        (nested(DEEPEST + 1, "1"), "is nested too deeply"),
        (nested(DEEPEST + 1, "1", '{"a":', "}"), "is nested too deeply"),
        (nested(9_000), "is nested too deeply"),
        (nested(9_000, "", '{"a":', ""), "is nested too deeply"),
        ("[" + "[]," * 10_000 + "[]]", "has too many parts"),
    ],
    ids=lambda part: ascii(part)[:30],
)
def test_each_kind_of_odd_text_is_refused_in_words(text, reason):
    with pytest.raises(NotStrictJson, match=reason):
        strict_json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (nested(DEEPEST), None),
        (nested(DEEPEST, "1"), None),
        ("[" + ",".join(["[]"] * 100) + "]", [[]] * 100),
        (str(LARGEST_INTEGER), LARGEST_INTEGER),
        ("1e308", 1e308),
        ("1e-999", 0.0),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\\u0000"', r"\u0000"),
        ('"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', "[" * 36),
    ],
    ids=lambda part: ascii(part)[:30],
)
def test_what_is_just_allowed_is_allowed(text, value):
    assert strict_json.loads(text) == (json.loads(text) if value is None else value)


def test_what_cannot_be_said_is_not_said():
    for value in (math.nan, math.inf, [math.nan]):
        with pytest.raises(ValueError, match="not JSON compliant"):
            strict_json.dumps(value)


def test_the_separators_that_socket_io_passes_change_nothing():
    anything: Any = {"a": [1, 2]}

    assert strict_json.dumps(anything, separators=(", ", ": ")) == '{"a":[1,2]}'
