"""What providers say of people, as far as it can be kept."""

from __future__ import annotations

import pytest

from hub.http.oauth_said import email_in, text_in


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (" Ad\0a ", "Ada"),
        ("\ud800Ada\n", "Ada"),
        ("\0", ""),
        (None, ""),
        ("Åsa\u200d", "Åsa\u200d"),
        ("a" * 101, "a" * 100),
    ],
    ids=ascii,
)
def test_of_a_name_is_kept_what_is_text(said, name):
    assert text_in(said) == name


@pytest.mark.parametrize(
    "said", ["ada\0@example.org", "\ud800@example.org", "ada@example.org\0", "", " ", None, 7], ids=ascii
)
def test_an_address_that_is_no_text_is_none(said):
    assert email_in(said) is None


def test_an_address_is_kept_as_it_was_said():
    assert email_in(" Ada@example.org ") == "Ada@example.org"
