"""Who comes with a token: the credentials that sockets take, whichever dialect gave them out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from hub.domain import login_sessions, member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import SIGN_IN_KINDS, Claims, Keys, actor_behind
from hub.perform import look_up, perform

Who = Callable[[str], Awaitable[tuple[Claims, Actor]]]
"""The person behind a token; raises DeadCredential where there is none."""
StillGood = Callable[[Claims], Awaitable[Claims | None]]
"""Asked when a credential's time has run out: what it says now if it lives on, None if it is dead."""


@dataclass(frozen=True)
class Tokens:
    """Knows the hub's signed tokens, members' secrets, and those of login sessions that were used within `idle`."""

    keys: Keys
    idle: timedelta

    async def who(self, token: str) -> tuple[Claims, Actor]:
        if login_sessions.looks_like_one(token):
            return await self._behind_session(token)
        if member_secrets.looks_like_one(token):
            return await self._behind_secret(token)
        claims = self.keys.read(token, SIGN_IN_KINDS)
        return claims, await look_up(actor_behind, claims)

    async def _behind_session(self, secret: str) -> tuple[Claims, Actor]:
        caller = await look_up(login_sessions.caller_with, secret, idle=self.idle)
        if caller.is_worth_touching:
            await perform(login_sessions.touch, caller.claims)
        return caller.claims, caller.actor

    async def _behind_secret(self, secret: str) -> tuple[Claims, Actor]:
        caller = await look_up(member_secrets.caller_with, secret, self.keys)
        if caller.is_worth_touching:
            await perform(member_secrets.touch, caller.claims)
        return caller.claims, caller.actor

    async def still_good(self, claims: Claims) -> Claims | None:
        """A login session lives on by being used elsewhere, a member's secret until it is taken back.

        A signed token dies at the moment that it names.
        """
        if member_secrets.is_of_a_member(claims):
            return await look_up(member_secrets.still_good, claims)
        if not login_sessions.is_of_a_session(claims):
            return None
        return await look_up(login_sessions.still_good, claims, idle=self.idle)


async def never(claims: Claims) -> Claims | None:
    """For credentials that die at the moment which they name themselves."""
    return None
