"""Who tries the whole of Flux: an admin, for whom there is always somebody to check and to call."""

from __future__ import annotations

from itertools import count
from typing import Any

from hub.domain import accounts, roles
from hub.perform import run
from tests.http.caller import Caller, fresh
from tests.http.flux import waiting
from tests.http.flux.acting import FluxMember, join, say
from tests.running import RunningHub

PHONE = "+61412345678"
NONCE = "mine"
KEEPING_THE_SECRET = (
    *("/user_details", "/give_role", "/give_admin_role", "/iiccot", "/validate_user_details", "/report_validation"),
    *("/phone_bank", "/feedback"),
)
"""Calls after which it is good for the next."""


async def admin(hub: RunningHub) -> Caller:
    olga = await join(hub, "Olga", contact_number="0400 000 001")
    run(accounts.grant_role, olga.email, roles.ADMIN)
    number = count()
    known: dict[tuple[str, str], list[Any]] = {
        **{(part, "s"): [olga.s] for part in KEEPING_THE_SECRET},
        ("/give_admin_role", "admin"): [olga.s],
        ("/give_", "email"): [olga.email],
        ("/give_", "role"): [roles.PHONEBANK],
        ("/sign_out", "s"): [fresh(lambda: secret_of_somebody(hub, next(number)))],
        ("/delete_user", "s"): [fresh(lambda: secret_of_somebody(hub, next(number)))],
        ("/register", "email"): [lambda: f"eve{next(number)}@example.org"],
        ("/register", "phone_verify_nonce"): [None],
        ("/user_details", "phone_verify_nonce"): [None],
        ("/user_details", "email"): [lambda: f"olga{next(number)}@example.org", olga.email],
        ("_token", "email"): [olga.email],
        ("/send_user_details", "email"): [olga.email],
        ("/new_magic_link", "email"): [olga.email],
        ("/login_magic_link", "token"): [fresh(lambda: link_of_somebody(hub, next(number)))],
        ("/phone_commit", "phone_number"): [PHONE],
        ("/phone_verify", "phone_number"): [PHONE],
        ("/phone_verify", "verify_code"): [fresh(lambda: code(hub))],
        ("/phone_verify", "verify_nonce"): [NONCE],
        ("/iiccot", "poll_id"): [1],
        ("/iiccot", "option_id"): ["100", "107"],
        ("/report_validation", "user_s"): [fresh(lambda: somebody_to_check(hub, olga, next(number)))],
        ("/report_validation", "doubleCheck"): [False],
        ("/report", "call_id"): [fresh(lambda: somebody_to_call(hub, olga, next(number)))],
        ("/get_", "country"): ["au"],
        ("/get_", "postcode"): ["0800"],
        ("/get_", "suburb"): ["DARWIN (NT)"],
    }
    return Caller(dict, known)


async def somebody(hub: RunningHub, number: int) -> FluxMember:
    return await join(hub, f"Ada{number}", contact_number="0400 000 002", addr_postcode="0800", onAECRoll=True)


async def secret_of_somebody(hub: RunningHub, number: int) -> str:
    return (await somebody(hub, number)).s


async def link_of_somebody(hub: RunningHub, number: int) -> str:
    ada = await somebody(hub, number)
    await say(hub, "/api/v1/app/new_magic_link", email=ada.email)
    return waiting.token()


async def code(hub: RunningHub) -> str:
    """A right one, while anything may be spent on text messages."""
    status, _ = await say(hub, "/api/v1/app_rego/phone_commit", phone_number=PHONE)
    return waiting.code() if status == 200 else "000000"


async def somebody_to_check(hub: RunningHub, olga: FluxMember, number: int) -> str:
    await somebody(hub, number)
    return (await say(hub, "/validate_user_details", by=olga))[1]["user_s"]


async def somebody_to_call(hub: RunningHub, olga: FluxMember, number: int) -> int:
    await somebody(hub, number)
    return (await say(hub, "/phone_bank/get_next_member", by=olga))[1]["call_id"]
