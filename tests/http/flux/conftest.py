"""What tests of Flux share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.perform import run
from models import Member
from tests.http.flux.acting import FluxMember


@pytest.fixture
def validated(hub) -> Callable[[FluxMember], None]:
    """Somebody has checked this member's details twice, and found them right."""
    checked = {"needs_validating": False, "details_valid": True, "double_checked": True}

    def check(member: FluxMember) -> None:
        run(lambda: Member.update(**checked).where(Member.account == member.id).execute())

    return check
