"""Telephone numbers in E.164: `+` and up to fifteen digits, the country first."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from hub.domain.refusals import Invalid

E164 = re.compile(r"\+[1-9][0-9]{1,14}")
LONGEST_TYPED = 40
NEVER_TEXTED = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
"""Whoever has such a number earns by what is sent to it."""


def strict(number: str) -> str:
    """A number that was sent in E.164 and can be texted; refuses any other.

    Also one with the zero that people dial within a country: a number with two spellings would have two budgets.
    """
    found = _parsed(number, None) if E164.fullmatch(number) else None
    if found is None or _spelled(found) != number or phonenumbers.number_type(found) in NEVER_TEXTED:
        raise Invalid("phone_number", "is not a number in E.164 that can be texted, such as +61412345678")
    return number


def typed(number: object, country: str) -> str | None:
    """A number as people type it, in E.164; one that does not begin with its country's code is of `country`."""
    found = _parsed(str(number), country) if isinstance(number, str | int) else None
    return None if found is None else _spelled(found)


def country_of(number: str) -> str | None:
    """The ISO code of the country that a number in E.164 belongs to."""
    found = _parsed(number, None)
    return None if found is None else phonenumbers.region_code_for_number(found)


def _spelled(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parsed(number: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    if len(number) > LONGEST_TYPED:
        return None
    try:
        found = phonenumbers.parse(number, country)
    except NumberParseException:
        return None
    return found if phonenumbers.is_possible_number(found) else None
