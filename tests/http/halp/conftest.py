"""What tests of Halp share."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from hub.reactions.tutoring import FORGET_IMAGES
from models import JobRow


@pytest.fixture
def forgotten(rows) -> Callable[[], list[str]]:
    """The names of the pictures that a worker is to throw out of the store."""

    def names() -> list[str]:
        found = [json.loads(row[2])["names"] for row in rows()[JobRow.__name__] if row[1] == FORGET_IMAGES]
        return [name for some in found for name in some]

    return names
