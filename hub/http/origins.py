"""What browsers on other origins are told with every reply."""

from __future__ import annotations

from collections.abc import Collection

TO_BE_READ = "Retry-After, X-Request-Id"
"""Headers that a page on another origin may look at."""


def headers_for(origin: str | None, allowed: Collection[str]) -> dict[str, str]:
    """The headers of CORS for who asks from `origin`; none for who is no browser."""
    if origin is None:
        return {}
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": TO_BE_READ}
    if origin not in allowed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": TO_BE_READ,
    }
