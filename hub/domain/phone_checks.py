"""Showing that a telephone number is one's own: a code is texted to it, and whoever can say the code has it at hand.

They say a nonce of their own with the code. The nonce, and nothing else, lets them register with that number, once.

none -> a code is out -> shown -> registered with; a code that is out runs out, or is used up by wrong tries. A new code
takes the place of the old one, but takes away nothing that was shown before, until it is shown itself.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain import phone_numbers, sms_budgets, tallies
from hub.domain.credentials import Keys
from hub.domain.facts import record
from hub.domain.refusals import Invalid, NotAllowed
from hub.domain.sms_budgets import Budgets
from models import PhoneCheck

MOST_TRIES = 5
CODE_DIGITS = 6
MOST_NONCES = 10
NONCE_WINDOW = timedelta(hours=1)
KIND = "phone code"


@dataclass(frozen=True)
class CodeAsked:
    check_id: int
    round: str
    """Which of the codes for this number: not a secret, and no part of one."""


class CountryNotServed(Invalid):
    code = "country_not_served"


class WrongNonce(NotAllowed):
    """It was not said with the right code for this number, or too long ago, or somebody registered with it."""

    code = "wrong_phone_nonce"


@dataclass(frozen=True)
class ToText:
    number: str
    code: str
    expires_at: datetime


def commit(
    number: str, *, address: str, lasts: timedelta, countries: Collection[str] | None, budgets: Budgets, limited: bool
) -> None:
    """Have a new code texted to a number in E.164; `countries` of None are all. Raises BudgetSpent."""
    number = phone_numbers.strict(number)
    if countries is not None and phone_numbers.country_of(number) not in countries:
        raise CountryNotServed("phone_number", "belongs to a country that this hub sends no text messages to")
    sms_budgets.spend(number, address=address, budgets=budgets, limited=limited)
    fresh = {"nonce": secrets.token_hex(16), "expires_at": clock.now() + lasts, "tries": 0, "is_spent": False}
    kept = PhoneCheck.insert(number=number, **fresh).on_conflict(conflict_target=[PhoneCheck.number], update=fresh)
    kept.execute()
    check = PhoneCheck.get(PhoneCheck.number == number)
    record(CodeAsked(check.id, _round(check)))


def _round(check: PhoneCheck) -> str:
    return f"{check.public_id}-{check.expires_at.isoformat()}"


def to_text(check_id: int, round: str, keys: Keys) -> ToText | None:
    """The code to be texted; None once it is of no use: run out, shown, tried too often, or replaced by another."""
    is_of_use = (PhoneCheck.tries < MOST_TRIES) & ~PhoneCheck.is_spent & (PhoneCheck.expires_at > clock.now())
    check = PhoneCheck.get_or_none((PhoneCheck.id == check_id) & is_of_use)
    if check is None or _round(check) != round:
        return None
    return ToText(check.number, _code(check, keys), check.expires_at)


def _code(check: PhoneCheck, keys: Keys) -> str:
    # So long a number that every code is as likely as any other.
    return f"{int(keys.derive(KIND, check.public_id, check.nonce), 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def verify(number: str, code: str, nonce: str, *, lasts: timedelta, keys: Keys) -> bool:
    """Whether this is the code that was texted; then `nonce` is good for `lasts`.

    The try is counted before anything is compared. This never raises, or the count would be taken back.
    Said again with the same nonce the right code is right again, for whoever did not hear the answer.
    """
    check = _counted(number)
    if check is None or not hmac.compare_digest(_code(check, keys).encode(), code.encode("utf-8", "surrogatepass")):
        return False
    said = _hashed(number, nonce, keys)
    if check.is_spent:
        return _was_shown_with(said, check)
    shown = {"is_spent": True, "verified_hash": said, "verified_until": clock.now() + lasts}
    PhoneCheck.update(**shown).where(PhoneCheck.id == check.id).execute()
    return True


def _was_shown_with(hashed: str, check: PhoneCheck) -> bool:
    """Whether the nonce of this hash was the one, and somebody can register with it yet."""
    if check.verified_hash is None or check.verified_until is None or check.verified_until <= clock.now():
        return False
    return hmac.compare_digest(check.verified_hash, hashed)


def _counted(number: str) -> PhoneCheck | None:
    """The code that is out for this number, with one more try counted; None where there is none, or no try left."""
    is_open = (PhoneCheck.number == number) & (PhoneCheck.tries < MOST_TRIES) & (PhoneCheck.expires_at > clock.now())
    counted = PhoneCheck.update(tries=PhoneCheck.tries + 1).where(is_open).returning(PhoneCheck)
    return next(iter(counted.execute()), None)


def count_nonce(contact_number: object, *, country: str) -> None:
    """Count a try to register with a number; in a unit of its own, before the nonce is looked at. Raises TooMany."""
    number = phone_numbers.typed(contact_number, country)
    if number is not None:
        tallies.count(tallies.key_of("phone nonce", number), MOST_NONCES, NONCE_WINDOW)


def consume(nonce: object, contact_number: object, *, country: str, keys: Keys) -> str | None:
    """The number that whoever registers has shown to be theirs; None where they say no nonce. Raises WrongNonce.

    A number without a country's code is of `country`.
    """
    if nonce is None:
        return None
    number = phone_numbers.typed(contact_number, country)
    if number is None or not isinstance(nonce, str):
        raise WrongNonce()
    is_theirs = (PhoneCheck.number == number) & (PhoneCheck.verified_hash == _hashed(number, nonce, keys))
    used = PhoneCheck.update(verified_hash=None, verified_until=None).where(
        is_theirs & (PhoneCheck.verified_until > clock.now())
    )
    if not used.execute():
        raise WrongNonce()
    return number


def _hashed(number: str, nonce: str, keys: Keys) -> str:
    return keys.hashed("phone nonce", f"{number}\0{nonce}")


def forget_old(before: object) -> None:
    """Forget numbers of which neither a code nor a nonce is good any more since then."""
    is_over = (PhoneCheck.expires_at <= before) & (
        PhoneCheck.verified_until.is_null() | (PhoneCheck.verified_until <= before)
    )
    PhoneCheck.delete().where(is_over).execute()
