"""What members tell about themselves: what they may set, and what is counted of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import member_details
from hub.domain.refusals import Invalid

STATES = {
    **{"0800": "nt", "0200": "nt", "3000": "vic", "4000": "qld", "5000": "sa", "6000": "wa", "7000": "tas"},
    **{"2000": "nsw", "2599": "nsw", "2600": "act", "2612": "act", "2613": "nsw", "2614": "act", "2617": "act"},
    **{"2618": "nsw", "2899": "nsw", "2900": "act", "2906": "act", "2907": "nsw", "2911": "act", "2914": "act"},
    **{"2915": "nsw", "1000": "nostate", "8000": "nostate", "9999": "nostate"},
}


@pytest.mark.parametrize(("postcode", "state"), STATES.items())
def test_every_postcode_lies_in_its_state(postcode, state):
    assert member_details.state_of(postcode) == state


def test_who_gave_no_postcode_has_no_state():
    assert member_details.state_of(None) == "nostate"


@pytest.mark.parametrize(
    ("said", "postcode"),
    [
        ({"addr_postcode": "0800"}, "0800"),
        ({"addr_postcode": " 2000 "}, "2000"),
        ({"addr_postcode": 800}, "0800"),
        ({"addr_postcode": "2000", "address": "1 X St; 3000"}, "2000"),
        ({"addr_postcode": "", "address": "50 Foo Ln\nFooTown\nNSW, 2000"}, "2000"),
        ({"address": "Unit 1234, 5 Foo Ln; 0800; AU"}, "0800"),
        ({"address": "12345 Foo Ln"}, None),
        ({"addr_postcode": "200", "address": "3000"}, None),
        ({"addr_postcode": "٢٠٠٠"}, None),
        ({"addr_postcode": True}, None),
        ({"addr_postcode": ["2000"]}, None),
        ({"address": 2000}, "2000"),
        ({}, None),
    ],
)
def test_the_postcode_is_the_one_given_or_the_last_four_digits_of_an_old_form_s_address(said, postcode):
    assert member_details.postcode_of(said) == postcode


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ({"dobYear": "1990"}, "1990"),
        ({"dobYear": 1990}, "1990"),
        ({"dobYear": "", "dob": "1985-01-01T00:09:50.115Z"}, "1985"),
        ({"dob": "2000-01-01T12:00:00"}, "2000"),
        ({"dob": "1 January 1990"}, None),
        ({"dob": "19900101"}, None),
        ({"dobYear": "90"}, None),
        ({}, None),
    ],
)
def test_the_year_of_birth_is_the_one_given_or_that_of_the_date(said, year):
    assert member_details.birth_year_of(said) == year


@pytest.mark.parametrize("value", [True, "true", "yes", 1, "on", [False]])
def test_what_counts_as_said(value):
    assert member_details.is_said(value)


@pytest.mark.parametrize("value", [None, False, "", "false", "False", " 0 ", 0, "no", [], 0.0])
def test_what_does_not(value):
    assert not member_details.is_said(value)


def test_who_has_a_number_and_did_not_forbid_it_may_be_called():
    number = {"contact_number": "0400 000 000"}

    assert member_details.counted({**number, "do_not_call": ""})["is_callable"]
    assert not member_details.counted({**number, "do_not_call": True})["is_callable"]
    assert not member_details.counted({"contact_number": "none"})["is_callable"]
    assert not member_details.counted({})["is_callable"]


def test_keys_that_nobody_may_set_are_passed_over():
    said = {"s": "0" * 40, "_id": 7, "needsValidating": False, "password": "x", "fname": "Ada", "$$hashKey": {"a": {}}}

    assert member_details.settable(said) == {"fname": "Ada"}


@pytest.mark.parametrize("value", [{}, {"$ne": None}, [[]], [{}], "x" * 10_001, ["x" * 10_000]])
def test_what_cannot_be_kept_is_refused(value):
    with pytest.raises(Invalid) as refused:
        member_details.settable({"fname": value})

    assert refused.value.field == "fname"


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.integers())


@given(st.dictionaries(st.sampled_from(sorted(member_details.SETTABLE)), ANYTHING))
def test_whatever_somebody_gives_something_fit_for_the_columns_is_counted(given):
    counted = member_details.counted(given)

    assert counted["state"] in member_details.STATES
    assert all(
        text is None or (len(text) == 4 and text.isascii()) for text in (counted["postcode"], counted["birth_year"])
    )
    assert {type(counted[name]) for name in ("is_on_roll", "is_volunteer", "is_callable")} == {bool}
