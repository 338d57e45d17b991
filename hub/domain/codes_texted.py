"""Codes that were texted to a person's number, as far as it is known for theirs.

Who shows that a number is theirs has perhaps no account yet, so what is texted belongs to the number alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from hub.domain import phone_numbers
from models import Account, JobRow, Member, PhoneCheck, SentMessage

KEY = "sms.phone_code"
"""How the keys of such messages begin; the number of the check follows."""

MEMBERS_COUNTRY = "AU"
"""Where numbers without a country's code belong: nobody but the members' contract has codes texted."""


@dataclass(frozen=True)
class Texted:
    row: SentMessage
    undone: list[JobRow]
    """The job, where it is not done."""


def to(account: Account) -> list[Texted]:
    """Newest last."""
    numbers = _numbers(account)
    checks = list(PhoneCheck.select().where(PhoneCheck.number.in_(numbers))) if numbers else []
    return [_texted(row) for check in checks for row in _sent_for(check)]


def _numbers(account: Account) -> set[str]:
    """What they gave as theirs, in any contract, in E.164."""
    member = Member.get_or_none(Member.account == account.id)
    given = None if member is None else json.loads(member.given).get("contact_number")
    typed = {phone_numbers.typed(number, MEMBERS_COUNTRY) for number in (account.phone_number, given) if number}
    return {number for number in (*typed, member and member.verified_phone) if number}


def _sent_for(check: PhoneCheck) -> list[SentMessage]:
    return list(SentMessage.select().where(SentMessage.key.startswith(f"{KEY} {check.id} ")).order_by(SentMessage.id))


def _texted(row: SentMessage) -> Texted:
    return Texted(row, list(JobRow.select().where((JobRow.id == row.job_id) & (JobRow.state != "done"))))
