"""Who calls: the person behind a credential, with what they may do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.domain.refusals import NotAllowed
from models import Account

if TYPE_CHECKING:
    from hub.domain.credentials import Claims


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
    privileges: frozenset[tuple[str, str]] | None = field(default=None, compare=False)
    """What a staff member may do, as subject and verb; None is everything that staff may do."""
    sign_outs: int = field(default=0, compare=False)
    """How often they were signed out everywhere; what is signed for them from now on says so."""
    login_session_id: int | None = field(default=None, compare=False)
    """The sign-in they call by, where it is one that is kept; it tells which of their devices this is."""
    proof: Claims | None = field(default=None, compare=False, repr=False)
    """The credential that has shown who they are; None where nobody asked for one, as on the command line."""

    @property
    def organises(self) -> bool:
        return self.is_staff or self.is_superuser

    def may(self, subject: str, verb: str) -> bool:
        """Whether this privilege is theirs; a superuser has all."""
        if self.is_superuser or not self.is_staff:
            return self.is_superuser
        return self.privileges is None or (subject, verb) in self.privileges


OPERATOR = Actor(0, "", "", "the operator", is_staff=True, is_superuser=True)
"""Whoever has the machine, and so may do everything; no account has this number."""


def actor_of(account: Account) -> Actor:
    return Actor(
        account.id,
        account.public_id,
        account.username,
        account.name,
        account.is_staff,
        account.is_superuser,
        privileges=privileges_in(account.privileges),
        sign_outs=account.sign_outs,
    )


def privileges_in(text: str | None) -> frozenset[tuple[str, str]] | None:
    """The pairs in a JSON object of verbs by subject, as the table keeps it."""
    if text is None:
        return None
    return frozenset((subject, verb) for subject, verbs in json.loads(text).items() for verb in verbs)


def organisers_only(by: Actor) -> None:
    """Refuse anybody who is not staff."""
    if not by.organises:
        raise StaffOnly()
