"""Telephone numbers: one spelling where money is spent, any that people type elsewhere."""

from __future__ import annotations

import pytest

from hub.domain import phone_numbers
from hub.domain.refusals import Invalid

ADAS = "+61412345678"


@pytest.mark.parametrize("number", [ADAS, "+16502530000", "+393331234567", "+8613800138000", "+2907000"])
def test_a_number_in_e_164_is_taken_as_it_is(number):
    assert phone_numbers.strict(number) == number


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+",
        "+1",
        "0412345678",
        "61412345678",
        "+61 412 345 678",
        "+61-412345678",
        "+61412345678\n",
        " +61412345678",
        "+61412345678;ext=5",
        "tel:+61412345678",
        "+0412345678",
        "+99999999999",
        "+614",
        "+614123456789012345",
        "+6" * 20_000,
        "+٦١٤١٢٣٤٥٦٧٨",
        "\uff0b61412345678",
        "+61412345678\0",
        "+6141234567\ud800",
        "+1650253CALL",
    ],
    ids=lambda number: ascii(number)[:20],
)
def test_anything_else_is_refused(number):
    with pytest.raises(Invalid) as refused:
        phone_numbers.strict(number)

    assert refused.value.field == "phone_number"


@pytest.mark.parametrize("number", ["+610412345678", "+4407911123456", "+116502530000", "+550412345678"])
def test_a_second_spelling_of_a_number_is_refused_so_that_it_has_one_budget(number):
    with pytest.raises(Invalid):
        phone_numbers.strict(number)


@pytest.mark.parametrize("number", ["+19005551234", "+611900123456", "+449012345678"])
def test_a_number_whose_owner_earns_by_what_is_sent_to_it_is_refused(number):
    with pytest.raises(Invalid):
        phone_numbers.strict(number)


@pytest.mark.parametrize(
    "typed",
    [ADAS, "0412 345 678", "(0412) 345-678", "+61 (0)412 345 678", "0011 61 412 345 678", 412345678, "٠٤١٢٣٤٥٦٧٨"],
)
def test_people_type_their_number_as_they_like(typed):
    assert phone_numbers.typed(typed, "AU") == ADAS


@pytest.mark.parametrize(
    "typed", [None, True, 1.5, [], {}, "", "none", "04", "4" * 41, "\ud800", "\0", 2**53], ids=ascii
)
def test_what_is_no_number_is_none(typed):
    assert phone_numbers.typed(typed, "AU") is None


@pytest.mark.parametrize(
    ("number", "country"), [(ADAS, "AU"), ("+18765551234", "JM"), ("+447400123456", "GB"), ("+6141234567", None)]
)
def test_a_country_is_known_by_the_whole_number_and_not_by_its_beginning(number, country):
    assert phone_numbers.country_of(number) == country
