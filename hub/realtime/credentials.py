"""Who comes with a token: the credentials that sockets take, whichever dialect gave them out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from hub.domain import login_sessions, member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import SIGN_IN_KINDS, Claims, DeadCredential, Keys, actors_behind
from hub.perform import look_up, perform
from hub.realtime.together import Together

Caller = login_sessions.Caller | member_secrets.Caller
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
        self._sessions: Together[str, Caller] = Together(self._behind_sessions)
        self._secrets: Together[str, Caller] = Together(self._behind_secrets)

    async def who(self, token: str) -> tuple[Claims, Actor]:
        if login_sessions.looks_like_one(token):
            return _who(await self._sessions.of(token))
        if member_secrets.looks_like_one(token):
            return _who(await self._secrets.of(token))
        claims = self._keys.read(token, SIGN_IN_KINDS)
        return claims, await self._behind.of(claims)

    async def _behind_sessions(self, many: Sequence[str]) -> list[Caller | DeadCredential]:
        return await self._found(partial(login_sessions.caller_with, idle=self._idle), many, login_sessions.touch)

    async def _behind_secrets(self, many: Sequence[str]) -> list[Caller | DeadCredential]:
        return await self._found(
            lambda secret: member_secrets.caller_with(secret, self._keys), many, member_secrets.touch
        )

    async def _found(
        self, find: Callable[[str], Caller], many: Sequence[str], touch: Callable[[Claims], None]
    ) -> list[Caller | DeadCredential]:
        found = await look_up(lambda: [_found_or_dead(find, secret) for secret in many])
        worth_it = [one.claims for one in found if isinstance(one, Caller) and one.is_worth_touching]
        if worth_it:
            await perform(_touch_all, touch, worth_it)
        return found

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


def _touch_all(touch: Callable[[Claims], None], many: Sequence[Claims]) -> None:
    for claims in many:
        touch(claims)


def _found_or_dead(find: Callable[[str], Caller], secret: str) -> Caller | DeadCredential:
    try:
        return find(secret)
    except DeadCredential as dead:
        return dead


def _who(caller: Caller) -> tuple[Claims, Actor]:
    return caller.claims, caller.actor
