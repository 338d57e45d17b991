"""Idempotency keys: the same call with the same key has one effect and gets the same answer, for 24 hours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from hub import clock
from hub.domain.refusals import Conflict
from models import OnceOnly

REMEMBERED_FOR = timedelta(hours=24)
NOBODY = 0
"""The account of callers that have none."""


class KeyUsedForAnother(Conflict):
    """The key came before with another body."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Key:
    """One caller's name for one call, and a digest of what was sent with it."""

    account_id: int
    call: str
    key: str
    body_hash: str


def once(key: Key, action: Callable[[], Any]) -> Any:
    """Run `action` and remember its answer (plain data), or give the answer that it had before.

    The row is made first: a second call with the same key that comes at the same moment waits for it.
    """
    forget_old(clock.now(), key)
    made = OnceOnly.insert(
        account_id=key.account_id, call=key.call, key=key.key, body_hash=key.body_hash, at=clock.now()
    ).on_conflict_ignore()
    if list(made.returning(OnceOnly.id).execute()):
        answer = action()
        OnceOnly.update(answer=json.dumps(answer)).where(_is(key)).execute()
        return answer
    before = OnceOnly.get(_is(key))
    if before.body_hash != key.body_hash:
        raise KeyUsedForAnother()
    # Stored in the same transaction as the row itself.
    assert before.answer is not None
    return json.loads(before.answer)


def _is(key: Key):
    return (OnceOnly.account_id == key.account_id) & (OnceOnly.call == key.call) & (OnceOnly.key == key.key)


def forget_of(account_id: int, *names: str) -> None:
    """Forget what was answered to somebody, and what others were answered in which one of their names stands."""
    theirs = OnceOnly.account_id == account_id
    for name in filter(None, names):
        theirs |= _says(json.dumps(name))
    OnceOnly.delete().where(theirs).execute()


def _says(text: str):
    """That an answer is this text or has it for a value, wherever; a person may be called like a key."""
    inside = (OnceOnly.answer.contains(text + end) for end in (",", "}", "]"))
    return reduce(or_, inside, OnceOnly.answer == text)


def forget_old(now: datetime, key: Key | None = None) -> None:
    """Forget what is older than a day: one key, or all."""
    old = OnceOnly.at <= now - REMEMBERED_FOR
    OnceOnly.delete().where(old & _is(key) if key else old).execute()
