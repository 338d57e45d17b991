"""What tests of Flux arrange over HTTP before they begin, and how members call: with their secret in the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.perform import run_reading
from models import Account
from tests.running import Reply, RunningHub


@dataclass(frozen=True)
class FluxMember:
    """Somebody who registered in Flux, and how they call."""

    id: int
    s: str
    email: str


async def join(hub: RunningHub, name: str = "Ada", **fields: Any) -> FluxMember:
    """Register somebody; `fields` are what they give beside their name and address."""
    said = {"email": f"{name.lower()}@example.org", "name": f"{name} Lee", **fields}
    status, user = await hub.post("/flux/api/v0/register/all_at_once", said)
    assert (status, user["success"]) == (200, True), user
    account = run_reading(Account.get, Account.public_id == user["_id"]["$oid"])
    return FluxMember(account.id, user["s"], said["email"])


async def say(
    hub: RunningHub, path: str, by: FluxMember | None = None, headers: dict[str, str] | None = None, **body: Any
) -> Reply:
    """POST a body to a path such as `/api/v0/user_details`, with the secret of `by` in it."""
    return await hub.post(f"/flux{path}", {**({"s": by.s} if by else {}), **body}, headers=headers or {})


def unchanged(before: dict[str, list], after: dict[str, list]) -> bool:
    """Nothing happened between the two, but that secrets were used."""
    return {**before, "MemberSecret": None} == {**after, "MemberSecret": None}
