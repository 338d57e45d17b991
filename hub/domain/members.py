"""Members: whoever joined the party, with what they gave of themselves.

What they give is kept value by value, as it was sent. Whatever they change, somebody checks their details anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub import clock
from hub.domain import accounts, mailed_secrets, member_details, member_secrets, phone_checks
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential, Keys
from hub.domain.facts import record
from hub.domain.refusals import Invalid
from models import Account, Member, locked


@dataclass(frozen=True)
class MemberRegistered:
    account_id: int
    secret_id: int
    """Of the secret that is mailed to them."""


@dataclass(frozen=True)
class ValidationMoved:
    """Somebody's details were changed, found right or found wrong."""

    member: Member


@dataclass(frozen=True)
class PhoneVerificationMoved:
    account_id: int
    is_verified: bool


@dataclass(frozen=True)
class Details:
    """A member's record as they themselves see it."""

    public_id: str
    email: str
    has_password: bool
    given: Mapping[str, Any]
    member: Member


@dataclass(frozen=True)
class Joined:
    details: Details
    secret: str


def register(said: Mapping[str, Any], *, nonce: object = None, country: str, keys: Keys) -> Joined:
    """Join; `nonce` shows that the number given is theirs. Raises EmailTaken and WrongNonce.

    A number without a country is one of `country`, an ISO code.
    """
    given = member_details.settable(said)
    email = _email_in(given)
    actor = accounts.join(email=email, name=member_details.full_name(given))
    phone = phone_checks.consume(nonce, given.get("contact_number"), country=country, keys=keys)
    _enrol(actor.id, given, verified_phone=phone)
    record(MemberRegistered(actor.id, member_secrets.to_mail(actor.id, keys)))
    return Joined(of(actor.id), member_secrets.mint(actor.id, member_secrets.REGISTERED, keys))


def is_new_address(email: object, *, by: Actor) -> bool:
    """Whether somebody would be known by another e-mail address than they are."""
    account = Account.get_or_none(Account.id == by.id)
    return isinstance(email, str) and account is not None and accounts.email_key(email) != account.email_key


def _email_in(given: Mapping[str, Any]) -> str:
    email = given.get("email")
    if not isinstance(email, str):
        raise Invalid("email", "is missing" if email is None else "is not a text")
    accounts.refuse_odd_address(email)
    return email


def _enrol(account_id: int, given: Mapping[str, Any], **more: Any) -> None:
    row = {"account": account_id, "given": _spelled(given), "signed_up_at": clock.now(), **more}
    Member.insert(**row, **member_details.counted(given)).on_conflict_ignore().execute()


def _spelled(given: Mapping[str, Any]) -> str:
    return json.dumps(dict(given), ensure_ascii=False)


def enrol(account_id: int) -> None:
    """See that somebody who has an account already is a member; nothing happens where they are, or have left."""
    account = Account.get_or_none(Account.id == account_id)
    if account is not None and not Member.select().where(Member.account == account_id).exists():
        _enrol(account_id, {"email": account.email_key, "name": account.name})


def of(account_id: int) -> Details:
    """The record of somebody who is a member; raises DeadCredential for whoever has left meanwhile."""
    rows = Member.select(Member, Account).join(Account, on=Member.account)
    return _details(_there(rows.where(Member.account == account_id).first()))


def _there(member: Member | None) -> Member:
    if member is None:
        raise DeadCredential()
    return member


def _details(member: Member) -> Details:
    account: Account = member.account
    given = json.loads(member.given)
    email = str(given.get("email") or account.email_key)
    return Details(account.public_id, email, account.password_hash is not None, given, member)


def change(said: Mapping[str, Any], *, nonce: object = None, country: str, keys: Keys, by: Actor) -> Details:
    """Take over what a member may set; then their details have to be checked anew. Raises EmailTaken and WrongNonce.

    What they did not send stays as it is. Where they sent nothing that they may set, nothing happens.
    """
    given = member_details.settable(said)
    enrol(by.id)
    if given:
        _take_over(given, nonce, country, keys, by)
    return of(by.id)


def _take_over(given: dict[str, Any], nonce: object, country: str, keys: Keys, by: Actor) -> None:
    # Two who change different fields at the same moment must not undo each other's.
    member = _there(locked(Member.select().where(Member.account == by.id)).first())
    before = json.loads(member.given)
    after = before | given
    if member_details.is_said(before.get("do_not_call")):
        # A page that was loaded before they said so saves the whole record as it was then. This goes one way only.
        after["do_not_call"] = before["do_not_call"]
    if "email" in given and accounts.change_email(by.id, _email_in(given)):
        # Whoever reads the old address may be somebody else.
        mailed_secrets.forget_unused(by.id)
    if "name" in given or "fname" in given or "sname" in given:
        accounts.rename(by.id, member_details.full_name(after))
    _note_phone(member, before, given, nonce, country, keys)
    member.given, member.updated_at = _spelled(after), clock.now()
    for column, value in member_details.counted(after).items():
        setattr(member, column, value)
    _needs_checking(member)
    member.save()
    record(ValidationMoved(member))


def note_address(account_id: int, email: str) -> None:
    """Somebody is known by another address, changed elsewhere: members are written to at it, and checked anew."""
    member = locked(Member.select().where(Member.account == account_id)).first()
    if member is None:
        return
    member.given = _spelled({**json.loads(member.given), "email": email.strip()})
    member.updated_at = clock.now()
    _needs_checking(member)
    member.save()
    record(ValidationMoved(member))


def _note_phone(
    member: Member, before: Mapping[str, Any], given: Mapping[str, Any], nonce: object, country: str, keys: Keys
) -> None:
    """Another number is not verified, unless its nonce comes with it. Tries count by number, so it needs one too."""
    was_verified = member.verified_phone is not None
    if nonce is not None:
        member.verified_phone = phone_checks.consume(nonce, given.get("contact_number"), country=country, keys=keys)
    elif given.get("contact_number", before.get("contact_number")) != before.get("contact_number"):
        member.verified_phone = None
    if was_verified != (member.verified_phone is not None):
        record(PhoneVerificationMoved(member.account_id, not was_verified))


def _needs_checking(member: Member) -> None:
    member.needs_validating, member.details_valid, member.double_checked = True, False, False
    # What was found wrong, and what somebody looks at just now, is no longer there.
    member.validation_reason = member.check_alias = member.checked_by = None


def address_of(account_id: int) -> tuple[str, str] | None:
    """Where to write to somebody, and their name; None where they are gone or gave no address."""
    account = Account.get_or_none(Account.id == account_id)
    if account is None or account.email_key is None:
        return None
    member = Member.get_or_none(Member.account == account_id)
    given = json.loads(member.given) if member else {}
    return str(given.get("email") or account.email_key).strip(), account.name
