"""Large JSON: read in pieces, and to the same end as if it had been read at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.wire import large_json, strict_json
from hub.wire.strict_json import NotStrictJson

REFUSED = object()
SHORTEST_PIECE = 16
"""Longer than any escape, so that pieces of it can be cut everywhere else."""


@contextmanager
def cut_small() -> Iterator[None]:
    """As if texts of nine bytes were long, so that small examples meet every kind of cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_json, "LONG", 8)
        patch.setattr(large_json, "PIECE", SHORTEST_PIECE)
        yield


def read(loads: Any, body: bytes) -> Any:
    try:
        return loads(body)
    except NotStrictJson:
        return REFUSED


texts = st.text(st.sampled_from('ab"\\/\n\t[é漢😀'), max_size=80)
keys = st.text(st.sampled_from("abc"), max_size=3)
values = st.recursive(
    texts | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


@given(values, st.booleans())
def test_what_is_read_in_pieces_is_what_was_sent(value, escaped):
    body = json.dumps(value, ensure_ascii=escaped).encode()

    with cut_small():
        assert large_json.loads(body) == value


escapes = ["\\", "\\\\", '\\"', "\\u00e9", "\\ud83d", "\\ude00", "\\u0000", "\\u12"]
parts = [part.encode() for part in ['"', '"', *escapes, "abc", "é", "😀", "[", "]", ",", "1", "\n"]]


@given(st.lists(st.sampled_from([*parts, b"\xff", b"\xa9"]), max_size=60).map(b"".join))
@example(b'"' + b"\xa9" * 100 + b'"')
@example(b'"' + b"a" * (SHORTEST_PIECE - 6) + rb'\ud83d\ude00"')
@example(b'"' + b"a" * (SHORTEST_PIECE - 3) + rb'\u00e9"')
def test_whatever_comes_is_read_or_refused_as_if_it_were_small(body):
    with cut_small():
        assert read(large_json.loads, body) == read(strict_json.loads, body)


def test_long_texts_may_stand_anywhere_but_in_a_key():
    long = "x" * large_json.LONG
    value = {"a": [long, {"b": long + "é"}], "c": long}

    assert large_json.loads(json.dumps(value).encode()) == value
    with pytest.raises(NotStrictJson, match="has a key that is too long"):
        large_json.loads(json.dumps({long: 1}).encode())


@pytest.mark.parametrize(
    "besides",
    [b"[" + b"1," * 1_000_000 + b"1]", b"[" + b'"",' * 1_000_000 + b"1]", b" " * 2_000_000 + b"1"],
    ids=["numbers", "empty texts", "nothing at all"],
)
def test_what_is_large_by_anything_else_is_refused(besides):
    with pytest.raises(large_json.TooLarge, match="has more than 1048576 bytes besides its long texts"):
        large_json.loads(besides)


def test_a_text_of_other_letters_than_ascii_is_refused_where_it_would_fill_the_memory():
    just_allowed = "é" * large_json.MOST_LETTERS

    assert large_json.loads(json.dumps(just_allowed).encode()) == just_allowed
    with pytest.raises(large_json.TooLarge, match="has a text of more than 1048576 letters that is not ASCII"):
        large_json.loads(json.dumps("x" * large_json.MOST_LETTERS + "é").encode())


@pytest.mark.parametrize("text", ['"', "\\", "\\x", "\\u12", "\\ud83d", "\n"], ids=ascii)
def test_a_long_text_that_is_none_is_refused(text):
    body = b'{"a": "' + b"x" * 2 * large_json.PIECE + text.encode() + b'"}'

    assert read(large_json.loads, body) is REFUSED
