"""What members tell about themselves, and what can be counted in it.

Their values are kept as they came, under the names of the one contract that speaks of members; nothing here touches
the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from hub.domain.refusals import Invalid

Given = Mapping[str, Any]

SETTABLE = frozenset(
    {
        *("username", "email", "name", "address", "valid_regions", "dob", "contact_number", "member_comment"),
        *("referred_by", "onAECRoll", "dobDay", "dobMonth", "dobYear", "addr_postcode", "addr_version"),
        *("addr_street", "addr_suburb", "fname", "mnames", "sname"),
        # What clients send and keep beyond the document's list.
        *("addr_country", "addr_street_no", "volunteer", "supervol", "volhtv", "state_consent"),
        *("candidature_federal", "candidature_state", "candidature_local", "do_not_call", "smsOptOut"),
        "do_not_email_updates",
    }
)
LONGEST_VALUE = 10_000
"""Characters of a value, spelled as JSON."""
NO_STATE = "nostate"
STATES = ("nsw", "qld", "sa", "nt", "act", "vic", "wa", "tas", NO_STATE, "weirdstate")
"""As the figures name them. Nobody is counted in the last, which clients read all the same."""

_BY_FIRST_DIGIT = {"0": "nt", "3": "vic", "4": "qld", "5": "sa", "6": "wa", "7": "tas"}
_ACT = (range(2600, 2613), range(2614, 2618), range(2900, 2907), range(2911, 2915))
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


def settable(said: Mapping[str, Any]) -> dict[str, Any]:
    """What of it a member may set; refuses values that cannot be kept. Other keys are passed over."""
    given = {name: value for name, value in said.items() if name in SETTABLE}
    for name, value in given.items():
        _refuse_unfit(name, value)
    return given


def _refuse_unfit(name: str, value: Any) -> None:
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list) for part in parts):
        raise Invalid(name, "is neither a text, a number, true or false, nor a list of such")
    if len(json.dumps(value, ensure_ascii=False)) > LONGEST_VALUE:
        raise Invalid(name, "is too long")


def counted(given: Given) -> dict[str, Any]:
    """The columns of a member that are read from what they gave."""
    postcode = postcode_of(given)
    return {
        "is_on_roll": is_said(given.get("onAECRoll")),
        "is_volunteer": is_said(given.get("volunteer")),
        "is_callable": has_number(given) and not is_said(given.get("do_not_call")),
        "state": state_of(postcode),
        "postcode": postcode,
        "birth_year": birth_year_of(given),
    }


def is_said(value: Any) -> bool:
    """Whether a member said yes; forms send texts where the contract has booleans."""
    return bool(value) and str(value).strip().lower() not in ("", "false", "0", "no")


def has_number(given: Given) -> bool:
    return any(digit.isdigit() for digit in str(given.get("contact_number", "")))


def postcode_of(given: Given) -> str | None:
    """The postcode that was given, else the last run of four digits in the address of older forms."""
    said = given.get("addr_postcode")
    if isinstance(said, int) and not isinstance(said, bool):
        # A number has lost its leading zero.
        said = f"{said:04d}"
    if isinstance(said, str) and _FOUR_DIGITS.fullmatch(said.strip()):
        return said.strip()
    if said not in (None, ""):
        return None
    found = _FOUR_DIGITS.findall(str(given.get("address", "")))
    return found[-1] if found else None


def state_of(postcode: str | None) -> str:
    """The state that a postcode lies in; 2613 is New South Wales, as the original server had it."""
    if postcode is None:
        return NO_STATE
    if postcode[0] == "2":
        return "act" if any(int(postcode) in codes for codes in _ACT) else "nsw"
    return _BY_FIRST_DIGIT.get(postcode[0], NO_STATE)


def birth_year_of(given: Given) -> str | None:
    """The year that was given by itself, else that of the whole date."""
    year, date = str(given.get("dobYear", "")).strip(), str(given.get("dob", "")).strip()
    if _YEAR.fullmatch(year):
        return year
    return date[:4] if _YEAR.match(date) and date[4:5] in ("-", "") else None


def full_name(given: Given) -> str:
    """The name to call a member by."""
    parts = (given.get(part) for part in ("fname", "mnames", "sname"))
    said = given.get("name") or " ".join(str(part) for part in parts if part)
    return " ".join(str(said).split())
