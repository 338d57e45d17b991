"""Resume tickets: what a client that is sent away brings back, so that nobody asks the database who they are again.

A ticket says who somebody was when their node let go of them. It is signed, good for a minute, and only beside the
credential that it was made for. Whoever was signed out meanwhile is found among the revocations that each node keeps
in memory. A ticket refuses nobody: wherever it is of no use, or this node cannot be sure, the database is asked.

It carries neither namespace nor stream, which are asked for anew, nor what staff may do: that may change meanwhile, and
no node is told of it.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict

from hub import clock
from hub.domain import login_sessions, member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import SIGN_IN_KINDS, Claims, DeadCredential, Keys
from hub.realtime.streams import LOOK_BACK

GOOD_FOR_SECONDS = 60
GOOD_FOR = timedelta(seconds=GOOD_FOR_SECONDS)
LONGEST_TICKET = 4096
"""Characters; no work is spent on a longer one."""
KEPT_FOR = GOOD_FOR + 3 * LOOK_BACK
"""How long a revocation is remembered: as long as a ticket from before it may come, by whichever node's clock."""
KIND = "resume ticket"

TICKETS = Counter("hub_tickets", "Resume tickets that clients brought back, by what became of them", ["outcome"])


class OfNoUse(Exception):
    """A ticket spares nothing; `outcome` is for the operator's figures. The client is let in or not without it."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Revocations:
    """The names of the credentials that were taken back lately, on whichever node.

    `hears_all` is whether this node hears of them as they happen; what it heard too late it cannot have noted.
    """

    def __init__(self, hears_all: Callable[[], bool]) -> None:
        self._hears_all = hears_all
        self._noted_at: dict[str, datetime] = {}
        self._since: datetime | None = None

    def begin(self, names: Iterable[str], since: datetime) -> None:
        """From now on all since then are known: those that the journal has, and those that are noted."""
        self._since = since
        for name in names:
            self.note(name)

    def begin_anew(self) -> None:
        """Some were missed; what is known is what is noted from now on."""
        self._since = clock.now()

    def note(self, name: str) -> None:
        now = clock.now()
        # In the order in which they were noted, so that the oldest stand first.
        self._noted_at.pop(name, None)
        self._noted_at[name] = now
        while self._noted_at[oldest := next(iter(self._noted_at))] < now - KEPT_FOR:
            del self._noted_at[oldest]

    def are_known_since(self, moment: datetime) -> bool:
        return self._hears_all() and self._since is not None and self._since <= moment - LOOK_BACK

    def have_any_of(self, names: Iterable[str]) -> bool:
        return any(name in self._noted_at for name in names)


class Carried(BaseModel):
    """What a ticket says. One from another version of the hub, which says something else, is of no use."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    issued_at: datetime
    jti: str
    account: str
    expires_at: datetime
    sign_outs: int
    parent: str | None
    id: int
    username: str
    name: str
    login_session_id: int | None

    @property
    def claims(self) -> Claims:
        return Claims(self.account, self.jti, self.expires_at, self.sign_outs, self.parent)

    @property
    def actor(self) -> Actor:
        return Actor(
            self.id,
            self.account,
            self.username,
            self.name,
            sign_outs=self.sign_outs,
            login_session_id=self.login_session_id,
            proof=self.claims,
        )


@dataclass(frozen=True)
class Tickets:
    keys: Keys
    revocations: Revocations

    def issue(self, claims: Claims, actor: Actor, now: datetime) -> str | None:
        """A ticket for whoever came with this credential; None where this node may have missed that it is dead."""
        if not self.revocations.are_known_since(now):
            return None
        carried = Carried(
            issued_at=now,
            jti=claims.jti,
            account=claims.account,
            expires_at=claims.expires_at,
            sign_outs=claims.sign_outs,
            parent=claims.parent,
            id=actor.id,
            username=actor.username,
            name=actor.name,
            login_session_id=actor.login_session_id,
        )
        said = urlsafe_b64encode(carried.model_dump_json().encode()).decode()
        return f"{said}.{self._signature(said)}"

    def open(self, ticket: str, token: str, now: datetime) -> tuple[Claims, Actor] | None:
        """Who comes with this token, if the ticket shows it; None where the database has to be asked."""
        try:
            carried = self._opened(ticket, token, now)
        except OfNoUse as why:
            TICKETS.labels(why.outcome).inc()
            return None
        TICKETS.labels("used").inc()
        return carried.claims, carried.actor

    def _opened(self, ticket: str, token: str, now: datetime) -> Carried:
        carried = self._genuine(ticket)
        if not -LOOK_BACK <= now - carried.issued_at <= GOOD_FOR or carried.expires_at <= now:
            raise OfNoUse("late")
        if self._name_of(token) != carried.jti:
            raise OfNoUse("another_credential")
        if not self.revocations.are_known_since(carried.issued_at):
            raise OfNoUse("unsure")
        if self.revocations.have_any_of(carried.claims.names):
            raise OfNoUse("taken_back")
        return carried

    def _genuine(self, ticket: str) -> Carried:
        said, _, signature = ticket.partition(".")
        is_genuine = ticket.isascii() and len(ticket) <= LONGEST_TICKET
        if not (is_genuine and hmac.compare_digest(signature, self._signature(said))):
            raise OfNoUse("not_genuine")
        try:
            return Carried.model_validate_json(urlsafe_b64decode(said))
        except ValueError:
            raise OfNoUse("from_another_version") from None

    def _name_of(self, token: str) -> str:
        """Under what a credential is known, told from itself alone."""
        if login_sessions.looks_like_one(token):
            return login_sessions.jti_of(token)
        if member_secrets.looks_like_one(token):
            return member_secrets.jti_of(token, self.keys)
        try:
            return self.keys.read(token, SIGN_IN_KINDS).jti
        except DeadCredential:
            raise OfNoUse("another_credential") from None

    def _signature(self, said: str) -> str:
        return self.keys.derive(KIND, said)
