"""Who calls: the person behind a credential, with what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.domain.refusals import NotAllowed
from models import Account


class StaffOnly(NotAllowed):
    code = "staff_only"


@dataclass(frozen=True)
class Actor:
    id: int
    public_id: str
    username: str
    name: str
    is_staff: bool = False
    is_superuser: bool = False
    login_session_id: int | None = field(default=None, compare=False)
    """The sign-in they call by, where it is one that is kept; it tells which of their devices this is."""

    @property
    def organises(self) -> bool:
        return self.is_staff or self.is_superuser


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.public_id, account.username, account.name, account.is_staff, account.is_superuser)


def organisers_only(by: Actor) -> None:
    """Refuse anybody who is not staff."""
    if not by.organises:
        raise StaffOnly()
