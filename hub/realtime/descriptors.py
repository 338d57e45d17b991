"""How many sockets this process may hold open, by its limit of open files."""

from __future__ import annotations

import resource
from contextlib import suppress

ENOUGH = 1 << 20
"""Where nothing bounds them; systems refuse more than they have."""
KEPT_BACK = 0.25
"""Of all descriptors: for the REST calls of the same people, whose browsers keep connections open, and for files."""
FEWEST_KEPT_BACK = 256
"""But never more than half."""


def raise_limit() -> None:
    """Take all that the system allows this process; the usual 1,024 at the start are there for old programs."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # A system that promises more than it has leaves the limit as it is.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (_bounded(hard), hard))


def most_sockets(asked: int) -> int:
    """Sockets of clients: as many as the operator says, but no more than descriptors are left for."""
    limit = _bounded(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    kept_back = max(int(limit * KEPT_BACK), min(FEWEST_KEPT_BACK, limit // 2))
    return min(asked or ENOUGH, limit - kept_back)


def _bounded(limit: int) -> int:
    return ENOUGH if limit == resource.RLIM_INFINITY else limit
