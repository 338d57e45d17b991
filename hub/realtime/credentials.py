"""Who comes with a token: the credentials that sockets take, whichever dialect gave them out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from hub.domain import login_sessions, member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import SIGN_IN_KINDS, Claims, DeadCredential, Keys, actors_behind
from hub.perform import look_up, perform
from hub.realtime.together import Together

Who = Callable[[str], Awaitable[tuple[Claims, Actor]]]
"""The person behind a token; raises DeadCredential where there is none."""
StillGood = Callable[[Claims], Awaitable[Claims | None]]
"""Asked when a credential's time has run out: what it says now if it lives on, None if it is dead."""


class Tokens:
    """Knows the hub's signed tokens, members' secrets, and those of login sessions that were used within `idle`."""

    def __init__(self, keys: Keys, idle: timedelta) -> None:
        self._keys = keys
        self._idle = idle
        self._behind: Together[Claims, Actor] = Together(_people_behind)

    async def who(self, token: str) -> tuple[Claims, Actor]:
        if login_sessions.looks_like_one(token):
            return await self._behind_session(token)
        if member_secrets.looks_like_one(token):
            return await self._behind_secret(token)
        claims = self._keys.read(token, SIGN_IN_KINDS)
        return claims, await self._behind.of(claims)

    async def _behind_session(self, secret: str) -> tuple[Claims, Actor]:
        caller = await look_up(login_sessions.caller_with, secret, idle=self._idle)
        if caller.is_worth_touching:
            await perform(login_sessions.touch, caller.claims)
        return caller.claims, caller.actor

    async def _behind_secret(self, secret: str) -> tuple[Claims, Actor]:
        caller = await look_up(member_secrets.caller_with, secret, self._keys)
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
        return await look_up(login_sessions.still_good, claims, idle=self._idle)


async def never(claims: Claims) -> Claims | None:
    """For credentials that die at the moment which they name themselves."""
    return None


async def _people_behind(many: Sequence[Claims]) -> list[Actor | DeadCredential]:
    return await look_up(actors_behind, many)
