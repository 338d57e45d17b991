"""Flux's spelling: the membership contract's objects, as its document and the clients of the original have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.domain.member_checks import ToCheck
from hub.domain.member_details import postcode_of
from hub.domain.members import Details
from hub.domain.phone_bank import CallToMake
from models import Member, PhoneCall
from models.membership import LONG_AGO

OKAY: dict[str, Any] = {"status": "okay"}
"""Clients take a reply with a key `error` for a failure, whatever is in it."""
POLL_IDS = {1: "576b750f7416d719963f1f11"}
"""Clients of the original know the poll by this id too."""


def error(reason: str, **more: Any) -> dict[str, Any]:
    return {"status": "error", "error": reason, **more}


def seconds(moment: datetime) -> float:
    """Seconds since 1970, with their fraction."""
    return (moment - LONG_AGO).total_seconds()


def whole_seconds(moment: datetime) -> int:
    return int(seconds(moment))


def user(details: Details, secret: str) -> dict[str, Any]:
    """The user object: what the member gave as they sent it, and what is known of them. Nothing is null.

    `secret` is what the reader knows the member by. The password is never part of it, nor where they signed up from.
    """
    member = details.member
    return {
        **details.given,
        "_id": {"$oid": details.public_id},
        "email": details.email,
        "s": secret,
        "timestamp": seconds(member.signed_up_at),
        "set_password": details.has_password,
        **validation(member),
        "valid_federal": member.valid_federal,
        "valid_state": member.valid_state,
        "phone_verified": member.verified_phone is not None,
        **_when(member),
    }


def _when(member: Member) -> dict[str, int]:
    """What happened at all, with its moment."""
    moments = {
        "lastUpdated": member.updated_at,
        "lastValidationGet": member.handed_out_at if member.handed_out_at > LONG_AGO else None,
        "lastValidated": member.validated_at,
    }
    return {name: whole_seconds(moment) for name, moment in moments.items() if moment is not None}


def validation(member: Member) -> dict[str, Any]:
    """How far a member's details were checked; why they were found wrong, where they were."""
    said: dict[str, Any] = {
        "needsValidating": member.needs_validating,
        "detailsValid": member.details_valid,
        "doubleCheckedValidation": member.double_checked,
    }
    return said if member.validation_reason is None else {**said, "validationReason": member.validation_reason}


def poll(number: int, figures: Mapping[str, int]) -> dict[str, Any]:
    return {"_id": {"$oid": POLL_IDS[number]}, "stats": dict(figures), "poll_id": number}


def postcode(given: Mapping[str, Any]) -> str:
    """Always a text: numbers lose the zeros of the Northern Territory."""
    return postcode_of(given) or ""


def to_check(member: ToCheck) -> dict[str, Any]:
    """Somebody's user object for whoever checks them: an alias stands for their secret."""
    return {**user(member.details, member.alias), "user_s": member.alias}


def call_to_make(call: CallToMake) -> dict[str, Any]:
    return {
        "name": call.name,
        "contact_number": call.given["contact_number"],
        "postcode": postcode(call.given),
        "call_log": [earlier_call(earlier) for earlier in call.earlier],
        "call_id": call.call_id,
    }


def earlier_call(call: PhoneCall) -> dict[str, Any]:
    return {"time": whole_seconds(call.called_at), "comment": call.comment, "answered": call.was_answered}
