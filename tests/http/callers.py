"""Who tries out which dialect's whole document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.http.caller import Caller
from tests.http.flux import caller as flux
from tests.http.halp import caller as halp
from tests.http.techfesia import caller as techfesia
from tests.http.vivere import caller as vivere
from tests.running import RunningHub

CALLERS: dict[str, Callable[[RunningHub], Awaitable[Caller]]] = {
    "vivere": vivere.organiser,
    "techfesia": techfesia.superuser,
    "flux": flux.admin,
    "halp": halp.tutor,
}
"""By dialect; each must find a yes of every call, or the test says which it did not."""
