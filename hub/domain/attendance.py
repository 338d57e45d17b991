"""Check-in and check-out at the door. A person is in while they have a stay that has not ended."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import IntegrityError

from hub import clock
from hub.domain import accounts
from hub.domain.accounts import AccountNotFound
from hub.domain.refusals import Conflict
from models import Account, Attendee, Stay


class AlreadyIn(Conflict):
    code = "already_checked_in"


class NotIn(Conflict):
    code = "not_checked_in"


@dataclass(frozen=True)
class Badge:
    """What the person at the door needs to know; a form that is missing is an empty text."""

    username: str
    name: str
    tshirt_size: str
    photo_form: str
    liability_form: str


def check_in(username: str) -> Badge:
    """Begin a stay; of two volunteers who scan one badge, the second is told that the person is in."""
    account = _account(username)
    try:
        Stay.create(account=account, checked_in_at=clock.now())
    except IntegrityError:
        raise AlreadyIn() from None
    return _badge(account)


def check_out(username: str) -> Badge:
    account = _account(username)
    ended = Stay.update(checked_out_at=clock.now()).where(_open_stay(account))
    if not ended.execute():
        raise NotIn()
    return _badge(account)


def names_of_those_in() -> list[str]:
    inside = Account.select(Account.name).join(Stay).where(Stay.checked_out_at.is_null())
    return [account.name for account in inside.order_by(Account.name, Account.id)]


def set_papers(username: str, *, name: str, **papers: str) -> None:
    """Note what an attendee brings, making an account that cannot sign in yet for one who has none."""
    account = accounts.find(username)
    if account is None:
        key = accounts.email_key(username) if "@" in username else None
        account = Account.create(username=username, name=name, email_key=key, created_at=clock.now())
    Attendee.insert(account=account, **papers).on_conflict(conflict_target=[Attendee.account], update=papers).execute()


def _open_stay(account: Account):
    return (Stay.account == account.id) & Stay.checked_out_at.is_null()


def _account(username: str) -> Account:
    account = accounts.find(username)
    if account is None:
        raise AccountNotFound()
    return account


def _badge(account: Account) -> Badge:
    papers = Attendee.get_or_none(Attendee.account == account.id) or Attendee()
    return Badge(account.username, account.name, papers.tshirt_size, papers.photo_form, papers.liability_form)
