"""Fees: what taking part in an event costs, read out of what its organisers wrote ("Rs 300", 300, "1,500.50", "free").

Accepted: of "150 for students, 300 for others" it is the first; a comma between digits groups thousands, so that
"1.500,50" is one and a half.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from models import Event

_NUMBER = re.compile(r"\d+(?:,\d{2,3}(?!\d))*(?:\.\d+)?")
"""Digits of every script, with thousands grouped as in 1,500 or in 1,50,000."""


def is_due(event: Event) -> bool:
    """Whether the fee holds a digit other than zero."""
    return any(letter.isdecimal() and int(letter) for letter in _text(event))


def amount(event: Event) -> Decimal | None:
    """The first number in the fee that is not zero; None where nothing is due."""
    numbers = (Decimal(found.replace(",", "")) for found in _NUMBER.findall(_text(event)))
    return next((number for number in numbers if number), None)


def _text(event: Event) -> str:
    fee = json.loads(event.fees)
    is_number = isinstance(fee, int | float) and not isinstance(fee, bool)
    # A number is written out: 1e-7 is not one.
    return format(Decimal(str(fee)), "f") if is_number else str(fee)
