"""Which core is whose: the server has one, everybody who makes work for it the other."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

CORES = sorted(os.sched_getaffinity(0))
"""Those this process began with; it narrows itself to one of them below."""


class TooFewCores(Exception):
    """Figures of a server that shares its core with its clients say nothing about it."""


def make_room() -> None:
    """Take the other core for ourselves and what we start, and as many descriptors as we may have."""
    if len(CORES) < 2:
        raise TooFewCores("two cores are needed: one for the server, one for its clients")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {CORES[1]})


def on_the_servers() -> Callable[[], None]:
    """What a server does before it begins: stay on its core."""
    return lambda: os.sched_setaffinity(0, {CORES[0]})
