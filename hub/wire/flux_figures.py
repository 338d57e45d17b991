"""Flux's spelling of the figures about all members: `getinfo` and `public_stats`, with every key that clients read."""

from __future__ import annotations

from typing import Any

from hub.domain.figures import Checks, Figures
from hub.wire import strict_json
from hub.wire.flux import seconds

GETINFO = 1
PUBLIC_STATS = 0
IDS = {GETINFO: "571314e427007d5b703fc031", PUBLIC_STATS: "571314e427007d5b703fc030"}
"""Clients of the original know the first by this id too."""


def texts(figures: Figures) -> dict[int, str]:
    """Both objects as they are served, by the contract's number."""
    spelled = {GETINFO: getinfo(figures), PUBLIC_STATS: public_stats(figures)}
    return {number: strict_json.dumps(said) for number, said in spelled.items()}


def getinfo(figures: Figures) -> dict[str, Any]:
    last = figures.last_signed_up_at
    return {
        **_which(GETINFO, figures),
        **_sums(figures.checks),
        **_maps(figures.checks),
        "last_member_signup": 0.0 if last is None else seconds(last),
    }


def _which(number: int, figures: Figures) -> dict[str, Any]:
    return {"_id": {"$oid": IDS[number]}, "id": number, "last_run": seconds(figures.counted_at)}


def _sums(checks: Checks) -> dict[str, int]:
    return {
        "validation_queue": checks.queued.total,
        "n_members": checks.members.total,
        "n_members_raw": checks.everybody.total,
        "n_members_validated": checks.validated.total,
        "double_checked": checks.double_checked.total,
        "double_check_queue": checks.to_double_check.total,
        "n_volunteers": checks.volunteers.total,
    }


def _maps(checks: Checks) -> dict[str, Any]:
    """Clients fail where one of these, or a state in one, is missing."""
    return {
        "n_members_state": checks.members.states,
        "n_members_validated_state": checks.validated.states,
        "n_members_not_valid_state": checks.not_valid.states,
        "validation_queue_state": checks.queued.states,
    }


def public_stats(figures: Figures) -> dict[str, Any]:
    roll = figures.roll
    return {
        **_which(PUBLIC_STATS, figures),
        # Whole numbers, newest first: clients turn the list round without looking.
        "signup_times": roll.signed_up,
        "state_signup_times": roll.signed_up_of,
        "dob_years": roll.birth_years,
        "postcodes": roll.postcodes,
        "states": roll.states,
        "state_dob_years": roll.birth_years_of,
    }
